import { type Rate, rateOf } from '../channel/rate-limit/bucket-store.ts'
import { MemoryBuckets } from '../channel/rate-limit/memory-buckets.ts'
import type { Config } from '../config/schema.ts'
import { settleLimit } from '../dispatch/guards/limit-outcome.ts'
import type { Clock } from '../std/clock.ts'
import type { Counters } from '../telemetry/counters.ts'
import type { Exchange } from './exchange.ts'

/** `[rate_limit]`, when it is enabled: requests a second. */
interface PlatformRates {
  readonly default: Rate
  /** Undefined shares the default's buckets. */
  readonly adminPerSecond: number | undefined
  readonly dataPerSecond: number | undefined
}

/** Counts a request by its client's address. Throws RATE_LIMITED. */
export type PlatformLimit = (exchange: Exchange) => void

const NEVER_LIMITED = new Set(['/healthz', '/readyz'])

/** The limit of the whole platform (contract 1.9): admin, data, and everything else with the default's buckets. */
function platformLimit(
  rates: PlatformRates,
  clock: Pick<Clock, 'monotonic'>,
  counters: Counters,
): PlatformLimit {
  const other = group(rates.default, clock)
  const own = (perSecond: number | undefined) =>
    perSecond === undefined ? other : group(rateOf(perSecond, undefined), clock)
  const admin = own(rates.adminPerSecond)
  const data = own(rates.dataPerSecond)
  const groupOf = (path: string) => {
    if (path.startsWith('/api/v1/admin')) return admin
    return path === '/api/v1/data' || path.startsWith('/api/v1/data/') ? data : other
  }
  return exchange => {
    if (NEVER_LIMITED.has(exchange.path)) return
    const { buckets, rate } = groupOf(exchange.path)
    settleLimit(buckets.take(exchange.clientIp()), rate, exchange, counters)
  }
}

/** As configured; undefined when the platform limits nobody. */
export function openPlatformLimit(
  { enabled, default_rps, default_burst, endpoints }: Config['rate_limit'],
  clock: Pick<Clock, 'monotonic'>,
  counters: Counters,
): PlatformLimit | undefined {
  if (!enabled) return undefined
  const rates = {
    default: rateOf(default_rps, default_burst),
    adminPerSecond: endpoints.admin_rps,
    dataPerSecond: endpoints.data_rps,
  }
  return platformLimit(rates, clock, counters)
}

function group(rate: Rate, clock: Pick<Clock, 'monotonic'>) {
  return { rate, buckets: new MemoryBuckets(rate, clock) }
}
