import type { Clock } from '../std/clock.ts'

/** How long a run may hold the event loop before it lets others go first. */
const TURN_MS = 5

interface Bounds {
  readonly deadlineAt?: number | undefined
  readonly control?: { readonly stopped: boolean } | undefined
}

/** What a run does between two steps: end, wait for its next turn, or go on at once. */
export class Turn {
  readonly #clock: Clock
  readonly #bounds: Bounds
  #beganMs = 0
  #hasWorked = false
  #isFirst = true

  constructor(clock: Clock, bounds: Bounds) {
    this.#clock = clock
    this.#bounds = bounds
    this.begin()
  }

  begin(): void {
    this.#beganMs = this.#clock.monotonic()
    this.#hasWorked = false
  }

  /** The first step of a run is never held up. */
  next(): 'end' | Promise<void> | undefined {
    const pause = this.#isFirst ? undefined : this.#pause()
    if (pause === undefined) {
      this.#isFirst = false
      this.#hasWorked = true
    }
    return pause
  }

  #pause(): 'end' | Promise<void> | undefined {
    const nowMs = this.#clock.monotonic()
    const { deadlineAt, control } = this.#bounds
    if (control?.stopped || (deadlineAt !== undefined && nowMs >= deadlineAt)) return 'end'
    if (!this.#hasWorked || nowMs - this.#beganMs < TURN_MS) return undefined
    return new Promise(resolve => setImmediate(resolve))
  }
}
