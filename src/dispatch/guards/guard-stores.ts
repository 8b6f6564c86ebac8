import type { KeyStore } from '../../channel/deduplication/store.ts'
import type { BucketStore, Rate } from '../../channel/rate-limit/bucket-store.ts'
import { MemoryBuckets } from '../../channel/rate-limit/memory-buckets.ts'
import type { ResponseCacheStore } from '../../channel/response-cache/store.ts'
import type { Clock } from '../../std/clock.ts'

/** Where guards keep what they remember; each makes what one guard of one channel needs. */
export interface GuardStores {
  buckets(rate: Rate): BucketStore
  /** Undefined is the memory of this process. */
  readonly responses?: ResponseCacheStore | undefined
  /** Of idempotency keys; undefined is the database of this server. */
  readonly answeredKeys?: KeyStore | undefined
}

/** In the memory of this process. */
export function memoryStores(clock: Pick<Clock, 'monotonic'>): GuardStores {
  return { buckets: rate => new MemoryBuckets(rate, clock) }
}
