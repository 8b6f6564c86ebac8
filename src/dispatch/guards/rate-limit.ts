import { rateOf, type Taken } from '../../channel/rate-limit/bucket-store.ts'
import type { PrincipalRateLimit, RateLimit } from '../../channel/rate-limit/definition.ts'
import { mayRead } from '../../engine/reads.ts'
import type { Awaitable } from '../../std/awaitable.ts'
import { own } from '../../std/json.ts'
import type { Arrival } from '../arrival.ts'
import { addressKey, SHARED_KEY } from './bucket-key.ts'
import { Buckets } from './buckets.ts'
import { bucketsOn, cacheOf } from './connected-stores.ts'
import type { Guarded, GuardNeeds } from './guard-needs.ts'
import type { PrincipalRateLimitGuard, RateLimitGuard } from './guards.ts'
import { openKeyLogic } from './key-logic.ts'
import { rateLimited, settleLimit } from './limit-outcome.ts'
import type { Holding } from './registry.ts'

type Settings = RateLimit | PrincipalRateLimit
type Kind = 'rate_limit' | 'principal_rate_limit'

/** `rate_limit` (contract 9.1). Throws ExpressionError when its key does not compile. */
export function openRateLimit(
  channel: Guarded,
  settings: RateLimit,
  holding: Holding,
  needs: GuardNeeds,
): RateLimitGuard {
  const take = limiter(channel, 'rate_limit', settings, holding, needs)
  if (settings.key_logic === undefined) {
    return { readsBody: false, admit: arrival => take(arrival, arrival.facts.clientIp()) }
  }
  const keyed = openKeyLogic(channel.name, settings.key_logic, needs.limits)
  return {
    readsBody: mayRead(keyed.reads, 'data'),
    admit: (arrival, body) =>
      take(arrival, keyed.keyOf(arrival, { data: body?.payload ?? null }) ?? missingKey(arrival, settings)),
  }
}

/** `principal_rate_limit`: the same over who was verified. Throws ExpressionError when its key does not compile. */
export function openPrincipalRateLimit(
  channel: Guarded,
  settings: PrincipalRateLimit,
  holding: Holding,
  needs: GuardNeeds,
): PrincipalRateLimitGuard {
  const take = limiter(channel, 'principal_rate_limit', settings, holding, needs)
  const { keyOf } = openKeyLogic(channel.name, settings.key_logic, needs.limits)
  return {
    admit(arrival, auth) {
      const claims = auth === undefined ? null : (own(auth, 'claims') ?? null)
      const key = keyOf(arrival, { auth: auth ?? null, claims })
      return take(arrival, key ?? missingKey(arrival, settings))
    },
  }
}

/** Whose requests those are that have no key; undefined when they are nobody's. */
function missingKey({ facts }: Arrival, { on_missing_key = 'shared' }: Settings): string | undefined {
  if (on_missing_key === 'reject') return undefined
  return on_missing_key === 'client_ip' ? addressKey(facts.clientIp()) : SHARED_KEY
}

type Take = (arrival: Arrival, key: string | undefined) => Awaitable<void>

/** Takes a token of a key, from buckets that last as long as the channel and this limit do. */
function limiter(
  channel: Guarded,
  guard: Kind,
  settings: Settings,
  holding: Holding,
  needs: GuardNeeds,
): Take {
  const { registry, clock, storeWatch, telemetry } = needs
  const { counters } = telemetry
  const rate = rateOf(settings.requests_per_second, settings.burst)
  const cache = cacheOf(settings, needs)
  const limit = JSON.stringify([channel.id, guard, rate, settings.key_logic ?? null])
  const buckets = holding.take(registry.buckets, `${limit}${cache?.key ?? ''}`, () => {
    const store = bucketsOn(cache, rate, { channelId: channel.id, guard, limit }, needs)
    return new Buckets(rate, store, clock)
  })
  const watched = { channel: channel.name, guard }
  const policy = settings.on_store_error ?? 'local'
  const allowed = (): Taken | undefined => undefined
  return (arrival, key) => {
    if (key === undefined) throw rateLimited(0, counters)
    const settle = (taken: Taken | undefined) => {
      if (taken !== undefined) settleLimit(taken, rate, arrival, counters)
    }
    const taken = storeWatch.guard(
      watched,
      () => buckets.store.take(key),
      policy,
      () => buckets.local.take(key),
      allowed,
    )
    return taken instanceof Promise ? taken.then(settle) : settle(taken)
  }
}
