import type { ChannelConfig } from '../../channel/definition.ts'
import { type CacheStores, openKeptAnswers } from '../../channel/response-cache/kept-answers.ts'
import type { Expression, Limits } from '../../expression/expression.ts'
import { DEFAULT_SCOPE } from '../../storage/scope.ts'
import type { Offers } from '../offers.ts'
import { ResponseCacheGuard } from './cache.ts'
import { openCacheKey } from './cache-key.ts'
import type { CacheGuard } from './guards.ts'
import type { Holding, RuntimeRegistry } from './registry.ts'
import type { StoreWatch } from './store-watch.ts'

export interface ResponseCacheNeeds extends CacheStores {
  readonly limits: Limits
  readonly registry: RuntimeRegistry
  readonly storeWatch: StoreWatch
}

/** A channel whose answers may be kept. */
export interface CachedChannel {
  readonly id: string
  readonly version: number
  readonly name: string
  readonly config: ChannelConfig
  /** Longest run. */
  readonly timeoutMs: number
  readonly offers: Offers
  /** Tells the workflow that answers, as it is written, from all others; undefined when none does. */
  readonly workflowHash: string | undefined
}

interface OpenResponseCache {
  readonly guard: CacheGuard
  /** What its expressions read of the request. */
  readonly reads: readonly Expression['reads'][]
}

const DEFAULT_TTL_SECS = 300

/** The response cache of a channel, if it declares one. Throws ExpressionError. */
export function openResponseCache(
  channel: CachedChannel,
  holding: Holding,
  needs: ResponseCacheNeeds,
): OpenResponseCache | undefined {
  const { name, offers, timeoutMs } = channel
  const { cache: config } = channel.config
  if (config?.enabled !== true) return undefined
  const { limits, registry, storeWatch } = needs
  const { ttl_secs = DEFAULT_TTL_SECS, namespaces = [] } = config
  const scope = scopeOf(channel)
  const key = openCacheKey(config, limits)
  const settings = { scope, ttlMs: ttl_secs * 1000, namespaces }
  const kept = holding.take(registry.answers, scope, () => openKeptAnswers(needs, settings))
  const options = { config, channel: name, key, kept, offers, timeoutMs, storeWatch }
  return { guard: new ResponseCacheGuard(options), reads: key.reads }
}

/** Any other version of the channel or its workflow may answer otherwise, and so begins with nothing kept. */
function scopeOf({ id, version, name, config, workflowHash }: CachedChannel): string {
  const parts = ['response-cache', DEFAULT_SCOPE.tenant, id, version, name, config, workflowHash ?? null]
  return Bun.SHA256.hash(JSON.stringify(parts), 'base64')
}
