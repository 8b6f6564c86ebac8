import { Egress } from '../../src/connector/egress/egress.ts'
import { systemLookup } from '../../src/connector/egress/host-lookups.ts'
import type { CacheClient } from '../../src/connector/kinds/cache/client.ts'
import { cacheKind } from '../../src/connector/kinds/cache/kind.ts'
import { type Clock, systemClock } from '../../src/std/clock.ts'
import type { JsonObject } from '../../src/std/json.ts'

/** The client of a cache connector `kept` with this config. */
export function openCache(config: JsonObject, clock: Clock = systemClock): CacheClient {
  const dialler = new Egress({ lists: {}, lookup: systemLookup, clock }).dialler('kept', 'cache', config)
  return cacheKind.open(config, { name: 'kept', clock, dialler })
}
