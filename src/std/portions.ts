import type { Clock } from './clock.ts'
import { nextTurn, TURN_MS } from './next-turn.ts'

/** Work that pauses now and then, so that whoever drives it may let others go first. */
export type Portions<Result> = Generator<unknown, Result, void>

/** Does the work without a pause. */
export function atOnce<Result>(work: Portions<Result>): Result {
  for (;;) {
    const next = work.next()
    if (next.done === true) return next.value
  }
}

/** Does the work in turns of the event loop. Rejects with what it throws. */
export async function inPortions<Result>(work: Portions<Result>, clock: Clock): Promise<Result> {
  let beganMs = clock.monotonic()
  for (;;) {
    const next = work.next()
    if (next.done === true) return next.value
    if (clock.monotonic() - beganMs < TURN_MS) continue
    await nextTurn()
    beganMs = clock.monotonic()
  }
}
