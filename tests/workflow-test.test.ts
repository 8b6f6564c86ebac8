import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../src/std/json.ts'
import { openApp } from './harness/app.ts'
import { channel, mapTask, parseTask, workflow } from './harness/samples.ts'

const total = { var: 'data.in.total' }
const definition = workflow('w', [
  parseTask(),
  mapTask('double', { 'data.double': { '*': [total, 2] } }),
  mapTask('large', { 'data.large': true }, { condition: { '>': [total, 100] } }),
])

async function tested(body: Json, of: JsonObject = definition) {
  await using app = await openApp()
  await app.client.admin('POST', 'workflows', of)
  return await app.client.admin('POST', `workflows/${of.workflow_id}/test`, body)
}

describe('POST /workflows/{id}/test', () => {
  test('answers what the workflow makes of the data, step by step', async () => {
    const answer = await tested({ data: { total: 21 } })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({
      matched: true,
      trace: {
        steps: [
          {
            workflow_id: 'w',
            task_id: 'parse_json',
            result: 'executed',
            message: {
              payload: { total: 21 },
              context: { data: { in: { total: 21 } }, temp_data: {} },
              audit_trail: [{ task_id: 'parse_json', status: 200, changes: [{ path: 'data.in' }] }],
              errors: [],
            },
          },
          { task_id: 'double', result: 'executed', mapping_contexts: [{ data: { in: { total: 21 } } }] },
          { workflow_id: 'w', task_id: 'large', result: 'skipped' },
        ],
      },
      output: { in: { total: 21 }, double: 42 },
      errors: [],
    })
    expect(Object.keys(answer.body ?? {})).toEqual(['matched', 'trace', 'output', 'errors'])
    expect(answer.at('trace.steps.2')).toEqual({ workflow_id: 'w', task_id: 'large', result: 'skipped' })
    expect(answer.text).not.toContain('explain')
  })

  test('runs the latest version, also a draft, under no channel, without audit and trace', async () => {
    await using app = await openApp()
    const { client } = app
    await client.declare(definition, channel('w'))
    await client.admin('POST', 'workflows/w/versions')
    await client.admin('PUT', 'workflows/w', { tasks: [mapTask('only', { 'data.version': 2 })] })
    const before = (await client.admin('GET', 'audit-logs')).at('pagination.total') ?? -1
    const answer = await client.admin('POST', 'workflows/w/test', { data: {} })
    expect(answer.at('output')).toEqual({ version: 2 })
    expect(answer.at('trace.steps.0.message.context.metadata')).not.toHaveProperty('channel')
    expect((await client.admin('GET', 'audit-logs')).at('pagination.total')).toBe(before)
    expect((await client.request('GET', '/api/v1/data/traces')).at('total')).toBe(0)
    expect((await client.post('w', { total: 1 })).at('data.double')).toBe(2)
  })

  test('metadata is merged as it is, so that authors can play any caller', async () => {
    const reads = workflow('w', [mapTask('m', { 'data.all': { var: 'metadata' } })])
    const metadata = { headers: { 'x-a': '1' }, auth: { sub: 'me' }, channel: 'orders', own: 1, _orion_x: 2 }
    const answer = await tested({ data: null, metadata }, reads)
    expect(answer.at('output.all')).toMatchObject(metadata)
  })

  test.each([[[1]], ['text'], [null], [7]])('metadata %p is nothing', async metadata => {
    const reads = workflow('w', [mapTask('m', { 'data.all': { var: 'metadata' } })])
    const answer = await tested({ data: 1, metadata }, reads)
    expect(Object.keys(answer.at('output.all') ?? {})).toEqual(['processed_at', 'engine_version'])
  })

  test.each<[string, JsonObject, Json, boolean]>([
    ['a refused workflow', { condition: false }, [parseTask()], false],
    ['nothing but skipped tasks', {}, [mapTask('m', { 'data.a': 1 }, { condition: false })], false],
    ['one task that ran', {}, [mapTask('m', { 'data.a': 1 }, { condition: false }), parseTask()], true],
    [
      'a filter that halts',
      {},
      [{ id: 'f', name: 'f', function: { name: 'filter', input: { condition: false } } }, parseTask()],
      true,
    ],
    [
      'a filter that skips itself',
      {},
      [{ id: 'f', name: 'f', function: { name: 'filter', input: { condition: false, on_reject: 'skip' } } }],
      false,
    ],
  ])('%s: matched', async (_, rest, tasks, matched) => {
    expect((await tested({ data: {} }, workflow('w', tasks, rest))).at('matched')).toBe(matched)
  })

  test.each<[string, Json, string]>([
    ['no data', {}, 'data'],
    ['no object', [], ''],
    ['explain that is no switch', { data: 1, explain: 'yes' }, 'explain'],
  ])('%s is 400 with its place', async (_, body, path) => {
    const answer = await tested(body)
    expect(answer.status).toBe(400)
    expect(answer.at('error.code')).toBe('VALIDATION_ERROR')
    expect(answer.at('error.details.0.path')).toBe(path)
  })

  test('an unknown workflow is 404', async () => {
    await using app = await openApp()
    expect((await app.client.admin('POST', 'workflows/nope/test', { data: 1 })).status).toBe(404)
  })
})

describe('a test run that fails', () => {
  const broken = { data: { total: 'many' } }

  test('is answered with the envelope alone, and with the reason', async () => {
    const answer = await tested(broken)
    expect(answer.status).toBe(500)
    expect(Object.keys(answer.body ?? {})).toEqual(['error'])
    expect(answer.body).toMatchObject({
      error: {
        code: 'ENGINE_ERROR',
        message:
          'Task error: Task double failed with status 500: the mapping to "data.double" failed: Thrown: {"type":"NaN"}',
      },
    })
  })

  test('with explain, all that was found out stands beside the error', async () => {
    const answer = await tested({ ...broken, explain: true })
    expect(answer.status).toBe(500)
    expect(answer.body).toMatchObject({
      error: { code: 'ENGINE_ERROR', request_id: expect.any(String) },
      matched: true,
      trace: {
        steps: [
          { task_id: 'parse_json', result: 'executed', message: {} },
          {
            task_id: 'double',
            result: 'failed',
            explain: [
              { target: 'data.double', because: 'data.in.total * 2 fails with NaN: data.in.total is "many"' },
            ],
          },
        ],
      },
      output: { in: { total: 'many' } },
      errors: [{ code: 'TASK_STATUS_ERROR' }, { code: 'WORKFLOW_ERROR' }],
    })
  })

  test('of bad input is 400', async () => {
    const xml = workflow('w', [
      { id: 'x', name: 'x', function: { name: 'parse_xml', input: { source: 'payload', target: 'x' } } },
    ])
    const answer = await tested({ data: { no: 'text' } }, xml)
    expect(answer.status).toBe(400)
    expect(answer.at('error.code')).toBe('VALIDATION_ERROR')
  })

  test('for want of budget is told of as such, never as false', async () => {
    await using app = await openApp({ config: '[engine]\nops_budget = 10\n' })
    const costly = { some: [{ var: 'data.in' }, { '<': [{ var: '' }, 0] }] }
    await app.client.admin(
      'POST',
      'workflows',
      workflow('w', [parseTask(), mapTask('m', {}, { condition: costly })]),
    )
    const body = { data: Array.from({ length: 50 }, (_, at) => at), explain: true }
    const answer = await app.client.admin('POST', 'workflows/w/test', body)
    expect(answer.status).toBe(500)
    expect(answer.at('trace.steps.1')).toMatchObject({ task_id: 'm', result: 'condition_failed' })
    expect(answer.at('trace.steps.1.explain.0.error.message')).toContain('ops_budget = 10')
  })
})

describe('explain', () => {
  test('tells of conditions, mappings, filters, validation rules and log messages', async () => {
    const rules = workflow(
      'w',
      [
        parseTask(),
        { id: 'f', name: 'f', function: { name: 'filter', input: { condition: { '>': [total, 1] } } } },
        {
          id: 'v',
          name: 'v',
          function: {
            name: 'validation',
            input: {
              rules: [
                { logic: { '!!': total }, message: 'a' },
                { logic: total, message: 'b' },
              ],
            },
          },
        },
        { id: 'l', name: 'l', function: { name: 'log', input: { message: total, fields: { n: 'text' } } } },
        mapTask('m', { 'data.a': 'text', 'data.b': 'text', 'data.c': null }),
      ],
      { condition: { '!': { var: 'metadata.off' } } },
    )
    const answer = await tested({ data: { total: 5 }, explain: true }, rules)
    const steps = answer.at('trace.steps')
    const told = Array.isArray(steps)
      ? steps.map(step => (step as { explain: { at: string; target?: string; result: Json }[] }).explain)
      : []
    expect(told.map(list => list.map(({ at, target, result }) => [at, target, result]))).toEqual([
      [['condition', undefined, true]],
      [['tasks[1].function.input.condition', undefined, true]],
      [
        ['tasks[2].function.input.rules[0].logic', undefined, true],
        ['tasks[2].function.input.rules[1].logic', undefined, 5],
      ],
      [
        ['tasks[3].function.input.fields.n', undefined, 'text'],
        ['tasks[3].function.input.message', undefined, 5],
      ],
      [
        ['tasks[4].function.input.mappings[0].logic', 'data.a', 'text'],
        ['tasks[4].function.input.mappings[1].logic', 'data.b', 'text'],
        ['tasks[4].function.input.mappings[2].logic', 'data.c', null],
      ],
    ])
  })

  test.each<[string, Json, string]>([
    ['a number', { '+': [total, 0] }, 'A condition holds only when it is exactly true, and this is a number'],
    ['an object', { var: 'data' }, 'A condition holds only when it is exactly true, and this is an object'],
    ['null', { var: 'data.nope' }, 'A condition holds only when it is exactly true, and this is null'],
    ['an error', { throw: 'no' }, 'A condition that fails counts as false'],
  ])('notes that a condition which is %s does not hold', async (_, condition, note) => {
    const only = workflow('w', [parseTask(), mapTask('m', { 'data.a': 1 }, { condition })])
    const answer = await tested({ data: { total: 5 }, explain: true }, only)
    expect(answer.at('trace.steps.1')).toMatchObject({ result: 'skipped', explain: [{ note }] })
  })

  test('has a last step for a filter that halted', async () => {
    const halting = workflow('w', [
      {
        id: 'f',
        name: 'f',
        function: { name: 'filter', input: { condition: { '>': [1, { var: 'data.n' }] } } },
      },
      mapTask('m', { 'data.a': 1 }),
    ])
    const answer = await tested({ data: {}, explain: true, metadata: {} }, halting)
    expect(answer.at('trace.steps')).toMatchObject([{ task_id: 'f', result: 'executed' }, { task_id: 'm' }])
    const refusing = workflow('w', [
      {
        id: 'f',
        name: 'f',
        function: { name: 'filter', input: { condition: { '<': [1, { var: 'data.n' }] } } },
      },
      mapTask('m', { 'data.a': 1 }),
    ])
    expect((await tested({ data: {}, explain: true }, refusing)).at('trace.steps')).toMatchObject([
      { task_id: 'f', result: 'halted', explain: [{ because: '1 < data.n is false: data.n is null' }] },
    ])
  })

  test('a very long trace is cut, and says so', async () => {
    const tasks = Array.from({ length: 60 }, (_, at) =>
      mapTask(`t${at}`, { [`data.r${at}`]: { var: 'data.in' } }),
    )
    const long = workflow('w', [parseTask(), ...tasks])
    const answer = await tested({ data: 'x'.repeat(100_000), explain: true }, long)
    expect(answer.status).toBe(200)
    expect(answer.at('trace.truncated')).toBe(true)
    expect(answer.at('trace.steps.60')).toMatchObject({ task_id: 't59', result: 'executed' })
    expect(answer.text.length).toBeLessThan(40_000_000)
  })
})
