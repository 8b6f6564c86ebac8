import { expect, test } from 'bun:test'
import { MemoryKeys } from './memory-keys.ts'
import type { AnsweredKey } from './store.ts'

function key(name: string, body?: string, expiresAtMs = 1000): AnsweredKey {
  const answer = { status: 200, contentType: undefined, headers: undefined, workflowVersion: 1 }
  const first = body === undefined ? undefined : { fingerprint: 'f', answer: { ...answer, body } }
  return { channelId: 'orders', key: name, first, expiresAtMs }
}

function known(keys: MemoryKeys, names: readonly string[]): string[] {
  return names.filter(name => keys.find('orders', name, 0) !== undefined)
}

test('the key that was not asked for longest goes first when there are too many', () => {
  const keys = new MemoryKeys({ maxKeys: 2, maxBytes: 1e6 })
  keys.remember(key('a'))
  keys.remember(key('b'))
  keys.find('orders', 'a', 0)
  keys.remember(key('c'))
  expect(known(keys, ['a', 'b', 'c'])).toEqual(['a', 'c'])
})

test('keys go when their answers take too much, and all that they took is free again', () => {
  const keys = new MemoryKeys({ maxKeys: 100, maxBytes: 30_000 })
  for (const name of ['a', 'b', 'c']) keys.remember(key(name, 'x'.repeat(5_000)))
  expect(known(keys, ['a', 'b', 'c'])).toEqual(['b', 'c'])
  expect(keys.bytes).toBeLessThanOrEqual(30_000)
  keys.removeExpired(1000)
  expect({ size: keys.size, bytes: keys.bytes }).toEqual({ size: 0, bytes: 0 })
})

test('an answer that is larger than all room is not kept, nor is anything lost count of', () => {
  const keys = new MemoryKeys({ maxKeys: 100, maxBytes: 10_000 })
  keys.remember(key('a', 'x'.repeat(10_000)))
  expect({ size: keys.size, bytes: keys.bytes }).toEqual({ size: 0, bytes: 0 })
})

test('a key that is answered anew counts once', () => {
  const keys = new MemoryKeys({ maxKeys: 100, maxBytes: 1e6 })
  keys.remember(key('a', 'x'.repeat(1_000)))
  const { bytes } = keys
  keys.remember(key('a', 'y'.repeat(1_000)))
  expect({ size: keys.size, bytes: keys.bytes }).toEqual({ size: 1, bytes })
})

test('forgetting a key leaves the one that was answered since', () => {
  const keys = new MemoryKeys({ maxKeys: 100, maxBytes: 1e6 })
  const first = key('a')
  keys.remember(first)
  keys.remember(key('a', 'anew'))
  keys.forget(first)
  expect(keys.find('orders', 'a', 0)?.first?.answer.body).toBe('anew')
})
