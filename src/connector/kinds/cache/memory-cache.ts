import type { Clock } from '../../../std/clock.ts'
import type { Json } from '../../../std/json.ts'
import { parseJson } from '../../../std/parse-json.ts'
import { type Place, Recency } from '../../../std/recency.ts'
import type { CacheClient } from './client.ts'

interface Entry {
  readonly key: string
  readonly text: string
  /** Monotonic. */
  readonly expiresAtMs: number
}

interface MemoryCacheOptions {
  /** Bytes of all entries together, about. */
  readonly maxBytes: number
  readonly clock: Clock
}

const ENTRY_BYTES = 256

/** Values in the memory of this process; what was not asked for longest goes first when there is no room. */
export class MemoryCache implements CacheClient {
  readonly isStore = true
  readonly #options: MemoryCacheOptions
  readonly #places = new Map<string, Place<Entry>>()
  readonly #recency = new Recency<Entry>()
  #bytes = 0

  constructor(options: MemoryCacheOptions) {
    this.#options = options
  }

  async read(keys: readonly string[]): Promise<(Json | undefined)[]> {
    return keys.map(key => this.#read(key))
  }

  async write(key: string, value: Json, ttlSecs: number | undefined): Promise<void> {
    this.#remove(key)
    const text = JSON.stringify(value)
    const lifeMs = ttlSecs === undefined ? Number.POSITIVE_INFINITY : ttlSecs * 1000
    const entry: Entry = { key, text, expiresAtMs: this.#options.clock.monotonic() + lifeMs }
    this.#places.set(key, this.#recency.add(entry))
    this.#bytes += bytesOf(entry)
    while (this.#bytes > this.#options.maxBytes) {
      const oldest = this.#recency.oldest?.item
      if (oldest === undefined) break
      this.#remove(oldest.key)
    }
  }

  async close(): Promise<void> {
    for (const key of [...this.#places.keys()]) this.#remove(key)
  }

  #read(key: string): Json | undefined {
    const place = this.#places.get(key)
    if (place === undefined) return undefined
    if (place.item.expiresAtMs <= this.#options.clock.monotonic()) {
      this.#remove(key)
      return undefined
    }
    this.#recency.touch(place)
    return parseJson(place.item.text)
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
  return ENTRY_BYTES + 2 * (key.length + text.length)
}
