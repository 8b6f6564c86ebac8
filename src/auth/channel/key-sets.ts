import type { Clock } from '../../std/clock.ts'
import { KeySet } from './key-set.ts'

/** Fetches the text at a URL. Rejects when it cannot be had; ends by itself. */
export type FetchKeys = (url: string, allowPrivate: boolean) => Promise<Uint8Array>

interface KeySetsNeeds {
  readonly fetch: FetchKeys
  readonly clock: Clock
  /** Hears of each fetch that gave no set, and why. */
  readonly failed: (url: string, error: unknown) => void
}

const MAX_SETS = 1000

/** The key sets that channels name, one for each URL; they outlive reloads. */
export class KeySets {
  readonly #needs: KeySetsNeeds
  readonly #sets = new Map<string, KeySet>()

  constructor(needs: KeySetsNeeds) {
    this.#needs = needs
  }

  of(url: string, allowPrivate: boolean): KeySet {
    const key = `${allowPrivate} ${url}`
    const known = this.#sets.get(key)
    const { fetch, clock, failed } = this.#needs
    const set =
      known ??
      new KeySet({
        fetch: () => fetch(url, allowPrivate),
        clock,
        failed: error => failed(url, error),
      })
    this.#sets.delete(key)
    this.#sets.set(key, set)
    this.#forgetOldest()
    return set
  }

  /** A channel that has its set keeps it all the same. */
  #forgetOldest(): void {
    if (this.#sets.size <= MAX_SETS) return
    for (const oldest of this.#sets.keys()) {
      this.#sets.delete(oldest)
      return
    }
  }
}
