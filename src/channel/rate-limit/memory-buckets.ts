import type { Clock } from '../../std/clock.ts'
import type { BucketStore, Rate, Taken } from './bucket-store.ts'

/** What is missing from a full bucket, in billionths of a token: each nanosecond brings `perSecond` of them. */
interface Bucket {
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
  readonly #buckets = new Map<string, Bucket>()
  readonly #perNs: number
  readonly #capacity: number
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #maxKeys: number
  #newest: string | undefined

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
      if (key === this.#newest) return kept
      this.#buckets.delete(key)
    } else if (this.#buckets.size >= this.#maxKeys) {
      this.#forgetOne(nowNs)
    }
    const bucket = kept ?? { debt: 0, atNs: nowNs }
    this.#buckets.set(key, bucket)
    this.#newest = key
    return bucket
  }

  #forgetOne(nowNs: number): void {
    let looked = 0
    let oldest: string | undefined
    for (const [key, bucket] of this.#buckets) {
      oldest ??= key
      if (this.#debt(bucket, nowNs) === 0) {
        oldest = key
        break
      }
      if (++looked >= CANDIDATES) break
    }
    if (oldest !== undefined) this.#buckets.delete(oldest)
  }
}
