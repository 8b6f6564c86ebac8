import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../std/json.ts'
import { run } from './test-terminal.ts'

const total = { var: 'data.order.total' }
const WORKFLOW = {
  workflow_id: 'orders',
  name: 'Orders',
  condition: { '==': [{ var: 'metadata.country' }, 'AT'] },
  tasks: [
    {
      id: 'read',
      name: 'Read',
      function: { name: 'parse_json', input: { source: 'payload', target: 'order' } },
    },
    {
      id: 'flag',
      name: 'Flag',
      function: { name: 'map', input: { mappings: [{ path: 'data.large', logic: { '>': [total, 100] } }] } },
    },
    {
      id: 'note',
      name: 'Note',
      condition: { and: [{ var: 'data.large' }, { '<': [total, 500] }] },
      function: { name: 'log', input: { message: 'large' } },
    },
  ],
}
const INPUT = { data: { total: 600 }, metadata: { country: 'AT' } }

function dry(input: Json | string, flags: readonly string[] = [], workflow: Json | string = WORKFLOW) {
  const text = (value: Json | string) => (typeof value === 'string' ? value : JSON.stringify(value))
  return run(['dry-run', '-w', 'w.json', '-i', 'i.json', ...flags], {
    files: { 'w.json': text(workflow), 'i.json': text(input) },
  })
}

describe('dry-run', () => {
  test('prints what the workflow makes of the input', async () => {
    const { code, out } = await dry(INPUT)
    expect(code).toBe(0)
    const report = JSON.parse(out)
    expect(report).toMatchObject({
      matched: true,
      trace: {
        steps: [
          { workflow_id: 'orders', task_id: 'read', result: 'executed', message: { id: 'dry-run' } },
          { task_id: 'flag', result: 'executed', mapping_contexts: [{ data: { order: { total: 600 } } }] },
          { task_id: 'note', result: 'skipped' },
        ],
      },
      output: { order: { total: 600 }, large: true },
      errors: [],
    })
    expect(out).not.toContain('explain')
    expect(report).not.toHaveProperty('error')
  })

  test('has not matched when the workflow is refused', async () => {
    const { code, out } = await dry({ data: { total: 600 } })
    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual({
      matched: false,
      trace: { steps: [{ workflow_id: 'orders', task_id: null, result: 'skipped' }] },
      output: {},
      errors: [],
    })
  })

  test.each([
    ['an order', { total: 1 }, { total: 1 }],
    ['a number', 7, 7],
    ['an object that has more than data', { data: 1, total: 2 }, { data: 1, total: 2 }],
    ['an envelope', { data: [1] }, [1]],
    ['an envelope around nothing', { data: null, metadata: {} }, null],
  ])('takes %s as data', async (_, input, payload) => {
    const { condition: _unused, ...open } = WORKFLOW
    const { out } = await dry(input, [], { ...open, tasks: [open.tasks[0] ?? null] })
    expect(JSON.parse(out).output).toEqual({ order: payload })
  })

  test('--explain tells of each condition and mapping', async () => {
    const { out } = await dry(INPUT, ['--explain'])
    const [read, flag, note] = JSON.parse(out).trace.steps
    expect(read.explain).toMatchObject([
      { at: 'condition', result: true, variables: { 'metadata.country': 'AT' } },
    ])
    expect(flag.explain).toMatchObject([
      { at: 'tasks[1].function.input.mappings[0].logic', target: 'data.large', result: true },
    ])
    expect(note.explain).toMatchObject([
      {
        at: 'tasks[2].condition',
        result: false,
        because: 'data.order.total < 500 is false: data.order.total is 600',
        variables: { 'data.large': true, 'data.order.total': 600 },
        decided_by: {
          path: 'and[1]',
          operands: [
            { expression: total, value: 600 },
            { expression: 500, value: 500 },
          ],
        },
      },
    ])
  })

  test('--format text is for people', async () => {
    expect(
      (await dry(INPUT, ['--explain', '--format', 'text'])).out,
    ).toBe(`Workflow "orders": 2 tasks executed, 1 skipped

read: executed
  condition of the workflow = true
    rule metadata.country == "AT"
    with metadata.country = "AT"
flag: executed
  data.large = true
    rule data.order.total > 100
    with data.order.total = 600
note: skipped
  condition = false
    rule data.large and data.order.total < 500
    why  data.order.total < 500 is false: data.order.total is 600
    step data.order.total < 500 is false
    with data.large = true
    with data.order.total = 600

output {"order":{"total":600},"large":true}
`)
  })

  test('a run that fails is exit code 1, with all that is known of it', async () => {
    const { code, out } = await dry({ ...INPUT, data: { total: 'x' } }, ['--explain'])
    expect(code).toBe(1)
    const report = JSON.parse(out)
    expect(report.error).toEqual({
      code: 'ENGINE_ERROR',
      message:
        'Task error: Task flag failed with status 500: the mapping to "data.large" failed: Thrown: {"type":"NaN"}',
    })
    expect(report.trace.steps.at(-1)).toMatchObject({
      task_id: 'flag',
      result: 'failed',
      explain: [{ error: { type: 'NaN', path: '' }, variables: { 'data.order.total': 'x' } }],
    })
    expect(report.errors).toMatchObject([{ code: 'TASK_STATUS_ERROR' }, { code: 'WORKFLOW_ERROR' }])
  })

  test('lines of log tasks stand beside the report', async () => {
    const { out, err } = await dry({ ...INPUT, data: { total: 200 } })
    expect(err).toContain('info: large\n')
    expect(() => JSON.parse(out)).not.toThrow()
  })
})

describe('a file', () => {
  const bad = (tasks: Json) => ({ ...WORKFLOW, tasks }) satisfies JsonObject

  test.each([
    ['that is no JSON', '{"name": "x",\n  "tasks": [,]}', 'w.json:2:13: unexpected ","; expected a value'],
    ['that is cut off', '{"name"', 'w.json:1:8: the text ends; expected ":"'],
    ['that is empty', '', 'w.json:1:1: the text ends; expected a value'],
    ['with a number beyond all numbers', '{"name": "x",\n "a": 1e999}', 'w.json:2:7: "a" is 1e999'],
    ['that is no object', '[]', 'w.json:1:1: a workflow must be an object'],
  ])('%s is told with its place', async (_, text, problem) => {
    const { code, out, err } = await dry(INPUT, [], text)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain(`Error: ${problem}`)
  })

  test('with mistakes is told with the place of each', async () => {
    const text = JSON.stringify(
      bad([
        {
          id: 'a',
          name: 'A',
          condition: { '>': 1, '<': 2, x: { y: 1 } },
          function: { name: 'mapp', input: {} },
        },
      ]),
      null,
      1,
    )
    const { code, err } = await dry(INPUT, [], text)
    expect(code).toBe(1)
    expect(err).toContain('Error: The workflow is not valid\n')
    const line = text.split('\n').findIndex(one => one.includes('"mapp"')) + 1
    expect(err).toMatch(
      new RegExp(
        `\\n  w\\.json:${line}:\\d+: tasks\\[0\\]\\.function\\.name: Unknown function 'mapp'; did you mean "map"`,
      ),
    )
  })

  test('that is not there is told with the cause', async () => {
    const { code, err } = await run(['dry-run', '-w', 'no.json', '-i', 'i.json'])
    expect(code).toBe(1)
    expect(err).toContain('Error: Cannot read "no.json"\n  Caused by: ENOENT')
  })

  test('may begin with a byte order mark', async () => {
    expect((await dry(`\ufeff${JSON.stringify(INPUT)}`)).code).toBe(0)
  })

  test('calls no channels, and says what to do instead', async () => {
    const call = { name: 'channel_call', input: { channel: 'prices', output: 'data.price' } }
    const workflow = { name: 'W', tasks: [{ id: 'c', name: 'C', function: call }] }
    const { code, out } = await dry(INPUT, [], workflow)
    expect(code).toBe(1)
    const report = JSON.parse(out)
    expect(report.error).toEqual({
      code: 'NOT_FOUND',
      message:
        "channel_call to 'prices': there are no channels here; test the workflow on a server, or give the call a stub",
    })
    expect(report.errors[0]).toMatchObject({ code: 'NOT_FOUND', task_id: 'c' })
  })
})
