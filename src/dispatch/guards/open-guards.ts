import type { Deduplication } from '../../channel/deduplication/definition.ts'
import type { Expression } from '../../expression/expression.ts'
import { Permits } from '../../std/permits.ts'
import { openAuth } from './auth.ts'
import { openBackpressure } from './backpressure.ts'
import { answeredKeysOn, cacheOf } from './connected-stores.ts'
import { openDeduplication } from './deduplication.ts'
import type { Guarded, GuardNeeds } from './guard-needs.ts'
import type { Guards } from './guards.ts'
import { openResponseCache } from './open-response-cache.ts'
import { openOrigin } from './origin.ts'
import { openPrincipalRateLimit, openRateLimit } from './rate-limit.ts'
import type { Holding } from './registry.ts'
import { openRequestSchema } from './request-schema.ts'
import { openValidation } from './validation.ts'

export interface OpenGuards {
  readonly guards: Guards
  /** What their expressions read of the request. */
  readonly reads: readonly Expression['reads'][]
  /** Headers that carry credentials of its callers, lower-case. */
  readonly masks: ReadonlySet<string>
}

export const NO_GUARDS: Guards = {
  rateLimit: undefined,
  auth: undefined,
  principalRateLimit: undefined,
  origin: undefined,
  requestSchema: undefined,
  validation: undefined,
  deduplication: undefined,
  cache: undefined,
  backpressure: undefined,
}

/** What a channel declares, ready to be asked. Throws ExpressionError, or OrionError, when something of it cannot be. */
export function openGuards(channel: Guarded, holding: Holding, needs: GuardNeeds): OpenGuards {
  const { config, name } = channel
  const { rate_limit, principal_rate_limit, request_schema, validation_logic } = config
  const validation =
    validation_logic === undefined ? undefined : openValidation(validation_logic, needs.limits)
  const auth = config.auth && openAuth(config.auth, needs)
  const cache = openResponseCache(channel, holding, needs)
  const origins = config.cors?.allowed_origins ?? config.origin_allow_list
  return {
    guards: {
      ...NO_GUARDS,
      rateLimit: rate_limit && openRateLimit(channel, rate_limit, holding, needs),
      auth,
      principalRateLimit:
        principal_rate_limit && openPrincipalRateLimit(channel, principal_rate_limit, holding, needs),
      origin: origins && openOrigin(origins, name),
      requestSchema: request_schema === undefined ? undefined : openRequestSchema(request_schema),
      validation,
      deduplication: config.deduplication && openKeys(channel, config.deduplication, holding, needs),
      cache: cache?.guard,
      backpressure: openPermits(channel, holding, needs),
    },
    reads: [...(validation === undefined ? [] : [validation.reads]), ...(cache?.reads ?? [])],
    masks: new Set(auth?.credentialHeaders),
  }
}

/** Between its claim and its end a request waits for a cached answer, for a place, for its run and for storage. */
const BESIDE_RUN_MS = 30_000

function openKeys(channel: Guarded, config: Deduplication, holding: Holding, needs: GuardNeeds) {
  const { id, name, timeoutMs } = channel
  const queueMs = channel.config.backpressure?.queue_timeout_ms ?? 0
  const answeredKeys = answeredKeysOn(cacheOf(config, needs), holding, needs)
  const holdMs = timeoutMs + queueMs + BESIDE_RUN_MS
  return openDeduplication({ id, name, holdMs }, config, { ...needs, answeredKeys })
}

function openPermits({ id, name, config }: Guarded, holding: Holding, { registry, telemetry }: GuardNeeds) {
  const { backpressure } = config
  if (backpressure === undefined) return undefined
  const limits = {
    maxConcurrent: backpressure.max_concurrent ?? backpressure.max_concurrent_per_node ?? 0,
    queueDepth: backpressure.queue_depth ?? 0,
    queueTimeoutMs: backpressure.queue_timeout_ms ?? 1000,
  }
  const key = JSON.stringify([id, limits])
  return openBackpressure(
    holding.take(registry.permits, key, () => new Permits(limits)),
    name,
    telemetry,
  )
}
