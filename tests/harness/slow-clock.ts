import { type Clock, systemClock } from '../../src/std/clock.ts'
import type { Json } from '../../src/std/json.ts'

/** A rule that takes its time on a slow clock. */
export const TAKES_TIME: Json = { now: [] }

/** The system's clock, but that a tenth of a second passes whenever somebody asks what time it is. */
export function slowClock(): Clock {
  let lateMs = 0
  return {
    now() {
      lateMs += 100
      return systemClock.now() + lateMs
    },
    monotonic: () => systemClock.monotonic() + lateMs,
  }
}
