import type { Running } from '../../channel/deduplication/claims.ts'
import { MemoryKeys } from '../../channel/deduplication/memory-keys.ts'
import { type AnsweredKey, isShared, type KeyStore, type Wanted } from '../../channel/deduplication/store.ts'
import type { Awaitable } from '../../std/awaitable.ts'
import type { Clock } from '../../std/clock.ts'
import { nextTurn } from '../../std/next-turn.ts'
import { keyUpkeepFailed } from '../../telemetry/events.ts'
import type { Telemetry } from '../../telemetry/telemetry.ts'

/** What is kept here while the store takes nothing. */
const UNSTORED = { maxKeys: 50_000, maxBytes: 32 << 20 }
const STORED_AT_A_TIME = 100
/** Far more than requests that come meanwhile. */
const REMOVALS_PER_TICK = 500
/** How long a store that failed is left alone. */
const RETRY_INTERVAL_MS = 500

interface AnsweredKeysNeeds {
  readonly store: KeyStore
  readonly clock: Clock
  readonly telemetry: Telemetry
}

/** The answered keys of all channels: in a store, and in memory those that it does not take, until it does. */
export class AnsweredKeys {
  readonly #needs: AnsweredKeysNeeds
  readonly #unstored = new MemoryKeys(UNSTORED)
  /** Why the store did not take the last key; undefined when it did. */
  #failure: { readonly error: unknown } | undefined
  #retrying: Promise<void> | undefined
  #retryAtMs = 0
  #isUpkeepFailing = false

  constructor(needs: AnsweredKeysNeeds) {
    this.#needs = needs
  }

  /** Whether the store refused the last key that it was given. */
  get isFailing(): boolean {
    return this.#failure !== undefined
  }

  /** A key that the store did not take. */
  findUnstored(channelId: string, key: string): AnsweredKey | undefined {
    return this.#unstored.find(channelId, key, this.#needs.clock.now())
  }

  /**
   * A key that the store has, or whose request runs on another server of the same store; otherwise it is claimed there,
   * if the store is shared. Throws, or rejects, when it fails.
   */
  find(channelId: string, key: string, wanted: Wanted): Awaitable<AnsweredKey | Running | undefined> {
    const { store, clock } = this.#needs
    if (isShared(store)) return store.claim(channelId, key, wanted)
    return store.find(channelId, key, clock.now())
  }

  /** Nothing was done with a key that was claimed. Does not wait: a store that cannot be told forgets it in time. */
  release(channelId: string, key: string): void {
    const { store } = this.#needs
    if (isShared(store)) store.release(channelId, key).catch(() => undefined)
  }

  /** Throws while the store takes no keys: a request whose key could not be remembered is better not begun. */
  admit(): undefined {
    if (this.#failure === undefined) return
    const { error } = this.#failure
    // What comes of it is known to those who ask then.
    if (this.#needs.clock.monotonic() >= this.#retryAtMs) void this.#retry()
    throw error
  }

  /** Rejects when the store does not take the key; it is remembered here then. */
  async remember(key: Omit<AnsweredKey, 'expiresAtMs'>, windowMs: number): Promise<void> {
    const { store, clock } = this.#needs
    const nowMs = clock.now()
    const answered = { ...key, expiresAtMs: nowMs + windowMs }
    try {
      await store.remember(answered, nowMs)
      this.#failure = undefined
    } catch (error) {
      this.#unstored.remember(answered)
      this.#failed(error)
      throw error
    }
  }

  /** Gives the store what it did not take, and lets it remove some of what has expired. Never rejects. */
  async tick(): Promise<void> {
    const { store, clock, telemetry } = this.#needs
    await this.#retry()
    try {
      for (let times = 0; times < REMOVALS_PER_TICK; times++) {
        if (!(await store.removeExpired(clock.now()))) break
        await nextTurn()
      }
      this.#isUpkeepFailing = false
    } catch (error) {
      if (!this.#isUpkeepFailing) keyUpkeepFailed(telemetry, error)
      this.#isUpkeepFailing = true
    }
  }

  /** What waits for the store is the probe of it. */
  #retry(): Promise<void> {
    this.#retrying ??= this.#storeAgain().finally(() => {
      this.#retrying = undefined
    })
    return this.#retrying
  }

  async #storeAgain(): Promise<void> {
    const { store, clock } = this.#needs
    const nowMs = clock.now()
    this.#unstored.removeExpired(nowMs)
    for (;;) {
      const keys = this.#unstored.some(STORED_AT_A_TIME)
      const tries = await Promise.allSettled(keys.map(async key => store.remember(key, nowMs)))
      const refused = tries.find(({ status }) => status === 'rejected')
      for (const [at, key] of keys.entries()) {
        if (tries[at]?.status === 'fulfilled') this.#unstored.forget(key)
      }
      if (refused?.status === 'rejected') return this.#failed(refused.reason)
      this.#failure = undefined
      if (keys.length < STORED_AT_A_TIME) return
    }
  }

  #failed(error: unknown): void {
    this.#failure = { error }
    this.#retryAtMs = this.#needs.clock.monotonic() + RETRY_INTERVAL_MS
  }
}
