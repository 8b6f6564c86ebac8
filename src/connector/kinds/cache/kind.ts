import { type Json, type JsonObject, own } from '../../../std/json.ts'
import { unavailable } from '../../failure.ts'
import type { ClientNeeds, ConnectorKind } from '../kind.ts'
import type { CacheClient } from './client.ts'
import { MemoryCache } from './memory-cache.ts'
import { RedisCache } from './redis/redis-cache.ts'
import { RedisConnection } from './redis/redis-connection.ts'
import { type RedisSettings, redisSettings } from './redis/redis-settings.ts'

const MEMORY_BYTES = 67_108_864
const VALUE_BYTES = 10_485_760

export const cacheKind: ConnectorKind<CacheClient> = {
  title: 'a cache connector',
  type: 'cache',
  retries: { maxRetries: 0, delayMs: 100 },
  open(config, needs) {
    const limits = {
      maxValueBytes: positive(own(config, 'max_value_bytes')) ?? VALUE_BYTES,
      defaultTtlSecs: positive(own(config, 'default_ttl_secs')),
    }
    if (own(config, 'backend') === 'memory') {
      const maxBytes = positive(own(config, 'max_bytes')) ?? MEMORY_BYTES
      return new MemoryCache({ ...limits, maxBytes, clock: needs.clock })
    }
    const settings = settingsOf(config, needs)
    return new RedisCache({ ...limits, connection: new RedisConnection({ ...needs, settings }) })
  },
  probe: client => client.probe(),
}

function settingsOf(config: JsonObject, { name }: ClientNeeds): RedisSettings {
  try {
    return redisSettings(config)
  } catch (error) {
    const why = error instanceof TypeError ? error.message : 'its config cannot be used'
    throw unavailable(name, why, { isUntouched: true, isPassing: false, isUnwell: false })
  }
}

/** A number of nothing is none: `default_ttl_secs: 0` keeps values for good. */
function positive(value: Json | undefined): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined
}
