import type { Clock } from '../../std/clock.ts'
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

/** The breakers of this process, one for each channel and connector; they outlive snapshots. */
export class Breakers {
  readonly #options: BreakersOptions
  readonly #clock: Clock
  /** The one used last comes last. */
  readonly #breakers = new Map<string, { readonly connector: string; readonly breaker: Breaker }>()

  constructor(options: BreakersOptions, clock: Clock) {
    this.#options = options
    this.#clock = clock
  }

  get enabled(): boolean {
    return this.#options.enabled
  }

  get size(): number {
    return this.#breakers.size
  }

  of(channel: string, connector: string): Breaker | undefined {
    if (!this.#options.enabled || this.#options.maxBreakers === 0) return undefined
    const key = `${channel}:${connector}`
    const known = this.#breakers.get(key)
    if (known !== undefined) {
      this.#breakers.delete(key)
      this.#breakers.set(key, known)
      return known.breaker
    }
    if (this.#breakers.size >= this.#options.maxBreakers) this.#makeRoom()
    const breaker = new Breaker(this.#options)
    this.#breakers.set(key, { connector, breaker })
    return breaker
  }

  report(): BreakerReport {
    const nowMs = this.#clock.monotonic()
    const states: [string, BreakerState][] = []
    const reasons: [string, string][] = []
    for (const [key, { breaker }] of this.#breakers) {
      states.push([key, breaker.state(nowMs)])
      if (breaker.reason !== undefined) reasons.push([key, breaker.reason])
    }
    return { breakers: Object.fromEntries(states), reasons: Object.fromEntries(reasons) }
  }

  /** Closes one; false when there is none of this key. */
  reset(key: string): boolean {
    const known = this.#breakers.get(key)
    known?.breaker.reset()
    return known !== undefined
  }

  /** Forgets those of connectors that are no more. */
  retain(connectors: ReadonlySet<string>): void {
    for (const [key, { connector }] of this.#breakers) {
      if (!connectors.has(connector)) this.#breakers.delete(key)
    }
  }

  /** An open one protects somebody, so a closed one goes first; looks at the oldest few only. */
  #makeRoom(): void {
    const nowMs = this.#clock.monotonic()
    let looked = 0
    for (const [key, { breaker }] of this.#breakers) {
      if (breaker.state(nowMs) === 'closed') {
        this.#breakers.delete(key)
        return
      }
      if (++looked === LOOKED_AT) break
    }
    const [oldest] = this.#breakers.keys()
    if (oldest !== undefined) this.#breakers.delete(oldest)
  }
}

const LOOKED_AT = 100
