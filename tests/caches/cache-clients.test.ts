import { describe, expect, test } from 'bun:test'
import { RedisClient } from 'bun'
import type { CacheClient } from '../../src/connector/kinds/cache/client.ts'
import { writeExactIntegers } from '../../src/std/exact-integers.ts'
import type { Json, JsonObject } from '../../src/std/json.ts'
import { redis } from '../harness/backing.ts'
import { handClock } from '../harness/hand-clock.ts'
import { testNeeding } from '../harness/needs.ts'
import { elapse } from './elapse.ts'
import { openCache } from './open-cache.ts'

writeExactIntegers()

interface Opened extends AsyncDisposable {
  readonly cache: CacheClient
  elapse(secs: number): Promise<void>
}

type Open = (config?: JsonObject) => Promise<Opened>

const IN_MEMORY: Open = async config => {
  const clock = handClock()
  const cache = openCache({ backend: 'memory', ...config }, clock)
  return {
    cache,
    async elapse(secs) {
      clock.advance(secs)
    },
    [Symbol.asyncDispose]: () => cache.close(),
  }
}

const ON_REDIS: Open = async config => {
  const database = await (await redis()).freshDatabase()
  const cache = openCache({ backend: 'redis', url: database.url, ...config })
  const beside = new RedisClient(database.url)
  return {
    cache,
    elapse: secs => elapse(beside, secs),
    async [Symbol.asyncDispose]() {
      beside.close()
      await cache.close()
      await database[Symbol.asyncDispose]()
    },
  }
}

const NEVER = new AbortController().signal

/** Every implementation passes this. */
function promises(name: string, testIt: typeof test, open: Open): void {
  describe(`a cache ${name}`, () => {
    testIt('gives every value again as it was', async () => {
      await using opened = await open()
      const { cache } = opened
      const values: Json[] = [
        null,
        true,
        0,
        -1.5,
        12345678901234567890n,
        '',
        '42',
        'gr\u00fc\u00dfe \u{1f44b}',
        '\0',
        [],
        [1, [2]],
        {},
        { b: 1, a: { c: null } },
        JSON.parse('{"__proto__":1,"constructor":2}'),
      ]
      for (const [at, value] of values.entries()) await cache.write(`k${at}`, value, undefined, NEVER)
      expect(
        await cache.read(
          values.map((_, at) => `k${at}`),
          NEVER,
        ),
      ).toEqual(values)
    })

    testIt('reads in the order of the keys, with nothing where there is none', async () => {
      await using opened = await open()
      const { cache } = opened
      await cache.write('a', 1, undefined, NEVER)
      await cache.write('', 2, undefined, NEVER)
      expect(await cache.read(['x', '', 'a', 'a'], NEVER)).toEqual([undefined, 2, 1, 1])
      expect(await cache.read([], NEVER)).toEqual([])
    })

    testIt('keeps a value as long as the write says, and no longer', async () => {
      await using opened = await open()
      const { cache } = opened
      await cache.write('short', 1, 10, NEVER)
      await cache.write('long', 1, undefined, NEVER)
      await opened.elapse(5)
      expect(await cache.read(['short', 'long'], NEVER)).toEqual([1, 1])
      await opened.elapse(5)
      expect(await cache.read(['short', 'long'], NEVER)).toEqual([undefined, 1])
    })

    testIt('forgets the time of a value that is written again without one', async () => {
      await using opened = await open()
      const { cache } = opened
      await cache.write('k', 1, 10, NEVER)
      await cache.write('k', 2, undefined, NEVER)
      await opened.elapse(100)
      expect(await cache.read(['k'], NEVER)).toEqual([2])
    })

    testIt('keeps as long as the connector says what says nothing itself', async () => {
      await using opened = await open({ default_ttl_secs: 10 })
      const { cache } = opened
      await cache.write('written', 1, undefined, NEVER)
      await cache.increment('counted', 1, undefined, NEVER)
      await cache.write('longer', 1, 60, NEVER)
      await opened.elapse(10)
      expect(await cache.read(['written', 'counted', 'longer'], NEVER)).toEqual([undefined, undefined, 1])
    })

    testIt('tells how many keys it deleted, each once', async () => {
      await using opened = await open()
      const { cache } = opened
      await cache.write('a', 1, undefined, NEVER)
      await cache.write('b', 1, undefined, NEVER)
      await cache.write('over', 1, 1, NEVER)
      await opened.elapse(1)
      expect(await cache.delete(['a', 'a', 'none', 'over'], NEVER)).toBe(1)
      expect(await cache.delete([], NEVER)).toBe(0)
      expect(await cache.read(['a', 'b'], NEVER)).toEqual([undefined, 1])
    })

    testIt('counts from nothing, up and down, exactly', async () => {
      await using opened = await open()
      const { cache } = opened
      expect(await cache.increment('n', 1, undefined, NEVER)).toBe(1)
      expect(await cache.increment('n', -3, undefined, NEVER)).toBe(-2)
      expect(await cache.increment('n', 0, undefined, NEVER)).toBe(-2)
      expect(await cache.increment('big', 9007199254740993n, undefined, NEVER)).toBe(9007199254740993n)
      expect(await cache.increment('big', 1, undefined, NEVER)).toBe(9007199254740994n)
      expect(await cache.read(['n', 'big'], NEVER)).toEqual([-2, 9007199254740994n])
      await cache.write('w', 41, undefined, NEVER)
      expect(await cache.increment('w', 1, undefined, NEVER)).toBe(42)
    })

    testIt('gives a counter its time when it makes it, and then leaves it', async () => {
      await using opened = await open()
      const { cache } = opened
      await cache.increment('n', 1, 10, NEVER)
      await opened.elapse(6)
      await cache.increment('n', 1, 10, NEVER)
      await cache.write('kept', 1, undefined, NEVER)
      await cache.increment('kept', 1, 1, NEVER)
      await opened.elapse(4)
      expect(await cache.read(['n', 'kept'], NEVER)).toEqual([undefined, 2])
    })

    testIt.each<[string, Json]>([
      ['a text', 'x'],
      ['a text of digits', '7'],
      ['a double', 1.5],
      ['an object', {}],
      ['null', null],
      ['true', true],
      ['an integer beyond 64 bits', 12345678901234567890n],
    ])('does not count on %s', async (_, value) => {
      await using opened = await open()
      const { cache } = opened
      await cache.write('k', value, undefined, NEVER)
      await expect(cache.increment('k', 1, undefined, NEVER)).rejects.toMatchObject({
        code: 'CONSTRAINT_VIOLATED',
      })
      expect(await cache.read(['k'], NEVER)).toEqual([value])
    })

    testIt('does not count beyond 64 bits', async () => {
      await using opened = await open()
      const { cache } = opened
      await cache.increment('k', 2n ** 63n - 1n, undefined, NEVER)
      await cache.increment('low', -(2n ** 63n), undefined, NEVER)
      await expect(cache.increment('k', 1, undefined, NEVER)).rejects.toMatchObject({ code: 'DATA_ERROR' })
      await expect(cache.increment('low', -1, undefined, NEVER)).rejects.toMatchObject({ code: 'DATA_ERROR' })
      expect(await cache.read(['k'], NEVER)).toEqual([2n ** 63n - 1n])
    })

    testIt('takes no value that is larger than its limit, and keeps what there was', async () => {
      await using opened = await open({ max_value_bytes: 100 })
      const { cache } = opened
      await cache.write('k', 'x'.repeat(98), undefined, NEVER)
      await expect(cache.write('k', 'x'.repeat(99), undefined, NEVER)).rejects.toMatchObject({
        code: 'DATA_ERROR',
      })
      expect(await cache.read(['k'], NEVER)).toEqual(['x'.repeat(98)])
    })

    testIt('can be probed', async () => {
      await using opened = await open()
      expect(await opened.cache.probe()).toMatch(/^(the memory of this process|Redis \d+\.\d+\.\d+)$/)
    })
  })
}

promises('in memory', test, IN_MEMORY)
promises('on Redis', testNeeding('redis'), ON_REDIS)
