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
  failed(reason: string): void
  /** It ended before the far side could show how it is. */
  abandoned(): void
}

export interface Refused {
  /** Until a probe may pass. */
  readonly waitMs: number
}

/** Leaves a far side alone that fails again and again; lets one call try it after a while (design 17, 18). */
export class Breaker {
  readonly #settings: BreakerSettings
  #failures = 0
  /** Monotonic; undefined while closed. */
  #openedAtMs: number | undefined
  #isProbing = false
  #reason: string | undefined

  constructor(settings: BreakerSettings) {
    this.#settings = settings
  }

  /** Why it opened last; undefined while closed. */
  get reason(): string | undefined {
    return this.#openedAtMs === undefined ? undefined : this.#reason
  }

  state(nowMs: number): BreakerState {
    if (this.#openedAtMs === undefined) return 'closed'
    return this.#isProbing || this.#waitMs(nowMs) === 0 ? 'half_open' : 'open'
  }

  admit(clock: Pick<Clock, 'monotonic'>): Passage | Refused {
    const nowMs = clock.monotonic()
    if (this.#openedAtMs === undefined) return this.#passage(clock, false)
    const waitMs = this.#waitMs(nowMs)
    if (waitMs > 0) return { waitMs }
    if (this.#isProbing) return { waitMs: 1000 }
    this.#isProbing = true
    return this.#passage(clock, true)
  }

  reset(): void {
    this.#failures = 0
    this.#openedAtMs = undefined
    this.#isProbing = false
    this.#reason = undefined
  }

  #waitMs(nowMs: number): number {
    if (this.#openedAtMs === undefined) return 0
    return Math.max(0, this.#openedAtMs + this.#settings.recoveryMs - nowMs)
  }

  #passage(clock: Pick<Clock, 'monotonic'>, isProbe: boolean): Passage {
    let isTold = false
    const once = (tell: () => void) => () => {
      if (isTold) return
      isTold = true
      tell()
    }
    let reason = ''
    const fail = once(() => {
      this.#failures++
      // What began before it opened says nothing about how the far side is since.
      const opens = isProbe || (this.#openedAtMs === undefined && this.#isFull())
      if (opens) this.#open(reason, clock.monotonic())
    })
    return {
      succeeded: once(() => {
        if (isProbe) this.reset()
        else if (this.#openedAtMs === undefined) this.#failures = 0
      }),
      failed: why => {
        reason = why
        fail()
      },
      abandoned: once(() => {
        if (isProbe) this.#isProbing = false
      }),
    }
  }

  #isFull(): boolean {
    return this.#failures >= this.#settings.failureThreshold
  }

  #open(reason: string, nowMs: number): void {
    this.#openedAtMs = nowMs
    this.#isProbing = false
    this.#reason = reason
  }
}
