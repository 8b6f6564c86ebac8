import type { ConnectorError } from './failure.ts'

export interface RetryPolicy {
  readonly maxRetries: number
  /** Before the first repetition, doubled for each one after it. */
  readonly delayMs: number
}

export interface Attempted {
  /** Tries so far; 1 after the first one. */
  readonly tries: number
  /** Whether the call may happen twice. */
  readonly isRepeatable: boolean
  /** Until the deadline of the run. */
  readonly remainingMs: number
}

const LONGEST_DELAY_MS = 60_000

/**
 * How long to wait before the call is tried again; undefined when it is not: it would not help, it might do something
 * twice, or there is no time left. Exponential, with full jitter (`chance` from 0 to below 1); what the far side asks
 * for is waited at least.
 */
export function retryDelayMs(
  error: ConnectorError,
  { tries, isRepeatable, remainingMs }: Attempted,
  { maxRetries, delayMs }: RetryPolicy,
  chance: () => number,
): number | undefined {
  if (tries > maxRetries || !error.isPassing || !(isRepeatable || error.isUntouched)) return undefined
  const longest = Math.min(delayMs * 2 ** (tries - 1), LONGEST_DELAY_MS)
  const asked = error.code === 'UPSTREAM_ERROR' ? (error.retryAfterSecs ?? 0) * 1000 : 0
  const waitMs = Math.max(chance() * longest, asked)
  return waitMs < remainingMs ? waitMs : undefined
}
