import type { Dialler } from '../../src/connector/egress/dialler.ts'
import { Egress } from '../../src/connector/egress/egress.ts'
import { systemLookup } from '../../src/connector/egress/host-lookups.ts'
import type { CacheClient } from '../../src/connector/kinds/cache/client.ts'
import { cacheKind } from '../../src/connector/kinds/cache/kind.ts'
import { TEST_DATABASE_NEEDS } from '../../src/connector/kinds/db/test-needs.ts'
import { type Clock, systemClock } from '../../src/std/clock.ts'
import type { JsonObject } from '../../src/std/json.ts'

/** The way out of a cache connector `kept` with this config. */
export function testDialler(config: JsonObject = {}): Dialler {
  const egress = new Egress({ lists: {}, lookup: systemLookup, clock: systemClock })
  return egress.dialler('kept', 'cache', config)
}

/** The client of a cache connector `kept` with this config. */
export function openCache(config: JsonObject, clock: Clock = systemClock): CacheClient {
  return cacheKind.open(config, {
    name: 'kept',
    clock,
    dialler: testDialler(config),
    userAgent: 'orion/test',
    databases: TEST_DATABASE_NEEDS,
  })
}
