import type { Clock } from './clock.ts'

/** Stands still at an instant, so that what was done before comes out the same; durations are real. */
export class StoppedClock implements Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs = 0
  readonly #real: Clock

  constructor(real: Clock) {
    this.#real = real
  }

  now(): number {
    return this.nowMs
  }

  monotonic(): number {
    return this.#real.monotonic()
  }
}
