/** A shard that is full is cleared of what has expired no more often than this. */
const CLEARING_INTERVAL_MS = 1000
const SHARDS = 64
const FIRST_SLOTS = 64
/** How full a shard may be before it is made anew. */
const LOAD = 0.75

/**
 * Where the rows of keys are: 16 bytes a slot, no object per key. Keys are hashes in hex, of which 38 bits are kept, so
 * what is found may be the row of another key. What has expired goes when its shard is made anew.
 */
export class KeyIndex {
  readonly #shards: readonly Shard[]

  /** `limit` is how many keys there is room for, about. */
  constructor(limit: number) {
    this.#shards = Array.from({ length: SHARDS }, () => new Shard(Math.ceil(limit / SHARDS)))
  }

  get slots(): number {
    return this.#shards.reduce((sum, { slots }) => sum + slots, 0)
  }

  /** False when there is no room for this key; `add` takes it all the same. */
  hasRoom(key: string, nowMs: number): boolean {
    return this.#shardOf(key).hasRoom(nowMs)
  }

  add(key: string, position: number, expiresAtMs: number, nowMs: number): void {
    this.#shardOf(key).add(tagOf(key), position, Math.ceil(expiresAtMs / 1000), nowMs)
  }

  /** What `look` finds at the first position where it finds something; it is asked for expired ones, too. */
  find<Found>(key: string, look: (position: number) => Found | undefined): Found | undefined {
    return this.#shardOf(key).find(tagOf(key), look)
  }

  #shardOf(key: string): Shard {
    const number = Number.parseInt(key.slice(8, 10), 16) % SHARDS
    const shard = this.#shards[number]
    if (shard === undefined) throw new RangeError(`The key "${key}" is not a hash in hex`)
    return shard
  }
}

function tagOf(key: string): number {
  return Number.parseInt(key.slice(0, 8), 16)
}

/** Open addressing with linear probing. Small enough to be made anew within a turn of the event loop. */
class Shard {
  readonly #limit: number
  #tags = new Uint32Array(FIRST_SLOTS)
  #positions = new Float64Array(FIRST_SLOTS)
  /** Seconds since the Unix epoch; 0 where a slot is free. */
  #expires = new Uint32Array(FIRST_SLOTS)
  #used = 0
  #clearAtMs = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get slots(): number {
    return this.#tags.length
  }

  hasRoom(nowMs: number): boolean {
    if (this.#used < this.#limit) return true
    if (nowMs < this.#clearAtMs) return false
    this.#clearAtMs = nowMs + CLEARING_INTERVAL_MS
    this.#renew(nowMs)
    return this.#used < this.#limit
  }

  add(tag: number, position: number, expires: number, nowMs: number): void {
    if (this.#used + 1 > this.slots * LOAD) this.#renew(nowMs)
    this.#put(tag, position, expires)
  }

  find<Found>(tag: number, look: (position: number) => Found | undefined): Found | undefined {
    const mask = this.slots - 1
    for (let at = tag & mask; this.#expires[at] !== 0; at = (at + 1) & mask) {
      if (this.#tags[at] !== tag) continue
      const found = look(this.#positions[at] ?? 0)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** Without what has expired, and with room for as much again. */
  #renew(nowMs: number): void {
    const tags = this.#tags
    const positions = this.#positions
    const expires = this.#expires
    const lives = expires.map(seconds => (seconds * 1000 > nowMs ? 1 : 0))
    const live = lives.reduce((sum, one) => sum + one, 0)
    const slots = slotsFor(live)
    this.#tags = new Uint32Array(slots)
    this.#positions = new Float64Array(slots)
    this.#expires = new Uint32Array(slots)
    this.#used = 0
    for (let at = 0; at < tags.length; at++) {
      if (lives[at] === 1) this.#put(tags[at] ?? 0, positions[at] ?? 0, expires[at] ?? 0)
    }
  }

  #put(tag: number, position: number, expires: number): void {
    const mask = this.slots - 1
    let at = tag & mask
    while (this.#expires[at] !== 0) at = (at + 1) & mask
    this.#tags[at] = tag
    this.#positions[at] = position
    this.#expires[at] = expires
    this.#used++
  }
}

/** A power of two, at most half full with so many. */
function slotsFor(live: number): number {
  let slots = FIRST_SLOTS
  while (slots < (live + 1) * 2) slots *= 2
  return slots
}
