import type { Clock } from '../../src/std/clock.ts'

export interface HandClock extends Clock {
  advance(seconds: number): void
}

/** A clock that stands still unless it is moved; `startMs` is in milliseconds since the Unix epoch. */
export function handClock(startMs = Date.parse('2026-01-02T03:04:05.678Z')): HandClock {
  let elapsedMs = 0
  return {
    now: () => startMs + elapsedMs,
    monotonic: () => elapsedMs,
    advance(seconds) {
      elapsedMs += seconds * 1000
    },
  }
}
