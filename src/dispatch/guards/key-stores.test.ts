import { describe, expect, test } from 'bun:test'
import { MemoryKeys } from '../../channel/deduplication/memory-keys.ts'
import type { AnsweredKey, FirstAnswer, KeyStore } from '../../channel/deduplication/store.ts'
import { folder, openTestStore } from '../../storage/test-store.ts'
import { StoredKeys } from './stored-keys.ts'

// What every store of answered keys does; another one is one more line here.

interface Opened extends AsyncDisposable {
  readonly keys: KeyStore
}

const STORES: [string, () => Promise<Opened>][] = [
  ['memory', openMemory],
  ['SQLite', openSqlite],
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

describe.each(STORES)('answered keys in %s', (_name, open) => {
  async function found(keys: KeyStore, name: string, nowMs = NOW, channelId = 'orders') {
    return keys.find(channelId, hash(name), nowMs)
  }

  test('come back whole, with their answer, with one of no words, and without any', async () => {
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

  test('are of one channel', async () => {
    await using opened = await open()
    await opened.keys.remember(key('a'), NOW)
    expect(await found(opened.keys, 'a', NOW, 'payments')).toBeUndefined()
  })

  test('are known until their window is over, to the millisecond', async () => {
    await using opened = await open()
    await opened.keys.remember(key('a'), NOW)
    expect(await found(opened.keys, 'a', NOW + 999)).toBeDefined()
    expect(await found(opened.keys, 'a', NOW + 1000)).toBeUndefined()
  })

  test('may be answered anew once it is', async () => {
    await using opened = await open()
    await opened.keys.remember(key('a'), NOW)
    const anew = key('a', { first: ANSWER, expiresAtMs: NOW + 3000 })
    await opened.keys.remember(anew, NOW + 1500)
    expect(await found(opened.keys, 'a', NOW + 2000)).toEqual(anew)
  })

  test('are removed when it is, and no others', async () => {
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

  test('that are remembered side by side are all there', async () => {
    await using opened = await open()
    const names = Array.from({ length: 500 }, (_, n) => `k${n}`)
    await Promise.all(names.map(name => opened.keys.remember(key(name), NOW)))
    for (const name of names) expect(await found(opened.keys, name)).toBeDefined()
  })
})
