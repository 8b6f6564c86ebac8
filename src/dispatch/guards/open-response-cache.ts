import { type KeptAnswers, openKeptAnswers } from '../../channel/response-cache/kept-answers.ts'
import type { Expression } from '../../expression/expression.ts'
import { DEFAULT_SCOPE } from '../../storage/scope.ts'
import type { Side } from '../sides.ts'
import { ResponseCacheGuard } from './cache.ts'
import { openCacheKey } from './cache-key.ts'
import { cacheOf, responsesOn } from './connected-stores.ts'
import type { Guarded, GuardNeeds } from './guard-needs.ts'
import type { CacheGuard } from './guards.ts'
import type { Holding } from './registry.ts'

interface OpenResponseCache {
  readonly guard: CacheGuard
  /** What its expressions read of the request. */
  readonly reads: readonly Expression['reads'][]
}

const DEFAULT_TTL_SECS = 300

/** The response cache of a channel, if it declares one. Throws ExpressionError. */
export function openResponseCache(
  channel: Guarded,
  holding: Holding,
  needs: GuardNeeds,
): OpenResponseCache | undefined {
  const { name, offers, timeoutMs, sides } = channel
  const { cache: config } = channel.config
  if (config?.enabled !== true) return undefined
  const { limits, registry, storeWatch } = needs
  const { ttl_secs = DEFAULT_TTL_SECS, namespaces = [] } = config
  const key = openCacheKey(config, limits)
  const cache = cacheOf(config, needs)
  const stores = { responseCache: responsesOn(cache, holding, needs), localCache: needs.localCache }
  const keep = (side: Side | undefined): KeptAnswers => {
    const scope = scopeOf(channel, side)
    const settings = { scope, ttlMs: ttl_secs * 1000, namespaces }
    const state = `${scope}${cache?.key ?? ''}`
    return holding.take(registry.answers, state, () => openKeptAnswers(stores, settings))
  }
  const [newer, older] = sides
  const kept = keep(newer)
  const ofOlder = older && keep(older)
  const keptOf = (side: Side | undefined) => (side === older ? (ofOlder ?? kept) : kept)
  const options = { config, channel: name, key, keptOf, offers, timeoutMs, storeWatch }
  return { guard: new ResponseCacheGuard(options), reads: key.reads }
}

/** Any other version of the channel or its workflow may answer otherwise, and so begins with nothing kept. */
function scopeOf({ id, version, name, config }: Guarded, side: Side | undefined): string {
  const workflow = side === undefined ? null : `${side.version} ${side.hash}`
  const parts = ['response-cache', DEFAULT_SCOPE.tenant, id, version, name, config, workflow]
  return Bun.SHA256.hash(JSON.stringify(parts), 'base64')
}
