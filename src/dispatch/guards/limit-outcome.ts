import type { Rate, Taken } from '../../channel/rate-limit/bucket-store.ts'
import { OrionError } from '../../errors.ts'
import type { Counters } from '../../telemetry/counters.ts'
import type { Arrival } from '../arrival.ts'

/** Tells the caller where it stands with a limit. Throws RATE_LIMITED when it is over it. */
export function settleLimit(
  { admitted, remaining, retryAfterMs, resetMs }: Taken,
  { burst }: Rate,
  caller: Pick<Arrival, 'showLimit'>,
  counters: Counters,
): void {
  caller.showLimit({ limit: burst, remaining, resetSecs: Math.ceil(resetMs / 1000) })
  if (!admitted) throw rateLimited(retryAfterMs, counters)
}

export function rateLimited(retryAfterMs: number, counters: Counters): OrionError {
  counters.increment('rate_limited')
  return new OrionError('RATE_LIMITED', 'Too many requests', {
    headers: { 'retry-after': `${Math.max(1, Math.ceil(retryAfterMs / 1000))}` },
  })
}
