import { expect, test } from 'bun:test'
import { Permits } from '../../channel/backpressure/permits.ts'
import { Kept, RuntimeRegistry } from './registry.ts'

const permits = () => new Permits({ maxConcurrent: 1, queueDepth: 0, queueTimeoutMs: 1 })

test('a state outlives snapshots as long as each of them uses it', () => {
  const registry = new RuntimeRegistry()
  const first = registry.open()
  const state = first.take(registry.permits, 'a', permits)
  first.take(registry.permits, 'b', permits)
  first.settle()
  const second = registry.open()
  expect(second.take(registry.permits, 'a', permits)).toBe(state)
  expect(registry.permits.size).toBe(2)
  second.settle()
  expect(registry.permits.size).toBe(1)
})

test('a build that never goes live takes nothing away, and what it made leaves with the next one', () => {
  const registry = new RuntimeRegistry()
  const live = registry.open()
  const state = live.take(registry.permits, 'a', permits)
  live.settle()
  registry.open().take(registry.permits, 'x', permits)
  const next = registry.open()
  expect(next.take(registry.permits, 'a', permits)).toBe(state)
  next.settle()
  expect(registry.permits.size).toBe(1)
})

test('what leaves is disposed of', () => {
  const kept = new Kept<Disposable>()
  const gone: string[] = []
  const state = (name: string) => () => ({ [Symbol.dispose]: () => gone.push(name) })
  kept.take('a', state('a'))
  kept.take('b', state('b'))
  kept.retain(new Set(['b']))
  expect(gone).toEqual(['a'])
})
