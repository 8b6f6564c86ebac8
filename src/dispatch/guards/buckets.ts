import type { BucketStore, Rate } from '../../channel/rate-limit/bucket-store.ts'
import { MemoryBuckets } from '../../channel/rate-limit/memory-buckets.ts'
import type { Clock } from '../../std/clock.ts'

/** The buckets of one limit of a channel, and those that stand in while their store fails. */
export class Buckets {
  readonly rate: Rate
  readonly store: BucketStore
  readonly #clock: Pick<Clock, 'monotonic'>
  #local: BucketStore | undefined

  constructor(rate: Rate, store: BucketStore, clock: Pick<Clock, 'monotonic'>) {
    this.rate = rate
    this.store = store
    this.#clock = clock
  }

  /** In the memory of this process; full at the first outage. */
  get local(): BucketStore {
    this.#local ??= new MemoryBuckets(this.rate, this.#clock)
    return this.#local
  }
}
