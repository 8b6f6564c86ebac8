import { describe, expect, test } from 'bun:test'
import type { JsonObject } from '../../std/json.ts'
import { mapTask, task } from '../test-run.ts'
import { told } from './test-case.ts'

const parse = task('parse', 'parse_json', { source: 'payload', target: 'in' })

function kept(input: JsonObject | number, expect: JsonObject): Promise<string[]> {
  return told([parse], { input, expect })
}

describe('what a case expects of the data', () => {
  test.each<[string, JsonObject]>([
    ['a scalar', { 'data.in.n': 1 }],
    ['an object, whatever the order of its keys', { 'data.in.o': { b: [2, { c: null }], a: 1 } }],
    ['an item by its index in brackets', { 'data.in.o.b[1].c': null }],
    ['an item by its index behind a dot', { 'data.in.o.b.0': 2 }],
    ['a key with a dot', { 'data.in.a\\.b': 3 }],
    ['a key with a bracket and a backslash', { 'data.in.x\\[0]\\\\': 4 }],
    ['a key of digits', { 'data.in.7': 5 }],
    ['what the run says of itself', { 'metadata.progress.task_id': 'parse' }],
    ['the audit trail', { 'audit_trail[0].task_id': 'parse', 'audit_trail[0].status': 200 }],
    ['the fixed instant', { 'metadata.processed_at': '2026-01-01T00:00:00.000Z' }],
    ['no calls at all', { calls: {} }],
    ['temporary data', { temp_data: {} }],
  ])('can be %s', async (_, expected) => {
    const input = { n: 1, o: { a: 1, b: [2, { c: null }] }, 'a.b': 3, 'x[0]\\': 4, '7': 5 }
    expect(await kept(input, expected)).toEqual([])
  })

  test.each<[string, JsonObject, string]>([
    ['another scalar', { 'data.in.n': 2 }, 'expect.data.in.n: data.in.n is not what was expected | 2 | 1'],
    ['another type', { 'data.in.n': '1' }, 'expect.data.in.n: data.in.n is not what was expected | "1" | 1'],
    [
      'nothing',
      { 'data.in.m': null },
      'expect.data.in.m: data.in.m is not what was expected | null | nothing',
    ],
    [
      'nothing behind an index',
      { 'data.in[0]': 1 },
      'expect.data.in[0]: data.in[0] is not what was expected | 1 | nothing',
    ],
    [
      'one key more',
      { 'data.in': { n: 1 } },
      'expect.data.in: data.in.l is not what was expected | nothing | [1,2]',
    ],
    [
      'one item less',
      { 'data.in.l': [1, 2, 3] },
      'expect.data.in.l[2]: data.in.l[2] is not what was expected | 3 | nothing',
    ],
    [
      'one item more',
      { 'data.in.l': [1] },
      'expect.data.in.l: data.in.l[1] is not what was expected | nothing | 2',
    ],
    [
      'what only a prototype has',
      { 'data.in.constructor': 1 },
      'expect.data.in.constructor: data.in.constructor is not what was expected | 1 | nothing',
    ],
  ])('is told with both values when it is %s', async (_, expected, line) => {
    expect(await kept({ n: 1, l: [1, 2] }, expected)).toEqual([line])
  })

  test('is compared exactly, digit by digit', async () => {
    const input: JsonObject = { id: 12345678901234567890n, big: 100000000000000000000n, zero: -0 }
    expect(
      await kept(input, { 'data.in.id': 12345678901234567890n, 'data.in.big': 1e20, 'data.in.zero': 0 }),
    ).toEqual([])
    expect(await kept({ id: 12345678901234567890n }, { 'data.in.id': 12345678901234567000 })).toHaveLength(1)
    expect(await kept({ half: 1.5 }, { 'data.in.half': 12345678901234567890n })).toHaveLength(1)
  })

  test('keeps __proto__ a key like others', async () => {
    const input: JsonObject = JSON.parse('{"__proto__": {"a": 1}}')
    expect(await kept(input, JSON.parse('{"data.in.__proto__.a": 1}'))).toEqual([])
    expect(await kept(input, JSON.parse('{"data.in": {"__proto__": {"a": 1}}}'))).toEqual([])
    expect(await kept({}, JSON.parse('{"data.in": {"__proto__": {"a": 1}}}'))).toHaveLength(1)
  })

  test('is told for the first differences only', async () => {
    const input = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`k${at}`, at]))
    expect(await kept(input, { 'data.in': {} })).toHaveLength(20)
  })
})

describe('the errors of a run', () => {
  const failing = [parse, task('check', 'validation', { rules: [{ logic: false, message: 'never' }] })]

  test('fail a case that expects none', async () => {
    const [line] = await told(failing, { input: {} })
    expect(line).toStartWith('expect_errors[0]: unexpected error VALIDATION_ERROR: never | nothing | {"code"')
  })

  test.each([
    ['by code', ['VALIDATION_ERROR']],
    ['by some of their fields', [{ message: 'never' }]],
  ])('are expected %s', async (_, expect_errors) => {
    expect(await told(failing, { input: {}, expect_errors })).toEqual([])
  })

  test('must all come, in order', async () => {
    const expected = { input: {}, expect_errors: ['TASK_ERROR', 'WORKFLOW_ERROR'] }
    const lines = await told(failing, expected)
    expect(lines.map(line => line.split(' | ')[0])).toEqual([
      'expect_errors[0]: another error came: VALIDATION_ERROR: never',
      'expect_errors[1]: the error did not come',
    ])
  })

  test('are there for a run that fails, whose data are compared all the same', async () => {
    const tasks = [parse, task('xml', 'parse_xml', { source: 'payload', target: 'x' })]
    const expect_errors = [{ code: 'TASK_ERROR', task_id: 'xml' }, 'WORKFLOW_ERROR']
    expect(await told(tasks, { input: { a: 1 }, expect_errors, expect: { 'data.in.a': 1 } })).toEqual([])
  })
})

describe('the tasks of a run', () => {
  const tasks = [
    parse,
    mapTask('never', { 'data.x': 1 }, { condition: false }),
    mapTask('last', { 'data.y': 1 }),
  ]

  test.each<[string, string[], string[]]>([
    ['all that ran', ['parse', 'last'], []],
    [
      'one that did not run',
      ['parse', 'never', 'last'],
      ['expect_tasks[1]: task "last" ran where "never" was expected'],
    ],
    ['one too many', ['parse', 'last', 'more'], ['expect_tasks[2]: task "more" did not run']],
    ['one too few', ['parse'], ['expect_tasks[1]: task "last" ran, too']],
    ['another order', ['last', 'parse'], ['expect_tasks[0]: task "parse" ran where "last" was expected']],
  ])('are compared with %s', async (_, expect_tasks, lines) => {
    expect((await told(tasks, { expect_tasks })).map(line => line.split(' | ')[0] ?? '')).toEqual(lines)
  })
})

describe('headers of a case', () => {
  test('come as from the front door: lower-case, credentials masked', async () => {
    const metadata = {
      headers: { 'X-Tenant': 'a', Authorization: 'Bearer t', 'X-API-Key': 'k' },
      params: { id: '7' },
    }
    const expected = {
      'metadata.headers': { 'x-tenant': 'a', authorization: '******', 'x-api-key': '******' },
      'metadata.params.id': '7',
    }
    expect(await told([parse], { input: {}, metadata, expect: expected })).toEqual([])
  })
})

describe('the time of a case', () => {
  const tasks = [mapTask('when', { 'data.at': { now: [] } })]

  test('is always the same, or the one that it names', async () => {
    expect(await told(tasks, { expect: { 'data.at': '2026-01-01T00:00:00Z' } })).toEqual([])
    const now = '2030-05-06T07:08:09+02:00'
    expect(await told(tasks, { now, expect: { 'data.at': '2030-05-06T05:08:09Z' } })).toEqual([])
  })
})
