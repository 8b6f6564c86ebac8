import { heapStats } from 'bun:jsc'
import { expect, test } from 'bun:test'
import type { JsonObject } from '../src/std/json.ts'
import { openApp } from './harness/app.ts'
import type { Client } from './harness/client.ts'
import { longTier } from './harness/needs.ts'
import { channel, task, workflow } from './harness/samples.ts'

const BREAKERS = '[engine.circuit_breaker]\nenabled = true'
const ROUNDS = longTier ? 10_000 : 500
/** What stays behind of a round, if anything does. */
const WATCHED = ['AbortSignal', 'AbortController', 'Timeout', 'Map', 'Set', 'Promise']

const cache = (config: JsonObject = {}): JsonObject => ({
  id: 'kept',
  name: 'kept',
  connector_type: 'cache',
  config: { backend: 'memory', ...config },
})

async function declareWriting(client: Client): Promise<void> {
  const write = task('cache_write', { connector: 'kept', key: 'k', value: 1 })
  await client.declare(workflow('put', [write]), channel('put'))
}

/** Things that are alive, by kind. */
function alive(): number[] {
  Bun.gc(true)
  const { objectTypeCounts } = heapStats()
  return WATCHED.map(kind => objectTypeCounts[kind] ?? 0)
}

test(
  'connectors that are created, used and deleted leave nothing behind',
  async () => {
    await using app = await openApp({ config: BREAKERS })
    const { client } = app
    await client.admin('POST', 'connectors', cache())
    await declareWriting(client)
    expect((await client.admin('DELETE', 'connectors/kept')).status).toBe(204)
    const round = async (at: number) => {
      expect((await client.admin('POST', 'connectors', cache({ max_concurrent: at + 1 }))).status).toBe(201)
      expect((await client.post('put', {})).status).toBe(200)
      expect((await client.admin('DELETE', 'connectors/kept')).status).toBe(204)
    }
    for (let at = 0; at < 100; at++) await round(at)
    const before = alive()
    for (let at = 0; at < ROUNDS; at++) await round(at)
    const grown = alive().map((count, at) => count - (before[at] ?? 0))
    for (const count of grown) expect(count).toBeLessThan(ROUNDS / 4)
    expect((await client.admin('GET', 'connectors/circuit-breakers')).at('breakers')).toEqual({})
    expect((await client.post('put', {})).at('error.code')).toBe('UPSTREAM_UNAVAILABLE')
  },
  longTier ? 600_000 : 60_000,
)

test('changes and reloads in a storm of calls fail none of them', async () => {
  await using app = await openApp({ config: BREAKERS })
  const { client } = app
  await client.admin('POST', 'connectors', cache())
  await declareWriting(client)
  let isOver = false
  const statuses = new Map<number, number>()
  const callers = Array.from({ length: 16 }, async () => {
    while (!isOver) {
      const { status } = await client.post('put', {})
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
  })
  for (let n = 1; n <= 40; n++) {
    const config = cache({ max_concurrent: 100 + n }).config ?? null
    const [changed, reloaded] = await Promise.all([
      client.admin('PUT', 'connectors/kept', { config }),
      client.admin('POST', 'connectors/reload'),
    ])
    expect([changed.status, reloaded.status]).toEqual([200, 200])
  }
  isOver = true
  await Promise.all(callers)
  expect([...statuses.keys()]).toEqual([200])
})
