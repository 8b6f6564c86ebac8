import { describe, expect, test } from 'bun:test'
import { custom } from '../src/engine/test-run.ts'
import type { Json, JsonObject } from '../src/std/json.ts'
import { nextTurn } from '../src/std/next-turn.ts'
import { openApp } from './harness/app.ts'
import { declareTasks as declare } from './harness/declare-tasks.ts'
import { callTask, channel, mapTask, parseTask, task, workflow } from './harness/samples.ts'

const OFF = { ORION_TRACING__STORAGE__MODE: 'off' }

describe('a request keeps the snapshot that it began with', () => {
  test('in every channel that is called for it, however often it is changed meanwhile', async () => {
    const pause = custom('pause', () => nextTurn().then(() => 200))
    await using app = await openApp({ functions: [pause], env: OFF })
    const { client } = app
    const isOuter = { '==': [{ var: 'metadata.channel' }, 'outer'] }
    // Both channels change at once: they run the same workflow.
    const tasks = (version: number): Json => [
      mapTask('version', { 'data.version': version }),
      task('pause', {}),
      callTask({ cat: ['inner'] }, {}, { condition: isOuter }),
    ]
    await client.declare(workflow('both', tasks(0)), channel('inner', { workflow_id: 'both' }))
    await client.admin('POST', 'channels', channel('outer', { workflow_id: 'both' }))
    await client.setStatus('channels', 'outer', 'active')

    const seen = new Set<Json | undefined>()
    let left = 1000
    const ask = async () => {
      while (left-- > 0) {
        const answer = await client.post('outer', {})
        expect(answer.status).toBe(200)
        expect(answer.at('data.out.version')).toBe(answer.at('data.version') ?? 'none')
        seen.add(answer.at('data.version'))
      }
    }
    const change = async () => {
      for (let version = 1; left > 0; version++) {
        await client.admin('POST', 'workflows/both/versions')
        await client.admin('PUT', 'workflows/both', { tasks: tasks(version) })
        expect((await client.setStatus('workflows', 'both', 'active')).status).toBe(200)
      }
    }
    await Promise.all([ask(), ask(), ask(), ask(), change()])
    expect(seen.size).toBeGreaterThan(3)
  })
})

describe('a tree of calls', () => {
  /** Calls the next one as often as a loop may. */
  const many = (next: string): JsonObject => ({
    tasks: [callTask(next, {}, { continue_on_error: true })],
    loop: { max: 10_000 },
    continue_on_error: true,
  })

  test('has the operations of one message, however it branches, and lets others have their turn', async () => {
    await using app = await openApp({ env: OFF })
    const { client } = app
    await declare(client, 'h4', [parseTask()])
    for (const at of [3, 2, 1, 0]) {
      const { tasks, ...rest } = many(`h${at + 1}`)
      await client.declare(workflow(`h${at}`, tasks ?? [], rest), channel(`h${at}`))
    }
    let isOver = false
    const hostile = client.post('h0', {}).finally(() => {
      isOver = true
    })
    let others = 0
    for (; !isOver; others++) {
      await nextTurn()
      expect((await client.post('h4', 1)).status).toBe(200)
    }
    const answer = await hostile
    expect(answer.status).toBe(500)
    expect(answer.at('error.code')).toBe('ENGINE_ERROR')
    expect(others).toBeGreaterThan(5)
  })

  test('that spends everything fails as one message does, and its trace says so', async () => {
    await using app = await openApp({ env: { ORION_ENGINE__MESSAGE_OPS_BUDGET: '2000' } })
    const { client } = app
    await declare(client, 'inner', [parseTask()])
    const { tasks, ...rest } = many('inner')
    await client.declare(workflow('outer', tasks ?? [], rest), channel('outer'))
    const answer = await client.post('outer', {})
    expect(answer.status).toBe(500)
    const trace = await client.request('GET', '/api/v1/data/traces?channel=outer')
    expect(String(trace.at('data.0.error_message'))).toContain('message_ops_budget = 2000')
    const calls = await client.request('GET', '/api/v1/data/traces?channel=inner')
    expect(Number(calls.at('total'))).toBeLessThan(4)
    // Nor may who calls such a channel go on.
    const works = mapTask('works', { 'data.n': { '+': [{ var: 'data.m' }, 1] } })
    await declare(client, 'above', [callTask('outer', {}, { continue_on_error: true }), works])
    expect((await client.post('above', {})).status).toBe(500)
    const above = await client.request('GET', '/api/v1/data/traces?channel=above')
    const { errors } = JSON.parse(String(above.at('data.0.result_json')))
    expect(errors[0]).toMatchObject({ task_id: 'call', code: 'BUDGET_EXCEEDED' })
  })

  test('leaves a trace for each run, as each channel says, and every trace says whose call it was', async () => {
    await using app = await openApp()
    const { client } = app
    const parent = mapTask('m', { 'data.parent': { var: 'metadata._orion_call_parent' } })
    await declare(client, 'kept', [parent])
    await declare(client, 'unkept', [parent], { tracing: { mode: 'off' } })
    await declare(client, 'outer', [callTask('kept'), callTask('unkept', { output: 'data.x' }, { id: 'x' })])
    const answer = await client.post('outer', { n: 1 })
    const traces = await client.request('GET', '/api/v1/data/traces?sort_by=created_at&sort_order=asc')
    expect([0, 1].map(at => traces.at(`data.${at}.channel`)).toSorted()).toEqual(['kept', 'outer'])
    expect(traces.at('total')).toBe(2)
    const kept = await client.request('GET', '/api/v1/data/traces?channel=kept')
    expect(kept.at('data.0.input_json')).toBe('{"n":1}')
    expect(JSON.parse(String(kept.at('data.0.result_json'))).data).toEqual({ parent: answer.at('id') })
  })

  test('shares nothing that later tasks write to', async () => {
    await using app = await openApp()
    const { client } = app
    // So long that a run writes to its own in place.
    const long = Array.from({ length: 20 }, () => 0)
    const see = mapTask('see', { 'data.seen': { var: 'metadata.list' } })
    await declare(client, 'inner', [parseTask(), see])
    await declare(client, 'outer', [
      mapTask('made', { 'data.list': long, 'metadata.list': long }),
      mapTask('own', { 'data.list.0': 1, 'metadata.list.0': 1 }),
      callTask('inner', { data: { var: 'data.list' } }),
      mapTask('later', { 'data.list.1': 2, 'metadata.list.1': 2, 'data.out.in.2': 3 }),
    ])
    const { data } = JSON.parse((await client.post('outer', {})).text)
    expect(data.list.slice(0, 3)).toEqual([1, 2, 0])
    expect(data.out.in.slice(0, 3)).toEqual([1, 0, 3])
    expect(data.out.seen.slice(0, 3)).toEqual([1, 0, 0])
  })
})

describe('a test of a workflow', () => {
  test('calls the channels that are live', async () => {
    await using app = await openApp()
    const { client } = app
    await declare(client, 'inner', [parseTask()], { rate_limit: { requests_per_second: 1, burst: 1 } })
    await client.admin('POST', 'workflows', workflow('w', [callTask('inner', { data: 5 })]))
    const tested = () => client.admin('POST', 'workflows/w/test', { data: {} })
    expect((await tested()).at('output')).toEqual({ out: { in: 5 } })
    // Its calls are counted apart from those of clients.
    expect((await client.post('inner', 1)).status).toBe(200)
    const refused = await tested()
    expect(refused.status).toBe(429)
    expect((await client.request('GET', '/api/v1/data/traces?channel=inner')).at('total')).toBe(2)
  })
})
