import type { AnsweredKey, KeyStore } from './store.ts'

export interface MemoryKeysLimits {
  readonly maxKeys: number
  /** Of all keys with their answers, about. */
  readonly maxBytes: number
}

/** What a key takes beside the texts of its answer, about. */
const KEY_BYTES = 400

/** Keys in the memory of this process. What was not asked for longest goes first when there is no room. */
export class MemoryKeys implements KeyStore {
  readonly #limits: MemoryKeysLimits
  /** Least recently used first. */
  readonly #keys = new Map<string, AnsweredKey>()
  #bytes = 0

  constructor(limits: MemoryKeysLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#keys.size
  }

  get bytes(): number {
    return this.#bytes
  }

  find(channelId: string, key: string, nowMs: number): AnsweredKey | undefined {
    const place = placeOf(channelId, key)
    const known = this.#keys.get(place)
    if (known === undefined || known.expiresAtMs <= nowMs) return undefined
    this.#keys.delete(place)
    this.#keys.set(place, known)
    return known
  }

  remember(key: AnsweredKey): void {
    const place = placeOf(key.channelId, key.key)
    this.#remove(place)
    this.#keys.set(place, key)
    this.#bytes += bytesOf(key)
    for (const oldest of this.#keys.keys()) {
      if (this.#keys.size <= this.#limits.maxKeys && this.#bytes <= this.#limits.maxBytes) return
      this.#remove(oldest)
    }
  }

  /** Removes this key, unless it was answered anew since. */
  forget(key: AnsweredKey): void {
    const place = placeOf(key.channelId, key.key)
    if (this.#keys.get(place) === key) this.#remove(place)
  }

  /** So many of them, whatever they are; expired ones are among them. */
  some(limit: number): AnsweredKey[] {
    return this.#keys.values().take(limit).toArray()
  }

  removeExpired(nowMs: number): boolean {
    for (const [place, { expiresAtMs }] of this.#keys) {
      if (expiresAtMs <= nowMs) this.#remove(place)
    }
    return false
  }

  #remove(place: string): void {
    const known = this.#keys.get(place)
    if (known === undefined) return
    this.#keys.delete(place)
    this.#bytes -= bytesOf(known)
  }
}

function placeOf(channelId: string, key: string): string {
  return `${key}${channelId}`
}

function bytesOf({ channelId, first }: AnsweredKey): number {
  const bytes = KEY_BYTES + 2 * channelId.length
  if (first === undefined) return bytes
  const { body, contentType = '', headers = [] } = first.answer
  const texts = headers.reduce((sum, [name, value]) => sum + name.length + value.length, body.length)
  return bytes + 2 * (texts + contentType.length)
}
