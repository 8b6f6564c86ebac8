import type { Clock } from '../../../std/clock.ts'
import type { Json } from '../../../std/json.ts'
import { parseJson } from '../../../std/parse-json.ts'
import { type Place, Recency } from '../../../std/recency.ts'
import type { CacheClient } from './client.ts'
import { int64Of, isInt64, plainInteger } from './int64.ts'
import { notAnInteger, overflow, tooLarge } from './refusals.ts'

interface Entry {
  readonly key: string
  readonly text: string
  /** Monotonic. */
  readonly expiresAtMs: number
}

interface MemoryCacheOptions {
  /** Bytes of all entries together. */
  readonly maxBytes: number
  /** Of one value. */
  readonly maxValueBytes: number
  /** For what is written without; undefined is until it is written again. */
  readonly defaultTtlSecs: number | undefined
  readonly clock: Clock
}

/** What an entry takes beside its texts. */
const ENTRY_BYTES = 256
/** No value takes more than this part of the room, so that one does not drive out all others. */
const LARGEST_PART = 1 / 8
/** Entries that a write looks at for what has expired: more than it adds, so that they go as fast as they come. */
const SWEPT_PER_WRITE = 4

/** Values in the memory of this process; what was not asked for longest goes first when there is no room. */
export class MemoryCache implements CacheClient {
  readonly isStore = true
  readonly scripts = undefined
  readonly #options: MemoryCacheOptions
  readonly #maxValueBytes: number
  readonly #places = new Map<string, Place<Entry>>()
  readonly #recency = new Recency<Entry>()
  #sweep: MapIterator<Place<Entry>> = this.#places.values()
  #bytes = 0

  constructor(options: MemoryCacheOptions) {
    this.#options = options
    this.#maxValueBytes = Math.min(options.maxValueBytes, Math.floor(options.maxBytes * LARGEST_PART))
  }

  /** Of all entries. */
  get bytes(): number {
    return this.#bytes
  }

  get size(): number {
    return this.#places.size
  }

  async read(keys: readonly string[]): Promise<(Json | undefined)[]> {
    return keys.map(key => {
      const entry = this.#find(key)
      return entry && parseJson(entry.text)
    })
  }

  async write(key: string, value: Json, ttlSecs: number | undefined): Promise<void> {
    const text = JSON.stringify(value)
    const bytes = textBytes(text)
    if (bytes > this.#maxValueBytes) throw tooLarge(this.#maxValueBytes, bytes)
    this.#put({ key, text, expiresAtMs: this.#expiry(ttlSecs) })
  }

  async delete(keys: readonly string[]): Promise<number> {
    let count = 0
    for (const key of keys) {
      if (this.#find(key) === undefined) continue
      this.#remove(key)
      count++
    }
    return count
  }

  async increment(key: string, by: number | bigint, ttlSecs: number | undefined): Promise<number | bigint> {
    const known = this.#find(key)
    const before = known === undefined ? 0n : int64Of(known.text)
    if (before === undefined) throw notAnInteger()
    const after = before + BigInt(by)
    if (!isInt64(after)) throw overflow()
    this.#put({ key, text: String(after), expiresAtMs: known?.expiresAtMs ?? this.#expiry(ttlSecs) })
    return plainInteger(after)
  }

  async probe(): Promise<string> {
    return 'the memory of this process'
  }

  async close(): Promise<void> {
    this.#places.clear()
    for (let place = this.#recency.oldest; place !== undefined; place = this.#recency.oldest) {
      this.#recency.remove(place)
    }
    this.#bytes = 0
  }

  #expiry(ttlSecs: number | undefined): number {
    const secs = ttlSecs ?? this.#options.defaultTtlSecs ?? Number.POSITIVE_INFINITY
    return this.#options.clock.monotonic() + secs * 1000
  }

  #find(key: string): Entry | undefined {
    const place = this.#places.get(key)
    if (place === undefined) return undefined
    if (this.#isOver(place.item)) {
      this.#remove(key)
      return undefined
    }
    this.#recency.touch(place)
    return place.item
  }

  #isOver({ expiresAtMs }: Entry): boolean {
    return expiresAtMs <= this.#options.clock.monotonic()
  }

  #put(entry: Entry): void {
    this.#remove(entry.key)
    this.#sweepSome()
    this.#places.set(entry.key, this.#recency.add(entry))
    this.#bytes += bytesOf(entry)
    while (this.#bytes > this.#options.maxBytes) {
      const oldest = this.#recency.oldest?.item
      if (oldest === undefined) break
      this.#remove(oldest.key)
    }
  }

  #sweepSome(): void {
    for (let looked = 0; looked < SWEPT_PER_WRITE; looked++) {
      const next = this.#sweep.next()
      if (next.done) {
        this.#sweep = this.#places.values()
        return
      }
      if (this.#isOver(next.value.item)) this.#remove(next.value.item.key)
    }
  }

  #remove(key: string): void {
    const place = this.#places.get(key)
    if (place === undefined) return
    this.#places.delete(key)
    this.#recency.remove(place)
    this.#bytes -= bytesOf(place.item)
  }
}

function bytesOf({ key, text }: Entry): number {
  return ENTRY_BYTES + textBytes(key) + textBytes(text)
}

/** In memory a text with a letter outside of Latin-1 takes two bytes a letter. */
function textBytes(text: string): number {
  return Buffer.byteLength(text) === text.length ? text.length : text.length * 2
}
