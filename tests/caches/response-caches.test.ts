import { describe, expect, test } from 'bun:test'
import { MemoryResponseCache } from '../../src/channel/response-cache/memory-store.ts'
import { RedisResponseCache } from '../../src/channel/response-cache/redis-store.ts'
import type { KeptAnswer, ResponseCacheStore, ShelfSettings } from '../../src/channel/response-cache/store.ts'
import { testClock } from '../../src/channel/response-cache/test-clock.ts'
import { Script } from '../../src/connector/kinds/cache/redis/script.ts'
import { testNeeding } from '../harness/needs.ts'
import { openHandTimed } from './hand-time.ts'

interface Opened extends AsyncDisposable {
  readonly store: ResponseCacheStore
}

type Open = (clock: ReturnType<typeof testClock>) => Promise<Opened>

const openMemory: Open = async clock => ({
  store: new MemoryResponseCache({ clock, maxBytes: 1_000_000, maxEntries: 1000 }),
  [Symbol.asyncDispose]: async () => undefined,
})

const openRedis: Open = async clock => {
  const timed = await openHandTimed(clock)
  return {
    store: new RedisResponseCache({ name: 'kept', scripts: timed.scripts, tenant: 'default' }),
    [Symbol.asyncDispose]: () => timed[Symbol.asyncDispose](),
  }
}

const onRedis = testNeeding('redis')

/** Every implementation passes this. */
const IMPLEMENTATIONS: readonly [string, typeof test, Open][] = [
  ['memory', test, openMemory],
  ['Redis', onRedis, openRedis],
]

const ANSWER: KeptAnswer = {
  status: 201,
  body: '{"größe":"€"}',
  contentType: 'application/json',
  headers: [
    ['x-a', '1'],
    ['x-a', '2'],
  ],
  workflowVersion: 3,
}

describe.each(IMPLEMENTATIONS)('a response cache in %s', (_, testIt, open) => {
  async function opened() {
    const clock = testClock()
    const { store, [Symbol.asyncDispose]: dispose } = await open(clock)
    const shelf = (settings: Partial<ShelfSettings> = {}) =>
      store.open({ scope: 'orders', ttlMs: 60_000, namespaces: [], ...settings })
    /** A shelf with `ANSWER` under `k`. */
    const filled = async (settings: Partial<ShelfSettings> = {}) => {
      const made = shelf(settings)
      const { versions } = await made.look('k')
      expect(await made.put('k', ANSWER, versions)).toBe(true)
      return made
    }
    return { clock, store, shelf, filled, [Symbol.asyncDispose]: dispose }
  }

  testIt('has nothing under a key that nothing was put under', async () => {
    await using cache = await opened()
    expect((await cache.shelf().look('k')).found).toBeUndefined()
  })

  testIt('gives an answer again as it was, and its age', async () => {
    await using cache = await opened()
    const { clock, filled } = cache
    const shelf = await filled()
    clock.advance(2500)
    expect((await shelf.look('k')).found).toEqual({ answer: ANSWER, ageMs: 2500 })
    expect((await shelf.look('other')).found).toBeUndefined()
  })

  testIt('gives it until its time is over', async () => {
    await using cache = await opened()
    const { clock, filled } = cache
    const shelf = await filled({ ttlMs: 1000 })
    clock.advance(999)
    expect((await shelf.look('k')).found).toBeDefined()
    clock.advance(1)
    expect((await shelf.look('k')).found).toBeUndefined()
  })

  testIt('gives the newer of two', async () => {
    await using cache = await opened()
    const { clock, filled } = cache
    const shelf = await filled()
    clock.advance(1000)
    const newer = { ...ANSWER, body: 'newer' }
    await shelf.put('k', newer, (await shelf.look('k')).versions)
    expect((await shelf.look('k')).found).toEqual({ answer: newer, ageMs: 0 })
  })

  testIt('keeps shelves apart', async () => {
    await using cache = await opened()
    const { shelf, filled } = cache
    await filled()
    expect((await shelf({ scope: 'payments' }).look('k')).found).toBeUndefined()
  })

  testIt('gives nothing from a shelf that is closed, and takes nothing more for it', async () => {
    await using cache = await opened()
    const { shelf, filled } = cache
    const closed = await filled({ namespaces: ['a'] })
    const { versions } = await closed.look('k')
    closed[Symbol.dispose]()
    closed[Symbol.dispose]()
    await closed.put('k', { ...ANSWER, body: 'late' }, versions)
    expect((await closed.look('k')).found).toBeUndefined()
    expect((await shelf({ namespaces: ['a'] }).look('k')).found?.answer.body).not.toBe('late')
  })

  describe('an invalidation', () => {
    testIt('drops what is in the namespace, on every shelf, and nothing else', async () => {
      await using cache = await opened()
      const { store, filled } = cache
      const orders = await filled({ scope: 'orders', namespaces: ['a', 'b'] })
      const prices = await filled({ scope: 'prices', namespaces: ['b'] })
      const stock = await filled({ scope: 'stock', namespaces: ['c'] })
      const free = await filled({ scope: 'free' })
      await store.invalidate('b')
      expect((await orders.look('k')).found).toBeUndefined()
      expect((await prices.look('k')).found).toBeUndefined()
      expect((await stock.look('k')).found).toBeDefined()
      expect((await free.look('k')).found).toBeDefined()
    })

    testIt('reaches an answer whose run was under way', async () => {
      await using cache = await opened()
      const { store, shelf } = cache
      const orders = shelf({ namespaces: ['a'] })
      const { versions } = await orders.look('k')
      await store.invalidate('a')
      await orders.put('k', ANSWER, versions)
      expect((await orders.look('k')).found).toBeUndefined()
    })

    testIt('is over for what is put afterwards', async () => {
      await using cache = await opened()
      const { store, filled } = cache
      await filled({ namespaces: ['a'] })
      await store.invalidate('a')
      const again = await filled({ namespaces: ['a'] })
      expect((await again.look('k')).found).toBeDefined()
    })

    testIt('of a namespace that nothing belongs to is fine', async () => {
      await using cache = await opened()
      const { store, filled } = cache
      const orders = await filled({ namespaces: ['a'] })
      await store.invalidate('nobody')
      expect((await orders.look('k')).found).toBeDefined()
    })
  })

  testIt('a namespace that was forgotten in between never looks as it did before', async () => {
    await using cache = await opened()
    const { store, shelf } = cache
    const first = shelf({ namespaces: ['a'] })
    const { versions } = await first.look('k')
    first[Symbol.dispose]()
    await store.invalidate('a')
    const second = shelf({ namespaces: ['a'] })
    await second.put('k', ANSWER, versions)
    expect((await second.look('k')).found).toBeUndefined()
  })

  testIt('a namespace of two shelves outlives one of them', async () => {
    await using cache = await opened()
    const { store, filled } = cache
    const orders = await filled({ scope: 'orders', namespaces: ['a'] })
    const prices = await filled({ scope: 'prices', namespaces: ['a'] })
    orders[Symbol.dispose]()
    expect((await prices.look('k')).found).toBeDefined()
    await store.invalidate('a')
    expect((await prices.look('k')).found).toBeUndefined()
  })
})

test('memory forgets what was on a shelf that is closed', async () => {
  await using opened = await openMemory(testClock())
  const settings = { scope: 'orders', ttlMs: 60_000, namespaces: [] }
  const closed = opened.store.open(settings)
  await closed.put('k', ANSWER, (await closed.look('k')).versions)
  closed[Symbol.dispose]()
  expect((await opened.store.open(settings).look('k')).found).toBeUndefined()
})

describe('answers that servers share', () => {
  onRedis('are given by all, and dropped for all', async () => {
    await using timed = await openHandTimed(testClock())
    const server = () => new RedisResponseCache({ name: 'kept', scripts: timed.scripts, tenant: 'default' })
    const [here, there] = [server(), server()]
    const settings = { scope: 'orders', ttlMs: 60_000, namespaces: ['a'] }
    const shelves = [here.open(settings), there.open(settings)] as const
    await shelves[0].put('k', ANSWER, (await shelves[0].look('k')).versions)
    expect((await shelves[1].look('k')).found?.answer).toEqual(ANSWER)
    await there.invalidate('a')
    expect((await shelves[0].look('k')).found).toBeUndefined()
  })

  onRedis('do not come back when Redis forgets the version of their namespace', async () => {
    const clock = testClock()
    await using timed = await openHandTimed(clock)
    const store = new RedisResponseCache({ name: 'kept', scripts: timed.scripts, tenant: 'default' })
    const shelf = store.open({ scope: 'orders', ttlMs: 60_000, namespaces: ['a'] })
    await shelf.put('k', ANSWER, (await shelf.look('k')).versions)
    await timed.scripts.run(
      new Script("return redis.call('DEL', KEYS[1])"),
      ['orion:cache-namespace:default:a'],
      [],
    )
    clock.advance(1)
    expect((await shelf.look('k')).found).toBeUndefined()
  })
})
