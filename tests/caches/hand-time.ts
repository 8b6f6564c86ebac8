import { RedisClient } from 'bun'
import { RedisConnection } from '../../src/connector/kinds/cache/redis/redis-connection.ts'
import { redisSettings } from '../../src/connector/kinds/cache/redis/redis-settings.ts'
import { Script, type ScriptRunner } from '../../src/connector/kinds/cache/redis/script.ts'
import { systemClock } from '../../src/std/clock.ts'
import { redis } from '../harness/backing.ts'
import { testDialler } from './open-cache.ts'

/** A Redis whose time a test moves. */
export interface HandTimed extends AsyncDisposable {
  readonly scripts: ScriptRunner
  /** Lets what expires there expire so much sooner. */
  elapse(ms: number): Promise<void>
}

/** Expiries are so much longer than they are told, so that what really passes does not matter. */
const STRETCH = 1000

/** An empty database. Scripts see the time of `clock` in place of that of Redis. */
export async function openHandTimed(clock?: { monotonic(): number }): Promise<HandTimed> {
  const database = await (await redis()).freshDatabase()
  const settings = redisSettings({ url: database.url })
  const needs = { name: 'kept', clock: systemClock, dialler: testDialler() }
  const connection = new RedisConnection({ ...needs, settings })
  const beside = new RedisClient(database.url)
  const known = new Map<Script, Script>()
  const handTimed = (script: Script): Script => {
    const made =
      known.get(script) ??
      new Script(
        script.source
          .replaceAll("redis.call('TIME')", '{ARGV[#ARGV - 1], ARGV[#ARGV]}')
          .replaceAll("'PX', ", `'PX', ${STRETCH} * `),
      )
    known.set(script, made)
    return made
  }
  return {
    scripts: {
      run(script, keys, args) {
        const us = Math.round((clock?.monotonic() ?? 0) * 1000) + 1_000_000
        return connection.run(handTimed(script), keys, [...args, Math.floor(us / 1e6), us % 1e6])
      },
    },
    async elapse(ms) {
      await beside.send('EVAL', [ELAPSE, '0', String(ms * STRETCH)])
    },
    async [Symbol.asyncDispose]() {
      beside.close()
      connection.close()
      await database[Symbol.asyncDispose]()
    },
  }
}

const ELAPSE = `
for _, key in ipairs(redis.call('KEYS', '*')) do
  local left = redis.call('PTTL', key)
  if left >= 0 then redis.call('PEXPIRE', key, math.max(0, left - ARGV[1])) end
end`
