import type { Clock } from './clock.ts'
import { nextTurn, TURN_MS } from './next-turn.ts'

/** Keeps a long row of small pieces of work in turns of the event loop. */
export class Turns {
  readonly #clock: Pick<Clock, 'monotonic'>
  #beganMs: number

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
    this.#beganMs = clock.monotonic()
  }

  /** Asked between pieces: lets everything else that waits run once when this turn has been long enough. */
  async restIfDue(): Promise<void> {
    if (this.#clock.monotonic() - this.#beganMs < TURN_MS) return
    await nextTurn()
    this.#beganMs = this.#clock.monotonic()
  }
}
