import type { Clock } from '../../std/clock.ts'

export interface BreakerSettings {
  /** Failures in a row that open it. */
  readonly failureThreshold: number
  /** How long it stays open before a probe may pass. */
  readonly recoveryMs: number
}

export type BreakerState = 'closed' | 'open' | 'half_open'

/** A call that may pass; told once what became of it. */
export interface Passage {
  /** The far side answered, whatever it said. */
  succeeded(): void
  /** True when that opened the breaker. */
  failed(reason: string): boolean
  /** It ended before the far side could show how it is. */
  abandoned(): void
}

export interface Refused {
  /** Until a probe may pass. */
  readonly waitMs: number
}

/** While a probe is under way nobody knows how long it takes. */
const ANOTHER_PROBES: Refused = { waitMs: 1000 }

/** Leaves a far side alone that fails again and again; lets one call try it after a while (design 17, 18). */
export class Breaker {
  readonly #settings: BreakerSettings
  #failures = 0
  /** Monotonic; undefined while closed. */
  #openedAtMs: number | undefined
  #isProbing = false
  #reason: string | undefined
  /** Counts how often it opened or closed. */
  #era = 0

  constructor(settings: BreakerSettings) {
    this.#settings = settings
  }

  /** Why it opened last; undefined while closed. */
  get reason(): string | undefined {
    return this.#reason
  }

  state(nowMs: number): BreakerState {
    if (this.#openedAtMs === undefined) return 'closed'
    return this.#isProbing || this.#waitMs(nowMs) === 0 ? 'half_open' : 'open'
  }

  admit(clock: Pick<Clock, 'monotonic'>): Passage | Refused {
    if (this.#openedAtMs === undefined) return new Pass(this, this.#era, clock)
    const waitMs = this.#waitMs(clock.monotonic())
    if (waitMs > 0) return { waitMs }
    if (this.#isProbing) return ANOTHER_PROBES
    this.#isProbing = true
    return new Pass(this, this.#era, clock)
  }

  reset(): void {
    this.#begin(undefined, undefined)
  }

  /** What was admitted in another era says nothing about how the far side is since. */
  succeeded(era: number): void {
    if (era !== this.#era) return
    if (this.#openedAtMs === undefined) this.#failures = 0
    else this.reset()
  }

  failed(era: number, reason: string, nowMs: number): boolean {
    if (era !== this.#era) return false
    const opens = this.#isProbing || ++this.#failures >= this.#settings.failureThreshold
    if (opens) this.#begin(nowMs, reason)
    return opens
  }

  abandoned(era: number): void {
    if (era === this.#era) this.#isProbing = false
  }

  #waitMs(nowMs: number): number {
    if (this.#openedAtMs === undefined) return 0
    return Math.max(0, this.#openedAtMs + this.#settings.recoveryMs - nowMs)
  }

  #begin(openedAtMs: number | undefined, reason: string | undefined): void {
    this.#era++
    this.#failures = 0
    this.#isProbing = false
    this.#openedAtMs = openedAtMs
    this.#reason = reason
  }
}

class Pass implements Passage {
  #breaker: Breaker | undefined
  readonly #era: number
  readonly #clock: Pick<Clock, 'monotonic'>

  constructor(breaker: Breaker, era: number, clock: Pick<Clock, 'monotonic'>) {
    this.#breaker = breaker
    this.#era = era
    this.#clock = clock
  }

  succeeded(): void {
    this.#once()?.succeeded(this.#era)
  }

  failed(reason: string): boolean {
    return this.#once()?.failed(this.#era, reason, this.#clock.monotonic()) ?? false
  }

  abandoned(): void {
    this.#once()?.abandoned(this.#era)
  }

  #once(): Breaker | undefined {
    const breaker = this.#breaker
    this.#breaker = undefined
    return breaker
  }
}
