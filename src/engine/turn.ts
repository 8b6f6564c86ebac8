import type { OpsBudget } from '../expression/expression.ts'
import type { Clock } from '../std/clock.ts'
import { nextTurn, TURN_MS } from '../std/next-turn.ts'

/** Steps within a task, and operations, that take so little time together that the clock is not asked between them. */
const UNASKED_STEPS = 4
const UNASKED_OPERATIONS = 20_000

interface Bounds {
  readonly deadlineAt?: number | undefined
  readonly control?: { readonly stopped: boolean } | undefined
}

/** What a run does between two steps: end, wait for its next turn, or go on at once. */
export class Turn {
  /** Whether a task was told to end. */
  isOver = false
  readonly #clock: Clock
  readonly #bounds: Bounds
  #beganMs = 0
  #hasWorked = false
  #isFirst = true
  #unasked = 0
  #askedAt = 0

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

  /** The same within a task, whose steps are small and many. */
  within({ remaining }: OpsBudget): 'end' | Promise<void> | undefined {
    const isSoon = this.#askedAt >= remaining && this.#askedAt - remaining < UNASKED_OPERATIONS
    if (++this.#unasked < UNASKED_STEPS && isSoon) return undefined
    this.#unasked = 0
    this.#askedAt = remaining
    const pause = this.next()
    if (pause === 'end') this.isOver = true
    return pause instanceof Promise ? pause.then(() => this.begin()) : pause
  }

  #pause(): 'end' | Promise<void> | undefined {
    const nowMs = this.#clock.monotonic()
    const { deadlineAt, control } = this.#bounds
    if (control?.stopped || (deadlineAt !== undefined && nowMs >= deadlineAt)) return 'end'
    return !this.#hasWorked || nowMs - this.#beganMs < TURN_MS ? undefined : nextTurn()
  }
}
