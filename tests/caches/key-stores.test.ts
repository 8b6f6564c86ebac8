import { describe, expect, test } from 'bun:test'
import { MemoryKeys } from '../../src/channel/deduplication/memory-keys.ts'
import { RedisKeys } from '../../src/channel/deduplication/redis-keys.ts'
import type { AnsweredKey, FirstAnswer, KeyStore } from '../../src/channel/deduplication/store.ts'
import { StoredKeys } from '../../src/dispatch/guards/stored-keys.ts'
import { folder, openTestStore } from '../../src/storage/test-store.ts'
import { testNeeding } from '../harness/needs.ts'
import { openHandTimed } from './hand-time.ts'

// What every store of answered keys does; another one is one more line here.

interface Opened extends AsyncDisposable {
  readonly keys: KeyStore
}

const onRedis = testNeeding('redis')

const STORES: [string, typeof test, () => Promise<Opened>][] = [
  ['memory', test, openMemory],
  ['SQLite', test, openSqlite],
  ['Redis', onRedis, openRedis],
]

async function openMemory(): Promise<Opened> {
  const keys = new MemoryKeys({ maxKeys: 10_000, maxBytes: 1e8 })
  return { keys, [Symbol.asyncDispose]: async () => undefined }
}

async function openSqlite(): Promise<Opened> {
  await using undo = new AsyncDisposableStack()
  const place = undo.use(folder())
  const store = undo.use(await openTestStore(place.file('orion.db')))
  const owned = undo.move()
  return { keys: new StoredKeys(store), [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Redis has a time of its own, which goes on when the suite says so. */
async function openRedis(): Promise<Opened> {
  const timed = await openHandTimed()
  const keys = new RedisKeys({ scripts: timed.scripts, tenant: 'default', newToken: () => 'token' })
  let atMs = NOW
  const until = async (nowMs: number) => {
    if (nowMs > atMs) await timed.elapse(nowMs - atMs)
    atMs = Math.max(atMs, nowMs)
  }
  return {
    keys: {
      async find(channelId, key, nowMs) {
        await until(nowMs)
        return keys.find(channelId, key)
      },
      async remember(key, nowMs) {
        await until(nowMs)
        return keys.remember(key, nowMs)
      },
      async removeExpired(nowMs) {
        await until(nowMs)
        return keys.removeExpired()
      },
    },
    [Symbol.asyncDispose]: () => timed[Symbol.asyncDispose](),
  }
}

const NOW = Date.UTC(2026, 0, 2)
const ANSWER: FirstAnswer = {
  fingerprint: hash('request'),
  answer: {
    status: 201,
    body: '{"text":"Ω \\"quoted\\" \\u0000 👩‍👩‍👧"}\n',
    contentType: 'application/problem+json',
    headers: [
      ['location', '/orders/1'],
      ['set-cookie', 'a=1; Path=/'],
      ['set-cookie', 'b=2'],
    ],
    workflowVersion: 7,
  },
}
const PLAIN: FirstAnswer = {
  fingerprint: hash('other'),
  answer: { status: 200, body: '', contentType: undefined, headers: undefined, workflowVersion: null },
}

function hash(name: string): string {
  return Bun.SHA256.hash(name, 'hex')
}

function key(name: string, fields: Partial<AnsweredKey> = {}): AnsweredKey {
  return { channelId: 'orders', key: hash(name), first: undefined, expiresAtMs: NOW + 1000, ...fields }
}

describe.each(STORES)('answered keys in %s', (_name, testIt, open) => {
  async function found(keys: KeyStore, name: string, nowMs = NOW, channelId = 'orders') {
    return keys.find(channelId, hash(name), nowMs)
  }

  testIt('come back whole, with their answer, with one of no words, and without any', async () => {
    await using opened = await open()
    const all = [key('a', { first: ANSWER }), key('b', { first: PLAIN }), key('c')]
    for (const one of all) await opened.keys.remember(one, NOW)
    expect([
      await found(opened.keys, 'a'),
      await found(opened.keys, 'b'),
      await found(opened.keys, 'c'),
    ]).toEqual(all)
    expect(await found(opened.keys, 'd')).toBeUndefined()
  })

  testIt('are of one channel', async () => {
    await using opened = await open()
    await opened.keys.remember(key('a'), NOW)
    expect(await found(opened.keys, 'a', NOW, 'payments')).toBeUndefined()
  })

  testIt('are known until their window is over, to the millisecond', async () => {
    await using opened = await open()
    await opened.keys.remember(key('a'), NOW)
    expect(await found(opened.keys, 'a', NOW + 999)).toBeDefined()
    expect(await found(opened.keys, 'a', NOW + 1000)).toBeUndefined()
  })

  testIt('may be answered anew once it is', async () => {
    await using opened = await open()
    await opened.keys.remember(key('a'), NOW)
    const anew = key('a', { first: ANSWER, expiresAtMs: NOW + 3000 })
    await opened.keys.remember(anew, NOW + 1500)
    expect(await found(opened.keys, 'a', NOW + 2000)).toEqual(anew)
  })

  testIt('are removed when it is, and no others', async () => {
    await using opened = await open()
    for (let n = 0; n < 450; n++) await opened.keys.remember(key(`short ${n}`), NOW)
    await opened.keys.remember(key('long', { expiresAtMs: NOW + 60_000 }), NOW)
    let times = 0
    while (await opened.keys.removeExpired(NOW + 1000)) times++
    expect(times).toBeLessThan(10)
    expect(await found(opened.keys, 'short 1', NOW)).toBeUndefined()
    expect(await found(opened.keys, 'short 449', NOW)).toBeUndefined()
    expect(await found(opened.keys, 'long', NOW + 1000)).toBeDefined()
  })

  testIt('that are remembered side by side are all there', async () => {
    await using opened = await open()
    const names = Array.from({ length: 500 }, (_, n) => `k${n}`)
    await Promise.all(names.map(name => opened.keys.remember(key(name), NOW)))
    for (const name of names) expect(await found(opened.keys, name)).toBeDefined()
  })
})

describe('keys that servers share', () => {
  const wanted = { fingerprint: hash('request'), holdMs: 5000 }

  async function two() {
    const timed = await openHandTimed()
    let tokens = 0
    const server = () =>
      new RedisKeys({ scripts: timed.scripts, tenant: 'default', newToken: () => `token ${++tokens}` })
    return {
      timed,
      here: server(),
      there: server(),
      [Symbol.asyncDispose]: () => timed[Symbol.asyncDispose](),
    }
  }

  onRedis('are claimed by one of those who want one at the same time', async () => {
    await using both = await two()
    const claims = Array.from({ length: 100 }, (_, n) =>
      (n % 2 === 0 ? both.here : both.there).claim('orders', 'k', wanted),
    )
    const outcomes = await Promise.all(claims)
    expect(outcomes.filter(outcome => outcome === undefined)).toHaveLength(1)
    expect(outcomes.filter(outcome => outcome !== undefined && 'kind' in outcome)).toHaveLength(99)
    expect(await both.there.find('orders', 'k')).toBeUndefined()
    expect(await both.here.claim('payments', 'k', wanted)).toBeUndefined()
  })

  onRedis('tell what the running request was', async () => {
    await using both = await two()
    await both.here.claim('orders', 'k', wanted)
    const running = { kind: 'running' as const, fingerprint: wanted.fingerprint }
    expect(await both.there.claim('orders', 'k', { ...wanted, fingerprint: undefined })).toEqual(running)
  })

  onRedis('are answered for all', async () => {
    await using both = await two()
    await both.here.claim('orders', 'k', wanted)
    const answered = { channelId: 'orders', key: 'k', first: ANSWER, expiresAtMs: NOW + 1000 }
    await both.here.remember(answered, NOW)
    expect(await both.there.claim('orders', 'k', wanted)).toEqual(answered)
    await both.here.release('orders', 'k')
    expect(await both.there.claim('orders', 'k', wanted)).toEqual(answered)
  })

  onRedis('are given back by who holds them, and by nobody else', async () => {
    await using both = await two()
    await both.here.claim('orders', 'k', wanted)
    await both.there.release('orders', 'k')
    expect(await both.there.claim('orders', 'k', wanted)).toMatchObject({ kind: 'running' })
    await both.here.release('orders', 'k')
    expect(await both.there.claim('orders', 'k', wanted)).toBeUndefined()
    await both.here.release('orders', 'k')
    expect(await both.here.claim('orders', 'k', wanted)).toMatchObject({ kind: 'running' })
  })

  onRedis(
    'are free again when their holder must be gone, who does not give back those of the next one',
    async () => {
      await using both = await two()
      await both.here.claim('orders', 'k', wanted)
      await both.timed.elapse(4999)
      expect(await both.there.claim('orders', 'k', wanted)).toMatchObject({ kind: 'running' })
      await both.timed.elapse(1)
      expect(await both.there.claim('orders', 'k', wanted)).toBeUndefined()
      await both.here.release('orders', 'k')
      expect(await both.here.claim('orders', 'k', wanted)).toMatchObject({ kind: 'running' })
    },
  )
})
