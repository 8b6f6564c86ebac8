import type { StopWhen } from './stop-when.ts'

/** What one version did in a window. */
export interface Tally {
  readonly requests: number
  readonly errors: number
  /** Milliseconds; undefined before the first request. */
  p99(): number | undefined
}

/** Differences this small are of adding, not of running. */
const ROUNDING = 1e-9

/**
 * Why the newer version is to be put back after what both did in the same window; undefined when it is not.
 * Failures count as soon as they are too many for the whole window, whatever the rest of it brings; the 99th percentile
 * when the window is full. A version without a request has no failures and takes no time.
 */
export function stopReason(rule: StopWhen, newer: Tally, older: Tally): string | undefined {
  const { error_rate_over, p99_over_ms, after_requests } = rule
  if (error_rate_over !== undefined) {
    const above = newer.errors / after_requests - errorRate(older)
    if (above > error_rate_over + ROUNDING) {
      return `${failed(newer)}, in a window of ${after_requests}, against ${failed(older)} of the other version: more than ${error_rate_over} above it`
    }
  }
  if (p99_over_ms === undefined || newer.requests < after_requests) return undefined
  const [own, other] = [newer.p99() ?? 0, older.p99() ?? 0]
  if (own - other <= p99_over_ms) return undefined
  return `p99 is ${shortMs(own)} ms over ${newer.requests} requests, against ${shortMs(other)} ms of the other version: more than ${p99_over_ms} ms above it`
}

/** From 0 to 1; 0 without a request. */
export function errorRate({ requests, errors }: Pick<Tally, 'requests' | 'errors'>): number {
  return requests === 0 ? 0 : errors / requests
}

/** As exact as a histogram is. */
export function shortMs(ms: number): number {
  return Number(ms.toPrecision(4))
}

function failed({ requests, errors }: Tally): string {
  return `${errors} of ${requests} requests failed`
}
