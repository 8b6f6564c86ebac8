import type { Clock } from '../../std/clock.ts'
import { nextTurn } from '../../std/next-turn.ts'
import { type Place, Recency } from '../../std/recency.ts'
import { NamespaceVersions } from './namespace-versions.ts'
import {
  areSame,
  type KeptAnswer,
  type Look,
  type ResponseCacheStore,
  type Shelf,
  type ShelfSettings,
  type Versions,
} from './store.ts'

interface MemoryStoreOptions {
  readonly clock: Pick<Clock, 'monotonic'>
  /** Bytes of all answers together, about. */
  readonly maxBytes: number
  readonly maxEntries: number
}

interface Entry {
  readonly shelf: MemoryShelf
  readonly key: string
  readonly answer: KeptAnswer
  readonly versions: Versions
  readonly keptMs: number
  readonly bytes: number
  /** Where it stands among the others; undefined before it is kept and when it is no more. */
  place: Place<Entry> | undefined
}

/** No answer takes more than this part of the room, so that one does not drive out all others. */
const LARGEST_PART = 1 / 8
/** Entries that a clean-up looks at before others go on. */
const SWEEP_PORTION = 1000

/** Answers in the memory of this process. What was not asked for longest goes first when there is no room. */
export class MemoryResponseCache implements ResponseCacheStore {
  readonly name = 'memory'
  readonly #options: MemoryStoreOptions
  readonly #recency = new Recency<Entry>()
  readonly #namespaces = new NamespaceVersions()
  #count = 0
  #bytes = 0

  constructor(options: MemoryStoreOptions) {
    this.#options = options
  }

  get entries(): number {
    return this.#count
  }

  get bytes(): number {
    return this.#bytes
  }

  open(settings: ShelfSettings): Shelf {
    return new MemoryShelf(settings, this.#options.clock, this.#namespaces, {
      touched: entry => this.#touch(entry),
      added: entry => this.#add(entry),
      removed: entry => this.#remove(entry),
    })
  }

  invalidate(namespace: string): void {
    this.#namespaces.bump(namespace)
  }

  /** Removes what is too old or invalidated. */
  async sweep(): Promise<void> {
    const entries: Entry[] = []
    for (let place = this.#recency.oldest; place !== undefined; place = place.newer) entries.push(place.item)
    for (const [at, entry] of entries.entries()) {
      const isKept = entry.place !== undefined
      if (isKept && !entry.shelf.isGood(entry)) entry.shelf.remove(entry)
      if (at % SWEEP_PORTION === SWEEP_PORTION - 1) await nextTurn()
    }
  }

  #touch(entry: Entry): void {
    if (entry.place !== undefined) this.#recency.touch(entry.place)
  }

  #add(entry: Entry): boolean {
    const { maxBytes, maxEntries } = this.#options
    if (entry.bytes > maxBytes * LARGEST_PART || maxEntries === 0) return false
    entry.place = this.#recency.add(entry)
    this.#count++
    this.#bytes += entry.bytes
    while (this.#bytes > maxBytes || this.#count > maxEntries) {
      const oldest = this.#recency.oldest?.item
      if (oldest === undefined) break
      oldest.shelf.remove(oldest)
    }
    return true
  }

  #remove(entry: Entry): void {
    if (entry.place === undefined) return
    this.#recency.remove(entry.place)
    entry.place = undefined
    this.#count--
    this.#bytes -= entry.bytes
  }
}

/** What all shelves share. */
interface Room {
  touched(entry: Entry): void
  /** False when there is no room for one of its size. */
  added(entry: Entry): boolean
  removed(entry: Entry): void
}

class MemoryShelf implements Shelf {
  readonly #settings: ShelfSettings
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #namespaces: NamespaceVersions
  readonly #room: Room
  readonly #entries = new Map<string, Entry>()
  #isOpen = true

  constructor(
    settings: ShelfSettings,
    clock: Pick<Clock, 'monotonic'>,
    namespaces: NamespaceVersions,
    room: Room,
  ) {
    this.#settings = settings
    this.#clock = clock
    this.#namespaces = namespaces
    this.#room = room
    namespaces.use(settings.namespaces)
  }

  look(key: string): Look {
    const versions = this.#namespaces.of(this.#settings.namespaces)
    const entry = this.#entries.get(key)
    if (entry === undefined) return { found: undefined, versions }
    const ageMs = this.#clock.monotonic() - entry.keptMs
    if (ageMs >= this.#settings.ttlMs || !areSame(entry.versions, versions)) {
      this.remove(entry)
      return { found: undefined, versions }
    }
    this.#room.touched(entry)
    return { found: { answer: entry.answer, ageMs }, versions }
  }

  put(key: string, answer: KeptAnswer, versions: Versions): boolean {
    const previous = this.#entries.get(key)
    if (previous !== undefined) this.remove(previous)
    const keptMs = this.#clock.monotonic()
    const bytes = bytesOf(key, answer)
    const entry: Entry = { shelf: this, key, answer, versions, keptMs, bytes, place: undefined }
    if (!this.#isOpen || !this.isGood(entry)) return false
    this.#entries.set(key, entry)
    if (this.#room.added(entry)) return true
    this.#entries.delete(key)
    return false
  }

  isGood({ keptMs, versions }: Entry): boolean {
    const { ttlMs, namespaces } = this.#settings
    return this.#clock.monotonic() - keptMs < ttlMs && areSame(versions, this.#namespaces.of(namespaces))
  }

  remove(entry: Entry): void {
    this.#entries.delete(entry.key)
    this.#room.removed(entry)
  }

  [Symbol.dispose](): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    for (const entry of this.#entries.values()) this.#room.removed(entry)
    this.#entries.clear()
    this.#namespaces.leave(this.#settings.namespaces)
  }
}

/** What an entry takes beside its texts, about. */
const ENTRY_BYTES = 512

function bytesOf(key: string, { body, contentType = '', headers = [] }: KeptAnswer): number {
  let bytes = ENTRY_BYTES + key.length + textBytes(body) + textBytes(contentType)
  for (const [name, value] of headers) bytes += textBytes(name) + textBytes(value)
  return bytes
}

/** A text with a letter outside of Latin-1 takes two bytes a letter. */
function textBytes(text: string): number {
  return Buffer.byteLength(text) === text.length ? text.length : text.length * 2
}
