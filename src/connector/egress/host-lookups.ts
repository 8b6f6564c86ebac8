import { lookup } from 'node:dns/promises'
import type { Clock } from '../../std/clock.ts'
import { canonicalAddress } from '../../std/ip-address.ts'

/** Every address that a name has. Rejects with an error that has a `code`. */
export type Lookup = (host: string) => Promise<readonly { readonly address: string }[]>

export const systemLookup: Lookup = host => lookup(host, { all: true, verbatim: true })

interface Known {
  readonly addresses: Promise<readonly string[]>
  /** Monotonic. */
  readonly askedAtMs: number
}

const FRESH_MS = 2000
const MAX_HOSTS = 1000

/**
 * Names resolved once for everybody who asks within two seconds. Nobody is checked here: an answer is only as old as
 * that, and what is connected to is the address that was checked.
 */
export class HostLookups {
  readonly #lookup: Lookup
  readonly #clock: Clock
  readonly #known = new Map<string, Known>()

  constructor(lookup: Lookup, clock: Clock) {
    this.#lookup = lookup
    this.#clock = clock
  }

  /** Canonical addresses; an address is its own. */
  resolve(host: string): Promise<readonly string[]> {
    const now = this.#clock.monotonic()
    const known = this.#known.get(host)
    if (known !== undefined && now - known.askedAtMs < FRESH_MS) return known.addresses
    const addresses = this.#ask(host)
    this.#known.delete(host)
    this.#known.set(host, { addresses, askedAtMs: now })
    this.#makeRoom()
    addresses.catch(() => this.#forget(host, addresses))
    return addresses
  }

  async #ask(host: string): Promise<readonly string[]> {
    const found = await this.#lookup(host)
    return [...new Set(found.map(({ address }) => canonicalAddress(address) ?? address))]
  }

  #forget(host: string, addresses: Known['addresses']): void {
    if (this.#known.get(host)?.addresses === addresses) this.#known.delete(host)
  }

  #makeRoom(): void {
    if (this.#known.size <= MAX_HOSTS) return
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest)
      return
    }
  }
}
