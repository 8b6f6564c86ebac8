import { type JsonObject, own } from '../../std/json.ts'
import type { CacheClient } from '../kinds/cache/client.ts'
import { type GuardCache, LeasedScripts } from './guard-caches.ts'
import type { LiveConnector } from './live-connector.ts'

/** A cache connector as guards use it; `key` is another one when the connector says something else. */
export function guardCache(key: string, live: LiveConnector<CacheClient>, config: JsonObject): GuardCache {
  const isElsewhere = own(config, 'backend') === 'redis'
  return { name: live.name, key, scripts: isElsewhere ? new LeasedScripts(live) : undefined }
}

/** Why there is no cache of that name among the connectors of a snapshot. */
export function whyNoCache(
  name: string,
  names: ReadonlySet<string>,
  broken: ReadonlyMap<string, string>,
): string {
  const why = broken.get(name)
  if (why !== undefined) return `connector "${name}" cannot be used: ${why}`
  if (names.has(name)) return `connector "${name}" is not a cache connector`
  return `there is no enabled connector "${name}"`
}
