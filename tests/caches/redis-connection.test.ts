import { describe, expect } from 'bun:test'
import { RedisClient } from 'bun'
import { ConnectorError } from '../../src/connector/failure.ts'
import type { Json, JsonObject } from '../../src/std/json.ts'
import { privateRedis, redis } from '../harness/backing.ts'
import { longTier, testNeeding } from '../harness/needs.ts'
import { openProxy } from '../harness/tcp-proxy.ts'
import { until } from '../harness/until.ts'
import { openCache } from './open-cache.ts'

const test = testNeeding('redis')
const testPrivate = testNeeding('private redis')
const NEVER = new AbortController().signal

/** The failure that a call ends with. */
async function failure(call: Promise<unknown>): Promise<ConnectorError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof ConnectorError) return error
  throw new Error(`The call did not fail as it should: ${error}`)
}

function cacheAt(url: string, config: JsonObject = {}) {
  const cache = openCache({ backend: 'redis', url, ...config })
  return {
    read: (key: string) => cache.read([key], NEVER),
    write: (key: string, value: Json) => cache.write(key, value, undefined, NEVER),
    count: () => cache.increment('n', 1, undefined, NEVER),
    probe: () => cache.probe(),
    [Symbol.asyncDispose]: () => cache.close(),
  }
}

describe('what others wrote', () => {
  async function foreign(commands: readonly (readonly [string, ...string[]])[], raw?: Buffer) {
    const database = await (await redis()).freshDatabase()
    const beside = new RedisClient(database.url)
    for (const [name, ...args] of commands) await beside.send(name, args)
    if (raw !== undefined) await beside.set('raw', raw)
    const cache = cacheAt(database.url)
    return {
      cache,
      async [Symbol.asyncDispose]() {
        beside.close()
        await cache[Symbol.asyncDispose]()
        await database[Symbol.asyncDispose]()
      },
    }
  }

  test('is JSON if it parses, else a text', async () => {
    await using opened = await foreign([
      ['SET', 'number', ' 7 '],
      ['SET', 'text', 'seven'],
      ['SET', 'half', '{"a":'],
      ['SET', 'huge', '1e999'],
    ])
    expect(await opened.cache.read('number')).toEqual([7])
    expect(await opened.cache.read('text')).toEqual(['seven'])
    expect(await opened.cache.read('half')).toEqual(['{"a":'])
    expect(await opened.cache.read('huge')).toEqual(['1e999'])
  })

  test('is told when it is of another type, also among several', async () => {
    await using opened = await foreign([
      ['RPUSH', 'list', 'a'],
      ['SET', 'n', 'x'],
    ])
    expect(await failure(opened.cache.read('list'))).toMatchObject({ code: 'CONSTRAINT_VIOLATED' })
    expect(await failure(opened.cache.count())).toMatchObject({ code: 'CONSTRAINT_VIOLATED' })
  })

  test('is told when it is not UTF-8', async () => {
    await using opened = await foreign([], Buffer.from([0x22, 0xff, 0x22]))
    expect(await failure(opened.cache.read('raw'))).toMatchObject({ code: 'CONSTRAINT_VIOLATED' })
  })

  test('is not read when it is larger than the limit', async () => {
    await using database = await (await redis()).freshDatabase()
    await using small = cacheAt(database.url, { max_value_bytes: 1000 })
    await using large = cacheAt(database.url)
    await large.write('k', 'x'.repeat(2000))
    expect(await failure(small.read('k'))).toMatchObject({ code: 'DATA_ERROR' })
  })
})

describe('a Redis that does not let us in', () => {
  test('is told as such at once, without what was sent', async () => {
    const { url, host, port } = await redis()
    for (const wrong of [
      `redis://:a-wrong-password@${host}:${port}`,
      `redis://a-strange-user:a-wrong-password@${host}:${port}`,
      `redis://${host}:${port}`,
      `${url.replace(/\/\d*$/, '')}/99999`,
    ]) {
      await using cache = cacheAt(wrong)
      const error = await failure(cache.probe())
      expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', isUntouched: true, stage: 'auth' })
      expect(error.note).toMatch(/^(WRONGPASS|NOAUTH|ERR): /)
      const told = Bun.inspect(error, { depth: 20 })
      for (const secret of ['a-wrong-password', 'a-strange-user', new URL(url).password]) {
        expect(told).not.toContain(secret)
      }
    }
  })

  test('takes user and password from "auth" as well', async () => {
    const { host, port, password } = await redis()
    await using cache = cacheAt(`redis://${host}:${port}`, {
      auth: { type: 'basic', username: 'default', password },
    })
    await cache.probe()
  })
})

describe('TLS', () => {
  test('is spoken with a certificate that is trusted, and with no other', async () => {
    const { host, password, tls } = await redis()
    if (tls === undefined) return
    const url = `rediss://:${password}@${host}:${tls.port}`
    await using trusting = cacheAt(url, { tls: { ca: await Bun.file(tls.certificate).text() } })
    await trusting.probe()
    await using strict = cacheAt(url)
    expect(await failure(strict.probe())).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' })
  })
})

describe('a Redis that is away', () => {
  testPrivate('is told at once when it refuses, and works as soon as it is back', async () => {
    await using service = await privateRedis()
    await using cache = cacheAt(service.url)
    expect(await cache.count()).toBe(1)
    await service.stop()
    for (let n = 0; n < 5; n++)
      expect(await failure(cache.count())).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' })
    await service.start()
    expect(await until('it works again', () => cache.count().catch(() => undefined))).toBe(2)
  })

  testPrivate('fails nobody who comes after its restart', async () => {
    await using service = await privateRedis()
    await using cache = cacheAt(service.url)
    await cache.count()
    await service.kill9()
    await service.start()
    expect(await cache.count()).toBe(2)
  })

  test('is given up after the time to connect, and its waiters are told together', async () => {
    const { url, port } = await redis()
    await using proxy = await openProxy({ port })
    await proxy.set('hang')
    await using cache = cacheAt(proxy.through(url), { connect_timeout_ms: 100 })
    const errors = await Promise.all(Array.from({ length: 50 }, () => failure(cache.probe())))
    expect(new Set(errors.map(({ code, note }) => `${code}: ${note}`))).toEqual(
      new Set(['UPSTREAM_UNAVAILABLE: it did not let us in in time']),
    )
    expect(proxy.opened).toBe(1)
    await proxy.set('pass')
    await until('it works again', () =>
      cache.probe().then(
        () => true,
        () => undefined,
      ),
    )
  })

  test('keeps nobody waiting for long once it has failed', async () => {
    const { url, port } = await redis()
    await using proxy = await openProxy({ port })
    await proxy.set('refuse')
    await using cache = cacheAt(proxy.through(url), { connect_timeout_ms: 3_600_000 })
    const first = await failure(cache.probe())
    await proxy.set('hang')
    await until('it is dialled again', async () => {
      expect(await failure(cache.probe())).toBe(first)
      return proxy.opened > 0 ? true : undefined
    })
    expect(await failure(cache.probe())).toBe(first)
    expect(proxy.opened).toBe(1)
  })

  test('is not dialled again and again while it stays away', async () => {
    const { url, port } = await redis()
    await using proxy = await openProxy({ port })
    await proxy.set({ resetAfter: 0 })
    await proxy.set('garbage')
    await using cache = cacheAt(proxy.through(url))
    for (let n = 0; n < 1000; n++) await failure(cache.probe())
    expect(proxy.opened).toBeLessThan(10)
  })
})

describe('a call that goes wrong under way', () => {
  for (const [what, fault, code] of [
    ['hangs', 'hang', 'TIMEOUT_ERROR'],
    ['is cut', { resetAfter: 1 }, 'UPSTREAM_UNAVAILABLE'],
    ['is answered with garbage', 'garbage', 'UPSTREAM_UNAVAILABLE'],
  ] as const) {
    test(`ends when it ${what}, and the next one has a new connection`, async () => {
      const { url, port } = await redis()
      await using proxy = await openProxy({ port })
      await using cache = cacheAt(proxy.through(url), { query_timeout_ms: 100, connect_timeout_ms: 1000 })
      await cache.probe()
      await proxy.set(fault)
      expect(await failure(cache.probe())).toMatchObject({ code, isUntouched: false })
      await proxy.set('pass')
      await until('it works again', () =>
        cache.probe().then(
          () => true,
          () => undefined,
        ),
      )
      expect(proxy.opened).toBe(2)
      expect(proxy.open).toBe(1)
    })
  }

  test('is not followed to another address', async () => {
    using server = Bun.listen({
      hostname: '127.0.0.1',
      port: 0,
      socket: {
        data(socket, bytes) {
          const isGreeting = bytes.toString().includes('PING')
          socket.write(isGreeting ? '+PONG\r\n' : '-MOVED 3999 169.254.169.254:6379\r\n')
        },
      },
    })
    await using cache = cacheAt(`redis://127.0.0.1:${server.port}`)
    expect(await failure(cache.read('k'))).toMatchObject({ code: 'UPSTREAM_ERROR', isPassing: false })
  })
})

describe('an address that must not be called', () => {
  test('is not dialled', async () => {
    const { port } = await redis()
    await using metadata = cacheAt('redis://169.254.169.254:6379')
    await using closed = cacheAt(`redis://127.0.0.1:${port}`, { allow_private_urls: false })
    for (const cache of [metadata, closed]) {
      expect(await failure(cache.probe())).toMatchObject({ code: 'UPSTREAM_ERROR', isPassing: false })
    }
  })
})

test('creating, using and closing clients leaves no connection open and no memory taken', async () => {
  const { url, port } = await redis()
  await using proxy = await openProxy({ port })
  const rounds = longTier ? 10_000 : 300
  const use = async () => {
    await using cache = cacheAt(proxy.through(url))
    await cache.probe()
  }
  for (let n = 0; n < 100; n++) await use()
  Bun.gc(true)
  const before = process.memoryUsage().heapUsed
  for (let n = 0; n < rounds; n++) await use()
  await until('all are closed', () => (proxy.open === 0 ? true : undefined))
  Bun.gc(true)
  expect(proxy.opened).toBe(rounds + 100)
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(8_000_000)
})
