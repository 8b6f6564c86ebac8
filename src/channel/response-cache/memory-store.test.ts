import { describe, expect, test } from 'bun:test'
import { MemoryResponseCache } from './memory-store.ts'
import type { KeptAnswer, Look, Shelf } from './store.ts'
import { testClock } from './test-clock.ts'

function answer(body: string): KeptAnswer {
  return { status: 200, body, contentType: undefined, headers: undefined, workflowVersion: 1 }
}

function opened({ maxBytes = 1_000_000, maxEntries = 1000 } = {}) {
  const clock = testClock()
  const store = new MemoryResponseCache({ clock, maxBytes, maxEntries })
  const shelf = (scope = 'orders', ttlMs = 60_000) => store.open({ scope, ttlMs, namespaces: ['a'] })
  return { clock, store, shelf }
}

function atOnce<Value>(answered: Value | Promise<Value>): Value {
  if (answered instanceof Promise) throw new Error('memory answers at once')
  return answered
}

function look(shelf: Shelf, key: string): Look {
  return atOnce(shelf.look(key))
}

function put(shelf: Shelf, key: string, body = '{}'): boolean {
  return atOnce(shelf.put(key, answer(body), look(shelf, key).versions))
}

function has(shelf: Shelf, key: string): boolean {
  return look(shelf, key).found !== undefined
}

describe('no more than so many answers', () => {
  test('are kept, on all shelves together: what was asked for longest ago goes', () => {
    const { store, shelf } = opened({ maxEntries: 3 })
    const orders = shelf('orders')
    const prices = shelf('prices')
    put(orders, '1')
    put(prices, '2')
    put(orders, '3')
    expect(has(orders, '1')).toBe(true)
    put(prices, '4')
    expect(store.entries).toBe(3)
    expect([has(orders, '1'), has(prices, '2'), has(orders, '3'), has(prices, '4')]).toEqual([
      true,
      false,
      true,
      true,
    ])
  })

  test('and no more than so many bytes of them', () => {
    const { store, shelf } = opened({ maxBytes: 10_000 })
    const orders = shelf()
    for (let n = 0; n < 100; n++) put(orders, `${n}`, 'x'.repeat(500))
    expect(store.bytes).toBeLessThanOrEqual(10_000)
    expect(store.entries).toBeGreaterThan(5)
    expect(has(orders, '99')).toBe(true)
  })

  test('one that takes more than an eighth of the room is not kept', () => {
    const { store, shelf } = opened({ maxBytes: 8000 })
    expect(put(shelf(), 'k', 'x'.repeat(1001))).toBe(false)
    expect(has(shelf(), 'k')).toBe(false)
    expect(store.bytes).toBe(0)
  })

  test('a text outside of Latin-1 counts twice', () => {
    const { store, shelf } = opened()
    put(shelf('a'), 'k', 'a'.repeat(1000))
    const ascii = store.bytes
    put(shelf('b'), 'k', '€'.repeat(1000))
    expect(store.bytes).toBe(2 * ascii + 1000)
  })

  test.each([{ maxEntries: 0 }, { maxBytes: 0 }])('none with %j', room => {
    const { store, shelf } = opened(room)
    expect(put(shelf(), 'k')).toBe(false)
    expect(store.entries).toBe(0)
  })
})

describe('nothing is left', () => {
  test('of ten thousand shelves that were closed', () => {
    const { store, shelf } = opened()
    for (let n = 0; n < 10_000; n++) {
      const made = shelf(`channel ${n}`)
      put(made, 'k')
      made[Symbol.dispose]()
    }
    expect([store.entries, store.bytes]).toEqual([0, 0])
  })

  test('of what is put on a shelf that is closed, or when it was invalidated meanwhile', () => {
    const { store, shelf } = opened()
    const closed = shelf('closed')
    closed[Symbol.dispose]()
    expect(put(closed, 'k')).toBe(false)

    const open = shelf('open')
    const { versions } = look(open, 'k')
    store.invalidate('a')
    expect(open.put('k', answer('{}'), versions)).toBe(false)
    expect([store.entries, store.bytes]).toEqual([0, 0])
  })

  test('of an answer that another one took the place of', () => {
    const { store, shelf } = opened()
    const orders = shelf()
    put(orders, 'k', 'x'.repeat(100))
    const { bytes } = store
    put(orders, 'k', 'y'.repeat(100))
    expect([store.entries, store.bytes]).toEqual([1, bytes])
  })

  test('of one that was too old when it was asked for', () => {
    const { clock, store, shelf } = opened()
    const orders = shelf('orders', 1000)
    put(orders, 'k')
    clock.advance(1000)
    expect(has(orders, 'k')).toBe(false)
    expect([store.entries, store.bytes]).toEqual([0, 0])
  })
})

describe('a clean-up', () => {
  test('removes what is too old or invalidated, and keeps the rest', async () => {
    const { clock, store, shelf } = opened()
    const short = shelf('short', 1000)
    const long = shelf('long', 5000)
    for (let n = 0; n < 100; n++) {
      put(short, `${n}`)
      put(long, `${n}`)
    }
    clock.advance(1000)
    await store.sweep()
    expect(store.entries).toBe(100)
    expect(has(long, '7')).toBe(true)

    store.invalidate('a')
    await store.sweep()
    expect([store.entries, store.bytes]).toEqual([0, 0])
  })

  test('lets others go on in between, and ends while answers are asked for', async () => {
    const { store, shelf } = opened({ maxEntries: 10_000, maxBytes: 100_000_000 })
    const orders = shelf()
    for (let n = 0; n < 5000; n++) put(orders, `${n}`)
    let turns = 0
    let over = false
    const traffic = () => {
      turns++
      for (let n = 0; n < 2000; n++) has(orders, `${n}`)
      if (!over) setImmediate(traffic)
    }
    setImmediate(traffic)
    await store.sweep()
    over = true
    expect(turns).toBeGreaterThan(2)
    expect(store.entries).toBe(5000)
  })
})
