import { OrionError } from '../../../../errors.ts'
import type { Json } from '../../../../std/json.ts'
import { parseJson } from '../../../../std/parse-json.ts'
import type { CacheClient } from '../client.ts'
import { plainInteger } from '../int64.ts'
import { notUtf8, tooLarge } from '../refusals.ts'
import { TOO_LARGE_WORD } from './error-reply.ts'
import type { RedisConnection } from './redis-connection.ts'
import { bytesReply, listReply, numberReply, type Reply, Script, textReply } from './script.ts'

interface RedisCacheOptions {
  readonly connection: RedisConnection
  /** Of one value, and of all that one read gives. */
  readonly maxValueBytes: number
  /** For what is written without; undefined is until it is written again. */
  readonly defaultTtlSecs: number | undefined
}

/** Unlike MGET it tells of keys of another type, and stops before it gives more than is taken. */
const READ = new Script(`
local left = tonumber(ARGV[1])
local found = {}
for at, key in ipairs(KEYS) do
  local value = redis.call('GET', key)
  if value then
    left = left - #value
    if left < 0 then return redis.error_reply('${TOO_LARGE_WORD} ' .. ARGV[1]) end
  end
  found[at] = value
end
return found
`)

/** Gives the text of the sum: numbers of scripts are doubles. */
const INCREMENT = new Script(`
local isNew = redis.call('EXISTS', KEYS[1]) == 0
redis.call('INCRBY', KEYS[1], ARGV[1])
if isNew and ARGV[2] ~= '' then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
return redis.call('GET', KEYS[1])
`)

/** Values in a Redis, as compact JSON. */
export class RedisCache implements CacheClient {
  readonly scripts: RedisConnection
  readonly #options: RedisCacheOptions

  constructor(options: RedisCacheOptions) {
    this.scripts = options.connection
    this.#options = options
  }

  async read(keys: readonly string[]): Promise<(Json | undefined)[]> {
    if (keys.length === 0) return []
    const { connection, maxValueBytes } = this.#options
    const found = listReply(await connection.run(READ, keys, [maxValueBytes]))
    return found.map(value => (value === null ? undefined : jsonOf(value)))
  }

  async write(key: string, value: Json, ttlSecs: number | undefined): Promise<void> {
    const { connection, maxValueBytes } = this.#options
    const text = JSON.stringify(value)
    const bytes = Buffer.byteLength(text)
    if (bytes > maxValueBytes) throw tooLarge(maxValueBytes, bytes)
    const secs = this.#secs(ttlSecs)
    await connection.command('SET', secs === undefined ? [key, text] : [key, text, 'EX', secs])
  }

  async delete(keys: readonly string[]): Promise<number> {
    if (keys.length === 0) return 0
    return numberReply(await this.#options.connection.command('DEL', keys))
  }

  async increment(key: string, by: number | bigint, ttlSecs: number | undefined): Promise<number | bigint> {
    const args = [String(by), this.#secs(ttlSecs) ?? '']
    return plainInteger(BigInt(textReply(await this.#options.connection.run(INCREMENT, [key], args))))
  }

  async probe(): Promise<string> {
    const { connection } = this.#options
    await connection.command('PING', [])
    // Not everybody may ask who it is.
    const about = await connection.command('INFO', ['server']).then(textReply, () => '')
    const version = /^redis_version:(\S+)/m.exec(about)?.[1]
    return version === undefined ? 'Redis' : `Redis ${version}`
  }

  async close(): Promise<void> {
    this.#options.connection.close()
  }

  #secs(ttlSecs: number | undefined): number | undefined {
    return ttlSecs ?? this.#options.defaultTtlSecs
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** What others wrote may be no JSON: it is a text then. */
function jsonOf(reply: Reply): Json {
  const text = textOf(reply)
  try {
    return parseJson(text)
  } catch (error) {
    if (error instanceof OrionError) return text
    throw error
  }
}

function textOf(reply: Reply): string {
  const bytes = bytesReply(reply)
  try {
    return utf8.decode(bytes)
  } catch {
    throw notUtf8()
  }
}
