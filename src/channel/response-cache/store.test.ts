import { describe, expect, test } from 'bun:test'
import { MemoryResponseCache } from './memory-store.ts'
import type { KeptAnswer, ResponseCacheStore, ShelfSettings } from './store.ts'
import { testClock } from './test-clock.ts'

/** Every implementation passes this. */
const IMPLEMENTATIONS: readonly [string, (clock: ReturnType<typeof testClock>) => ResponseCacheStore][] = [
  ['memory', clock => new MemoryResponseCache({ clock, maxBytes: 1_000_000, maxEntries: 1000 })],
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

describe.each(IMPLEMENTATIONS)('a response cache in %s', (_, open) => {
  function opened() {
    const clock = testClock()
    const store = open(clock)
    const shelf = (settings: Partial<ShelfSettings> = {}) =>
      store.open({ scope: 'orders', ttlMs: 60_000, namespaces: [], ...settings })
    /** A shelf with `ANSWER` under `k`. */
    const filled = async (settings: Partial<ShelfSettings> = {}) => {
      const made = shelf(settings)
      const { versions } = await made.look('k')
      expect(await made.put('k', ANSWER, versions)).toBe(true)
      return made
    }
    return { clock, store, shelf, filled }
  }

  test('has nothing under a key that nothing was put under', async () => {
    expect((await opened().shelf().look('k')).found).toBeUndefined()
  })

  test('gives an answer again as it was, and its age', async () => {
    const { clock, filled } = opened()
    const shelf = await filled()
    clock.advance(2500)
    expect((await shelf.look('k')).found).toEqual({ answer: ANSWER, ageMs: 2500 })
    expect((await shelf.look('other')).found).toBeUndefined()
  })

  test('gives it until its time is over', async () => {
    const { clock, filled } = opened()
    const shelf = await filled({ ttlMs: 1000 })
    clock.advance(999)
    expect((await shelf.look('k')).found).toBeDefined()
    clock.advance(1)
    expect((await shelf.look('k')).found).toBeUndefined()
  })

  test('gives the newer of two', async () => {
    const { clock, filled } = opened()
    const shelf = await filled()
    clock.advance(1000)
    const newer = { ...ANSWER, body: 'newer' }
    await shelf.put('k', newer, (await shelf.look('k')).versions)
    expect((await shelf.look('k')).found).toEqual({ answer: newer, ageMs: 0 })
  })

  test('keeps shelves apart', async () => {
    const { shelf, filled } = opened()
    await filled()
    expect((await shelf({ scope: 'payments' }).look('k')).found).toBeUndefined()
  })

  test('forgets a shelf that is closed, and takes nothing more for it', async () => {
    const { shelf, filled } = opened()
    const closed = await filled({ namespaces: ['a'] })
    const { versions } = await closed.look('k')
    closed[Symbol.dispose]()
    closed[Symbol.dispose]()
    await closed.put('k', ANSWER, versions)
    expect((await closed.look('k')).found).toBeUndefined()
    expect((await shelf({ namespaces: ['a'] }).look('k')).found).toBeUndefined()
  })

  describe('an invalidation', () => {
    test('drops what is in the namespace, on every shelf, and nothing else', async () => {
      const { store, filled } = opened()
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

    test('reaches an answer whose run was under way', async () => {
      const { store, shelf } = opened()
      const orders = shelf({ namespaces: ['a'] })
      const { versions } = await orders.look('k')
      await store.invalidate('a')
      await orders.put('k', ANSWER, versions)
      expect((await orders.look('k')).found).toBeUndefined()
    })

    test('is over for what is put afterwards', async () => {
      const { store, filled } = opened()
      await filled({ namespaces: ['a'] })
      await store.invalidate('a')
      const again = await filled({ namespaces: ['a'] })
      expect((await again.look('k')).found).toBeDefined()
    })

    test('of a namespace that nothing belongs to is fine', async () => {
      const { store, filled } = opened()
      const orders = await filled({ namespaces: ['a'] })
      await store.invalidate('nobody')
      expect((await orders.look('k')).found).toBeDefined()
    })
  })

  test('a namespace that was forgotten in between never looks as it did before', async () => {
    const { store, shelf } = opened()
    const first = shelf({ namespaces: ['a'] })
    const { versions } = await first.look('k')
    first[Symbol.dispose]()
    await store.invalidate('a')
    const second = shelf({ namespaces: ['a'] })
    await second.put('k', ANSWER, versions)
    expect((await second.look('k')).found).toBeUndefined()
  })

  test('a namespace of two shelves outlives one of them', async () => {
    const { store, filled } = opened()
    const orders = await filled({ scope: 'orders', namespaces: ['a'] })
    const prices = await filled({ scope: 'prices', namespaces: ['a'] })
    orders[Symbol.dispose]()
    expect((await prices.look('k')).found).toBeDefined()
    await store.invalidate('a')
    expect((await prices.look('k')).found).toBeUndefined()
  })
})
