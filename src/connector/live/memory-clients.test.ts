import { expect, test } from 'bun:test'
import type { Connector } from '../definition.ts'
import type { ConnectorCall } from './connector-calls.ts'
import { openConnectorRuntime } from './test-runtime.ts'

test('a cache in memory keeps what it has while nobody asks for it, and through reloads', async () => {
  let nowMs = 0
  const clock = { now: () => nowMs, monotonic: () => nowMs }
  await using runtime = openConnectorRuntime({ clock, chance: () => 0 })
  const kept: Connector = {
    id: 'kept',
    name: 'kept',
    connector_type: 'cache',
    config: { backend: 'memory' },
    enabled: true,
    tags: [],
    created_at: '',
    updated_at: '',
  }
  const call: ConnectorCall = {
    channel: 'c',
    operation: 'any',
    isRepeatable: true,
    deadlineAt: Number.POSITIVE_INFINITY,
    signal: new AbortController().signal,
  }
  const before = runtime.open([kept])
  before.settle(new Set())
  await before.calls.call('kept', 'cache', call, (cache, signal) => cache.write('k', 1, undefined, signal))
  nowMs += 3_600_000
  await runtime.tick()
  const after = runtime.open([{ ...kept, updated_at: 'later' }])
  after.settle(new Set())
  expect(await after.calls.call('kept', 'cache', call, (cache, signal) => cache.read(['k'], signal))).toEqual(
    [1],
  )
})
