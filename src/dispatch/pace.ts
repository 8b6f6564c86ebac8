import { OrionError } from '../errors.ts'
import type { Clock } from '../std/clock.ts'
import { nextTurn } from '../std/next-turn.ts'

/** How long a build holds the event loop before it lets requests go first. */
const TURN_MS = 2

/** Keeps long work in small turns and ends it at its deadline. */
export class Pace {
  readonly #clock: Clock
  readonly #limitMs: number
  readonly #deadlineAt: number
  #turnEndsAt: number

  constructor(clock: Clock, limitMs: number) {
    this.#clock = clock
    this.#limitMs = limitMs
    this.#deadlineAt = clock.monotonic() + limitMs
    this.#turnEndsAt = clock.monotonic() + TURN_MS
  }

  /** True when it is time to `rest`; asked between pieces, so that most pieces cost no await. */
  isDue(): boolean {
    return this.#clock.monotonic() >= this.#turnEndsAt
  }

  async restIfDue(): Promise<void> {
    if (this.isDue()) await this.rest()
  }

  /** Lets everything else that waits run once. Throws SERVICE_UNAVAILABLE after the deadline. */
  async rest(): Promise<void> {
    if (this.#clock.monotonic() >= this.#deadlineAt) {
      throw new OrionError(
        'SERVICE_UNAVAILABLE',
        `Engine reload took longer than ${this.#limitMs} ms (engine.reload_timeout_secs); nothing was changed`,
      )
    }
    await nextTurn()
    this.#turnEndsAt = this.#clock.monotonic() + TURN_MS
  }
}
