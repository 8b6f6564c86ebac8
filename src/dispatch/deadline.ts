import type { RunOutcome } from '../engine/run-api.ts'

/** The longest wait that a timer can hold. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** A run that waits for something ends as `timeout` after `limitMs`, whatever it waits for. */
export async function withinDeadline(run: Promise<RunOutcome>, limitMs: number): Promise<RunOutcome> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<RunOutcome>(resolve => {
    timer = setTimeout(resolve, Math.min(limitMs, MAX_TIMER_MS), { status: 'timeout' })
  })
  try {
    return await Promise.race([run, late])
  } finally {
    clearTimeout(timer)
  }
}
