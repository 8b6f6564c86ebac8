/** How often something may happen. */
export interface Rate {
  /** In the long run; an integer of at least 1. */
  readonly perSecond: number
  /** At once, and so the capacity of a bucket; an integer of at least 1. */
  readonly burst: number
}

/** What came of one request. */
export interface Taken {
  readonly admitted: boolean
  /** Requests that would be admitted now. */
  readonly remaining: number
  /** Milliseconds until one is admitted again; 0 when one would be now. */
  readonly retryAfterMs: number
  /** Milliseconds until the bucket is full. */
  readonly resetMs: number
}

/** A bucket of tokens for each key, all of one rate: a full bucket holds `burst`, and a request that is admitted takes one. */
export interface BucketStore {
  /** In any t seconds at most `burst + perSecond * t` requests of a key are admitted. A rejection is a failure of the store. */
  take(key: string): Taken | Promise<Taken>
}

/** As `rate_limit` has it (contract 9.1): the burst is half of the rate and one when left out, and never 0. */
export function rateOf(perSecond: number, burst: number | undefined): Rate {
  return {
    perSecond: Math.max(1, perSecond),
    burst: Math.max(1, burst ?? Math.floor(perSecond / 2) + 1),
  }
}
