import type { ChannelConfig } from '../../channel/definition.ts'
import {
  type CacheStores,
  type KeptAnswers,
  openKeptAnswers,
} from '../../channel/response-cache/kept-answers.ts'
import type { Expression, Limits } from '../../expression/expression.ts'
import { DEFAULT_SCOPE } from '../../storage/scope.ts'
import type { Offers } from '../offers.ts'
import type { Side } from '../sides.ts'
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
  /** The versions of its workflow that answer. */
  readonly sides: readonly Side[]
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
  const { name, offers, timeoutMs, sides } = channel
  const { cache: config } = channel.config
  if (config?.enabled !== true) return undefined
  const { limits, registry, storeWatch } = needs
  const { ttl_secs = DEFAULT_TTL_SECS, namespaces = [] } = config
  const key = openCacheKey(config, limits)
  const keep = (side: Side | undefined): KeptAnswers => {
    const scope = scopeOf(channel, side)
    const settings = { scope, ttlMs: ttl_secs * 1000, namespaces }
    return holding.take(registry.answers, scope, () => openKeptAnswers(needs, settings))
  }
  const [newer, older] = sides
  const kept = keep(newer)
  const ofOlder = older && keep(older)
  const keptOf = (side: Side | undefined) => (side === older ? (ofOlder ?? kept) : kept)
  const options = { config, channel: name, key, keptOf, offers, timeoutMs, storeWatch }
  return { guard: new ResponseCacheGuard(options), reads: key.reads }
}

/** Any other version of the channel or its workflow may answer otherwise, and so begins with nothing kept. */
function scopeOf({ id, version, name, config }: CachedChannel, side: Side | undefined): string {
  const workflow = side === undefined ? null : `${side.version} ${side.hash}`
  const parts = ['response-cache', DEFAULT_SCOPE.tenant, id, version, name, config, workflow]
  return Bun.SHA256.hash(JSON.stringify(parts), 'base64')
}
