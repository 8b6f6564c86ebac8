import { connectorUses } from '../../channel/connector-uses.ts'
import { MemoryKeys } from '../../channel/deduplication/memory-keys.ts'
import { RedisKeys } from '../../channel/deduplication/redis-keys.ts'
import type { BucketStore, Rate } from '../../channel/rate-limit/bucket-store.ts'
import { RedisBuckets } from '../../channel/rate-limit/redis-buckets.ts'
import { RedisResponseCache } from '../../channel/response-cache/redis-store.ts'
import type { ResponseCacheStore } from '../../channel/response-cache/store.ts'
import type { GuardCache, GuardCaches } from '../../connector/live/guard-caches.ts'
import type { JsonObject } from '../../std/json.ts'
import { DEFAULT_SCOPE } from '../../storage/scope.ts'
import { AnsweredKeys } from './answered-keys.ts'
import type { GuardNeeds } from './guard-needs.ts'
import type { Holding } from './registry.ts'

const { tenant } = DEFAULT_SCOPE
/** Of a cache connector in memory. */
const MEMORY_KEYS = { maxKeys: 100_000, maxBytes: 64 << 20 }

/** Why a guard cannot keep its state where the config of its channel says; undefined when all can. */
export function connectorProblem(config: JsonObject, caches: GuardCaches): string | undefined {
  for (const { path, connector } of connectorUses(config)) {
    const found = caches.cache(connector)
    if ('reason' in found) return `${path}: ${found.reason}`
  }
  return undefined
}

/** The cache that a guard names; undefined when it names none. A name that is none is a defect: it was looked for before. */
export function cacheOf(
  { connector }: { readonly connector?: string | undefined },
  { caches }: Pick<GuardNeeds, 'caches'>,
): GuardCache | undefined {
  if (connector === undefined) return undefined
  const found = caches.cache(connector)
  if ('reason' in found) throw new Error(found.reason)
  return found
}

/** Buckets on a cache; `limit` tells them from those of every other limit. */
export function bucketsOn(
  cache: GuardCache | undefined,
  rate: Rate,
  { channelId, guard, limit }: { readonly channelId: string; readonly guard: string; readonly limit: string },
  { stores }: Pick<GuardNeeds, 'stores'>,
): BucketStore {
  if (cache?.scripts === undefined) return stores.buckets(rate)
  const scope = `orion:${guard}:${tenant}:${channelId}:${Bun.SHA256.hash(limit, 'base64')}`
  return new RedisBuckets({ rate, scripts: cache.scripts, scope })
}

export function answeredKeysOn(
  cache: GuardCache | undefined,
  holding: Holding,
  needs: GuardNeeds,
): AnsweredKeys {
  if (cache === undefined) return needs.answeredKeys
  const { clock, telemetry, registry } = needs
  return holding.take(registry.answeredKeys, cache.key, () => {
    const { scripts } = cache
    const newToken = () => crypto.randomUUID()
    const store =
      scripts === undefined ? new MemoryKeys(MEMORY_KEYS) : new RedisKeys({ scripts, tenant, newToken })
    return new AnsweredKeys({ store, clock, telemetry })
  })
}

/** Answers that a cache in memory keeps have the room of all answers in memory. */
export function responsesOn(
  cache: GuardCache | undefined,
  holding: Holding,
  { registry, responseCache, localCache }: Pick<GuardNeeds, 'registry' | 'responseCache' | 'localCache'>,
): ResponseCacheStore {
  if (cache === undefined) return responseCache
  const { name, key, scripts } = cache
  if (scripts === undefined) return localCache
  return holding.take(registry.responseCaches, key, () => new RedisResponseCache({ name, scripts, tenant }))
}
