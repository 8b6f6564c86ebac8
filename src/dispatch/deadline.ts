import type { RunOutcome } from '../engine/run-api.ts'
import type { RunStop } from '../engine/run-stop.ts'

/** The longest wait that a timer can hold. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** A run that waits for something is stopped and ends as `timeout` after `limitMs`, whatever it waits for. */
export async function withinDeadline(
  run: Promise<RunOutcome>,
  limitMs: number,
  control: RunStop,
): Promise<RunOutcome> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<RunOutcome>(resolve => {
    const end = () => {
      control.stop()
      resolve({ status: 'timeout' })
    }
    timer = setTimeout(end, Math.min(limitMs, MAX_TIMER_MS))
  })
  try {
    return await Promise.race([run, late])
  } finally {
    clearTimeout(timer)
  }
}
