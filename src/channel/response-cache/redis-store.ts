import { Value } from '@sinclair/typebox/value'
import {
  bytesReply,
  listReply,
  numberReply,
  type Reply,
  Script,
  type ScriptRunner,
  textReply,
} from '../../connector/kinds/cache/redis/script.ts'
import { answerOf, WrittenAnswer } from '../written-answer.ts'
import {
  areSame,
  type KeptAnswer,
  type Look,
  type ResponseCacheStore,
  type Shelf,
  type ShelfSettings,
  type Versions,
} from './store.ts'

interface RedisStoreOptions {
  /** Of the connector. */
  readonly name: string
  readonly scripts: ScriptRunner
  readonly tenant: string
}

/** No answer takes more. */
const MAX_BYTES = 10_485_760
/** How much longer than its answers a version stays: one that is gone comes back as another, so it costs at most answers. */
const SPARE_MS = 86_400_000

/**
 * The entry, the time, and the version of each namespace. A version is the microsecond in which the namespace was seen
 * first or invalidated last, so that none comes twice, not even when Redis has forgotten the one before.
 */
const LOOK = new Script(`
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000000 + time[2])
local seen = {redis.call('GET', KEYS[1]), now}
for at = 2, #KEYS do
  local version = redis.call('GET', KEYS[at])
  if not version then
    version = now
    redis.call('SET', KEYS[at], version, 'PX', ARGV[1])
  end
  seen[at + 1] = version
end
return seen
`)

/** An entry is the time, the versions and, on the next line, the answer. */
const PUT = new Script(`
local time = redis.call('TIME')
local head = string.format('%.0f', time[1] * 1000000 + time[2])
for at = 2, #KEYS do
  local version = redis.call('GET', KEYS[at])
  if version ~= ARGV[at + 2] then return 0 end
  if redis.call('PTTL', KEYS[at]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[at], ARGV[2]) end
  head = head .. ' ' .. version
end
redis.call('SET', KEYS[1], head .. '\\n' .. ARGV[3], 'PX', ARGV[1])
return 1
`)

/** A namespace that nobody has seen has no answers. */
const INVALIDATE = new Script(`
local version = redis.call('GET', KEYS[1])
if not version then return 0 end
local time = redis.call('TIME')
local later = math.max(time[1] * 1000000 + time[2], tonumber(version) + 1)
redis.call('SET', KEYS[1], string.format('%.0f', later), 'PX', math.max(1, redis.call('PTTL', KEYS[1])))
return 1
`)

/** Answers in a Redis, which all servers that use it share. */
export class RedisResponseCache implements ResponseCacheStore {
  readonly name: string
  readonly #options: RedisStoreOptions

  constructor(options: RedisStoreOptions) {
    this.name = options.name
    this.#options = options
  }

  open(settings: ShelfSettings): Shelf {
    const { scripts, tenant } = this.#options
    return new RedisShelf(settings, scripts, {
      entries: `orion:cache:${tenant}:${settings.scope}`,
      namespaces: settings.namespaces.map(namespace => this.#keyOf(namespace)),
    })
  }

  async invalidate(namespace: string): Promise<void> {
    await this.#options.scripts.run(INVALIDATE, [this.#keyOf(namespace)], [])
  }

  #keyOf(namespace: string): string {
    return `orion:cache-namespace:${this.#options.tenant}:${namespace}`
  }
}

interface Keys {
  readonly entries: string
  readonly namespaces: readonly string[]
}

class RedisShelf implements Shelf {
  readonly #settings: ShelfSettings
  readonly #scripts: ScriptRunner
  readonly #keys: Keys
  readonly #versionMs: number
  #isOpen = true

  constructor(settings: ShelfSettings, scripts: ScriptRunner, keys: Keys) {
    this.#settings = settings
    this.#scripts = scripts
    this.#keys = keys
    this.#versionMs = settings.ttlMs + SPARE_MS
  }

  async look(key: string): Promise<Look> {
    const seen = listReply(await this.#scripts.run(LOOK, this.#places(key), [this.#versionMs]))
    const [entry, now, ...rest] = seen
    const versions = rest.map(version => Number(textReply(version)))
    return { found: this.#found(entry, Number(textReply(now)), versions), versions }
  }

  async put(key: string, answer: KeptAnswer, versions: Versions): Promise<boolean> {
    const text = JSON.stringify(answer)
    if (!this.#isOpen || Buffer.byteLength(text) > MAX_BYTES) return false
    const args = [this.#settings.ttlMs, this.#versionMs, text, ...versions]
    return numberReply(await this.#scripts.run(PUT, this.#places(key), args)) === 1
  }

  /** Other servers go on with what is kept; it goes when its time is over. */
  [Symbol.dispose](): void {
    this.#isOpen = false
  }

  #places(key: string): string[] {
    return [`${this.#keys.entries}:${key}`, ...this.#keys.namespaces]
  }

  #found(entry: Reply | undefined, nowUs: number, versions: Versions): Look['found'] {
    if (entry === null || entry === undefined || !this.#isOpen) return undefined
    const bytes = bytesReply(entry)
    const end = bytes.indexOf('\n')
    const [keptUs = 0, ...before] = bytes.subarray(0, end).toString().split(' ').map(Number)
    const ageMs = Math.max(0, nowUs - keptUs) / 1000
    if (ageMs >= this.#settings.ttlMs || !areSame(before, versions)) return undefined
    return { answer: answerIn(bytes.subarray(end + 1).toString()), ageMs }
  }
}

/** Throws for what no server of ours wrote. */
function answerIn(text: string): KeptAnswer {
  const read: unknown = JSON.parse(text)
  if (Value.Check(WrittenAnswer, read)) return answerOf(read)
  throw new TypeError('what is kept is no answer')
}
