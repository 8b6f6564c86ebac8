import { expect, test } from 'bun:test'
import type { JsonObject } from '../src/std/json.ts'
import { openApp } from './harness/app.ts'

const note = {
  id: 'note',
  name: 'Note the element',
  function: {
    name: 'map',
    input: { mappings: [{ path: 'data.seen', logic: { var: 'temp_data.row' }, mode: 'append' }] },
  },
}
const parse = {
  id: 'parse',
  name: 'Parse',
  function: { name: 'parse_json', input: { source: 'payload.rows', target: 'rows' } },
}
const loop = { max: 100, over: { var: 'data.rows' }, as: 'row', setup: [parse] }
const workflow: JsonObject = { workflow_id: 'rows', name: 'Rows', tasks: [note], loop }
const channel: JsonObject = {
  channel_id: 'rows',
  name: 'rows',
  channel_type: 'sync',
  protocol: 'http',
  methods: ['POST'],
  route_pattern: '/rows',
  workflow_id: 'rows',
}

test('a workflow with a loop answers, and a version without it once it is live', async () => {
  await using app = await openApp()
  const { client } = app
  await client.declare(workflow, channel)
  expect((await client.post('rows', { rows: ['a', 'b'] })).at('data.seen')).toEqual(['a', 'b'])

  await client.admin('POST', 'workflows/rows/versions')
  const changed = await client.admin('PUT', 'workflows/rows', { loop: { ...loop, max: 1 } })
  expect(changed.at('data.loop.max')).toBe(1)
  await client.setStatus('workflows', 'rows', 'active')
  expect((await client.post('rows', { rows: ['a', 'b'] })).at('data.seen')).toEqual(['a'])

  await client.admin('POST', 'workflows/rows/versions')
  expect((await client.admin('PUT', 'workflows/rows', { loop: null })).at('data.loop')).toBeNull()
  await client.setStatus('workflows', 'rows', 'active')
  expect((await client.post('rows', { rows: ['a', 'b'] })).at('data')).toEqual({})
})

test('the ceiling of sweeps is engine.max_loop_iterations', async () => {
  await using app = await openApp({ config: '[engine]\nmax_loop_iterations = 50' })
  const refused = await app.client.admin('POST', 'workflows', workflow)
  expect([refused.status, refused.at('error.message')]).toEqual([
    400,
    'loop.max: "max" (100) is above 50 (engine.max_loop_iterations)',
  ])
})

test('a loop that takes too long ends at the deadline of its channel, and others are answered meanwhile', async () => {
  await using app = await openApp({ config: '[engine]\nmessage_ops_budget = 1000000000' })
  const { client } = app
  const busy = { map: [{ var: 'data.rows' }, { '+': [{ var: '' }, 1] }] }
  const work = {
    ...note,
    function: { name: 'map', input: { mappings: [{ path: 'data.out', logic: busy }] } },
  }
  const endless = { workflow_id: 'rows', name: 'Rows', tasks: [work], loop: { max: 10_000, setup: [parse] } }
  await client.declare(endless, { ...channel, config: { timeout_ms: 20 } })
  const rows = Array.from({ length: 5000 }, (_, row) => row)
  const running = client.post('rows', { rows })
  expect((await client.request('GET', '/healthz')).status).toBe(200)
  expect((await running).status).toBe(504)
})
