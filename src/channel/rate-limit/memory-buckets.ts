import type { Clock } from '../../std/clock.ts'
import { type Place, Recency } from '../../std/recency.ts'
import type { BucketStore, Rate, Taken } from './bucket-store.ts'

/** What is missing from a full bucket, in billionths of a token: each nanosecond brings `perSecond` of them. */
interface Bucket {
  readonly key: string
  debt: number
  /** Monotonic nanoseconds at which `debt` was so. */
  atNs: number
}

const TOKEN = 1_000_000_000
const MS = 1_000_000
/** What rounding two looks at the clock to the nanosecond may take from a client that keeps exactly to the rate. */
const ROUNDED_NS = 2
/** Oldest buckets that are looked at for a full one when a place is needed. */
const CANDIDATES = 8

const MAX_KEYS = 10_000

/**
 * Buckets in memory (GCRA), in whole numbers, so that nothing is lost or gained in a long run. Beyond `maxKeys` the bucket
 * that was asked longest ago is forgotten, a full one first, which costs nothing.
 */
export class MemoryBuckets implements BucketStore {
  readonly #buckets = new Map<string, Place<Bucket>>()
  readonly #perNs: number
  readonly #capacity: number
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #maxKeys: number
  readonly #recency = new Recency<Bucket>()

  constructor({ perSecond, burst }: Rate, clock: Pick<Clock, 'monotonic'>, maxKeys = MAX_KEYS) {
    this.#perNs = perSecond
    this.#capacity = burst * TOKEN
    this.#clock = clock
    this.#maxKeys = maxKeys
  }

  get size(): number {
    return this.#buckets.size
  }

  take(key: string): Taken {
    const nowNs = Math.round(this.#clock.monotonic() * MS)
    const bucket = this.#bucket(key, nowNs)
    bucket.debt = this.#debt(bucket, nowNs)
    bucket.atNs = nowNs
    const admitted = this.#admits(bucket.debt)
    if (admitted) bucket.debt += TOKEN
    const { debt } = bucket
    const excess = debt + TOKEN - this.#capacity
    return {
      admitted,
      remaining: Math.max(0, Math.floor((this.#capacity - debt) / TOKEN)),
      retryAfterMs: this.#admits(debt) ? 0 : excess / this.#perNs / MS,
      resetMs: debt / this.#perNs / MS,
    }
  }

  #admits(debt: number): boolean {
    return debt + TOKEN <= this.#capacity + ROUNDED_NS * this.#perNs
  }

  #debt({ debt, atNs }: Bucket, nowNs: number): number {
    return Math.max(0, debt - (nowNs - atNs) * this.#perNs)
  }

  /** The bucket of a key, which is from now on the newest. */
  #bucket(key: string, nowNs: number): Bucket {
    const kept = this.#buckets.get(key)
    if (kept !== undefined) {
      this.#recency.touch(kept)
      return kept.item
    }
    if (this.#buckets.size >= this.#maxKeys) this.#forgetOne(nowNs)
    const place = this.#recency.add({ key, debt: 0, atNs: nowNs })
    this.#buckets.set(key, place)
    return place.item
  }

  #forgetOne(nowNs: number): void {
    const { oldest } = this.#recency
    if (oldest === undefined) return
    let place: Place<Bucket> | undefined = oldest
    for (let looked = 0; place !== undefined && looked < CANDIDATES; looked++) {
      if (this.#debt(place.item, nowNs) === 0) break
      place = place.newer
    }
    const forgotten = place !== undefined && this.#debt(place.item, nowNs) === 0 ? place : oldest
    this.#recency.remove(forgotten)
    this.#buckets.delete(forgotten.item.key)
  }
}
