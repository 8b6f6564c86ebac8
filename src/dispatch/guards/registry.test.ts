import { expect, test } from 'bun:test'
import type { Channel } from '../../channel/definition.ts'
import { Permits } from '../../std/permits.ts'
import type { Source } from '../live.ts'
import { activeChannel, openRoom, type Room, serving } from '../test-room.ts'
import { Kept, RuntimeRegistry } from './registry.ts'

const GUARDED = {
  rate_limit: { requests_per_second: 1 },
  auth: { mode: 'jwt', algorithms: ['HS256'], jwt_keys: [{ algorithm: 'HS256', key: 'k'.repeat(32) }] },
  principal_rate_limit: { requests_per_second: 1, key_logic: { var: 'claims.sub' } },
  backpressure: { max_concurrent: 1 },
}

function guarded(n: number): Channel {
  return activeChannel(serving(`c${n}`, { workflow_id: null, config: GUARDED }))
}

/** Makes these channels the ones that are live. */
function goLive(room: Room, channels: Channel[]): Promise<void> {
  const edit = (source: Source): Source => ({ ...source, channels })
  return room.live.change({
    decide: async () => ({ edit, commit: async () => undefined, result: undefined }),
  })
}

function sizes({ permits, buckets }: RuntimeRegistry) {
  return { permits: permits.size, buckets: buckets.size }
}

test('10,000 channels created and deleted leave nothing behind', async () => {
  const registry = new RuntimeRegistry()
  await using room = await openRoom({ live: { registry } })
  await goLive(
    room,
    Array.from({ length: 10_000 }, (_, n) => guarded(n)),
  )
  expect(sizes(registry)).toEqual({ permits: 10_000, buckets: 20_000 })
  await goLive(room, [guarded(7)])
  expect(sizes(registry)).toEqual({ permits: 1, buckets: 2 })
  await goLive(room, [])
  expect(sizes(registry)).toEqual({ permits: 0, buckets: 0 })
})

test('a build that does not go live leaves nothing behind once the next one does', async () => {
  const registry = new RuntimeRegistry()
  await using room = await openRoom({ live: { registry } })
  await goLive(room, [guarded(1)])
  const failing = room.live.change({
    decide: async () => ({
      edit: source => ({ ...source, channels: [guarded(2)] }),
      commit: () => Promise.reject(new Error('disk full')),
      result: undefined,
    }),
  })
  await expect(failing).rejects.toThrow('disk full')
  await goLive(room, [guarded(1)])
  expect(sizes(registry)).toEqual({ permits: 1, buckets: 2 })
})

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
