import {
  listReply,
  numberReply,
  Script,
  type ScriptRunner,
  textReply,
} from '../../connector/kinds/cache/redis/script.ts'
import type { BucketStore, Rate, Taken } from './bucket-store.ts'

/** What is missing from a full bucket, in millionths of a token: each microsecond brings `perSecond` of them. */
const TOKEN = 1_000_000
/** What rounding two looks at the clock to the microsecond may take from a client that keeps exactly to the rate. */
const ROUNDED_US = 2

/** GCRA in whole numbers, by the clock of Redis. A full bucket is none. */
const TAKE = new Script(`
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local rate, capacity, slack = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local debt = 0
local known = redis.call('GET', KEYS[1])
if known then
  local before, at = string.match(known, '^(%d+) (%d+)$')
  now = math.max(now, tonumber(at))
  debt = math.max(0, tonumber(before) - (now - tonumber(at)) * rate)
end
local admitted = 0
if debt + ${TOKEN} <= capacity + slack then
  admitted = 1
  debt = debt + ${TOKEN}
end
local state = string.format('%.0f %.0f', debt, now)
redis.call('SET', KEYS[1], state, 'PX', math.ceil(debt / rate / 1000) + 1)
return {admitted, string.format('%.0f', debt)}
`)

interface RedisBucketsOptions {
  readonly rate: Rate
  readonly scripts: ScriptRunner
  /** What tells these buckets from all others in the same Redis; those of another server with the same definition are the same. */
  readonly scope: string
}

/** Buckets in a Redis, which all servers that use it share. */
export class RedisBuckets implements BucketStore {
  readonly #options: RedisBucketsOptions
  readonly #capacity: number
  readonly #slack: number

  constructor(options: RedisBucketsOptions) {
    this.#options = options
    this.#capacity = options.rate.burst * TOKEN
    this.#slack = options.rate.perSecond * ROUNDED_US
  }

  async take(key: string): Promise<Taken> {
    const { rate, scripts, scope } = this.#options
    const place = `${scope}:${Bun.SHA256.hash(key, 'base64')}`
    const args = [rate.perSecond, this.#capacity, this.#slack]
    const [admitted, text] = listReply(await scripts.run(TAKE, [place], args))
    const debt = Number(textReply(text))
    const excess = debt + TOKEN - this.#capacity
    return {
      admitted: numberReply(admitted) === 1,
      remaining: Math.max(0, Math.floor((this.#capacity - debt) / TOKEN)),
      retryAfterMs: excess <= this.#slack ? 0 : excess / rate.perSecond / 1000,
      resetMs: debt / rate.perSecond / 1000,
    }
  }
}
