import type { Clock } from '../../std/clock.ts'
import { type Place, Recency } from '../../std/recency.ts'
import { Breaker, type BreakerSettings, type BreakerState } from './breaker.ts'

export interface BreakersOptions extends BreakerSettings {
  readonly enabled: boolean
  /** The one that was not used longest goes when there are more; closed ones first. */
  readonly maxBreakers: number
}

export interface BreakerReport {
  /** By `channel:connector`. */
  readonly breakers: Readonly<Record<string, BreakerState>>
  /** Of those that are not closed: why they opened last. */
  readonly reasons: Readonly<Record<string, string>>
}

interface Known {
  readonly channel: string
  readonly connector: string
  readonly breaker: Breaker
}

/** The oldest ones that are looked at for a closed one when there is no room. */
const LOOKED_AT = 100

/** The breakers of this process, one for each channel and connector; they outlive snapshots. */
export class Breakers {
  readonly #options: BreakersOptions
  readonly #clock: Clock
  readonly #places = new Map<string, Place<Known>>()
  readonly #recency = new Recency<Known>()

  constructor(options: BreakersOptions, clock: Clock) {
    this.#options = options
    this.#clock = clock
  }

  get enabled(): boolean {
    return this.#options.enabled
  }

  get size(): number {
    return this.#places.size
  }

  of(channel: string, connector: string): Breaker | undefined {
    if (!this.#options.enabled || this.#options.maxBreakers === 0) return undefined
    const key = keyOf(channel, connector)
    const place = this.#places.get(key)
    if (place !== undefined) {
      this.#recency.touch(place)
      return place.item.breaker
    }
    if (this.#places.size >= this.#options.maxBreakers) this.#makeRoom()
    const breaker = new Breaker(this.#options)
    this.#places.set(key, this.#recency.add({ channel, connector, breaker }))
    return breaker
  }

  report(): BreakerReport {
    const nowMs = this.#clock.monotonic()
    const states: [string, BreakerState][] = []
    const reasons: [string, string][] = []
    for (const [key, { item }] of this.#places) {
      states.push([key, item.breaker.state(nowMs)])
      if (item.breaker.reason !== undefined) reasons.push([key, item.breaker.reason])
    }
    return { breakers: Object.fromEntries(states), reasons: Object.fromEntries(reasons) }
  }

  /** Those that are not closed, by `channel:connector`. */
  notClosed(): Readonly<Record<string, BreakerState>> {
    const states = Object.entries(this.report().breakers)
    return Object.fromEntries(states.filter(([, state]) => state !== 'closed'))
  }

  /** Closes one; false when there is none of this key. */
  reset(key: string): boolean {
    const place = this.#places.get(key)
    place?.item.breaker.reset()
    return place !== undefined
  }

  /** Forgets those of channels or connectors that are no more. */
  retain(channels: ReadonlySet<string>, connectors: ReadonlySet<string>): void {
    for (const { item } of [...this.#places.values()]) {
      if (!channels.has(item.channel) || !connectors.has(item.connector)) this.#forget(item)
    }
  }

  /** An open one protects somebody, so a closed one goes first. */
  #makeRoom(): void {
    const nowMs = this.#clock.monotonic()
    const { oldest } = this.#recency
    let victim = oldest
    for (let looked = 1; looked < LOOKED_AT && victim !== undefined; looked++) {
      if (victim.item.breaker.state(nowMs) === 'closed') break
      victim = victim.newer
    }
    const place = victim?.item.breaker.state(nowMs) === 'closed' ? victim : oldest
    if (place !== undefined) this.#forget(place.item)
  }

  #forget({ channel, connector }: Known): void {
    const key = keyOf(channel, connector)
    const place = this.#places.get(key)
    if (place === undefined) return
    this.#places.delete(key)
    this.#recency.remove(place)
  }
}

function keyOf(channel: string, connector: string): string {
  return `${channel}:${connector}`
}
