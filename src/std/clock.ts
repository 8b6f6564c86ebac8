/** Where time comes from; tests pass their own. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Milliseconds of a clock that never goes back; for durations only. */
  monotonic(): number
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
}

let lastMs = -1
let lastText = ''

/** RFC 3339, UTC, milliseconds, `Z`: the form of every time stamp on the wire. */
export function timestamp(epochMs: number): string {
  if (epochMs !== lastMs) {
    lastMs = epochMs
    lastText = new Date(epochMs).toISOString()
  }
  return lastText
}
