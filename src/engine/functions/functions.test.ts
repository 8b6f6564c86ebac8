import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../../std/json.ts'
import type { LogLevel } from '../functions-api.ts'
import { stubbedFunctions } from '../stubbed-functions.ts'
import { compiled, INSTANT, mapTask, run, task } from '../test-run.ts'
import { cacheInvalidate } from './cache-invalidate.ts'
import { builtInFunctions, functionTable } from './index.ts'

const broken = { '+': ['x', 1] }

/** One task alone. */
function alone(name: string, input: Json, given: Parameters<typeof run>[1] = {}) {
  return run(compiled([task('t', name, input)]), given)
}

describe('every function', () => {
  for (const { name, example, category } of builtInFunctions) {
    const isElsewhere = category === 'connector' || example.answer !== undefined
    test(`${name}: its example gives its result`, () => {
      const answer = example.answer === undefined ? ('nothing' as const) : { output: example.answer }
      const functions = functionTable(builtInFunctions)
      const workflow = compiled(
        [task('t', name, example.input)],
        {},
        {
          table: isElsewhere ? stubbedFunctions(functions, 'connectors') : functions,
        },
      )
      const { outcome, message } = run(workflow, {
        payload: example.payload ?? null,
        data: structuredClone(example.data ?? {}),
        stubs: { answer: () => answer },
      })
      expect(outcome).toEqual({ status: 'ok' })
      expect(message.context.data).toEqual(example.result)
    })
  }

  test('is found by name and alias, and is not unavailable', () => {
    const table = functionTable(builtInFunctions)
    expect(table.find('validate')).toBe(table.find('validation'))
    expect(table.names).toContain('validate')
    expect(table.find('nope')).toBeUndefined()
    expect(table.find('constructor')).toBeUndefined()
    expect(table.unavailable).toContain('mongo_read')
    expect(table.unavailable).not.toContain('map')
  })

  test('has a name of its own', () => {
    const [first] = builtInFunctions
    if (first === undefined) throw new Error('no functions')
    expect(() => functionTable([first, first])).toThrow(`Two functions are named "${first.name}"`)
  })
})

describe('parse_json', () => {
  const into = (source: string, target: string, payload: Json, data: JsonObject = {}) =>
    alone('parse_json', { source, target }, { payload, data }).message

  test('brings in the payload or a part of it', () => {
    expect(into('payload', 'in', { a: { b: 1 } }).context.data).toEqual({ in: { a: { b: 1 } } })
    expect(into('payload.a', 'in', { a: { b: 1 } }).context.data).toEqual({ in: { b: 1 } })
    expect(into('payload.l.1', 'in', { l: [1, 2] }).context.data).toEqual({ in: 2 })
  })

  test('parses a text, keeps one that is no JSON', () => {
    expect(into('payload.s', 'in', { s: '{"x":[1]}' }).context.data).toEqual({ in: { x: [1] } })
    expect(into('payload', 'in', '"quoted"').context.data).toEqual({ in: 'quoted' })
    for (const text of ['not json', '', '{"x":', '{"a":1}}', "{'a':1}", '[1,]', 'NaN', '\ufeff{}']) {
      expect(into('payload', 'in', text).context.data).toEqual({ in: text })
    }
  })

  test('a text nested too deep, or with half a surrogate pair, stays a text', () => {
    for (const text of ['['.repeat(200) + ']'.repeat(200), '"\\ud800"']) {
      expect(into('payload', 'in', text).context.data).toEqual({ in: text })
    }
  })

  test('a text with an integer beyond 2^53 keeps all its digits', () => {
    expect(into('payload', 'in', '{"id":9007199254740993}').context.data).toEqual({
      in: { id: 9007199254740993n },
    })
  })

  test('a number beyond the range of numbers fails the task as invalid input', () => {
    const { outcome } = alone(
      'parse_json',
      { source: 'payload.s', target: 'in' },
      { payload: { s: '{"id":1e999}' } },
    )
    expect(outcome).toMatchObject({
      status: 'failed',
      error: {
        kind: 'Validation',
        message:
          'Validation error: ParseJson: Source \'payload.s\' holds 1e999 at "id", which is beyond the range of ' +
          'numbers; send it as a string',
      },
    })
  })

  test('a missing source is stored as null, and recorded', () => {
    const message = into('payload.none', 'in', {})
    expect(message.context.data).toEqual({ in: null })
    expect(message.audit_trail[0]?.changes).toEqual([{ path: 'data.in', old_value: null, new_value: null }])
  })

  test('a part of a payload that is a text is not found', () => {
    expect(into('payload.x', 'in', '{"x":1}').context.data).toEqual({ in: null })
  })

  test('reads the context by any other path', () => {
    expect(into('data.raw', 'in', null, { raw: '[1]' }).context.data).toEqual({ raw: '[1]', in: [1] })
    expect(into('metadata.engine_version', 'v', null).context.data).toEqual({ v: '3.2.0' })
  })

  test('writes at a dotted target, `#` included', () => {
    expect(into('payload', 'a.b', 1).context.data).toEqual({ a: { b: 1 } })
    expect(into('payload', '#1.0', 1).context.data).toEqual({ '1': [1] })
    expect(into('payload', '', 1).context.data).toEqual({ '': 1 })
  })

  test('the payload is never changed by writes to what came of it', () => {
    const payload = { order: { lines: [{ n: 1 }] } }
    const tasks = [
      task('p', 'parse_json', { source: 'payload', target: 'in' }),
      mapTask('m', { 'data.in.order.lines.0.n': 2, 'data.in.order.extra': true, 'data.in.seen': 1 }),
    ]
    const { message } = run(compiled(tasks), { payload })
    expect(message.context.data).toEqual({ in: { order: { lines: [{ n: 2 }], extra: true }, seen: 1 } })
    expect(payload).toEqual({ order: { lines: [{ n: 1 }] } })
  })

  test('a root as source is taken as it is then', () => {
    const { message } = run(
      compiled([
        task('p', 'parse_json', { source: 'data', target: 'copy' }),
        mapTask('m', { 'data.later': 1 }),
      ]),
      { data: { a: 1 } },
    )
    expect(message.context.data).toEqual({ a: 1, copy: { a: 1 }, later: 1 })
  })
})

describe('map', () => {
  test('each mapping sees the writes before it', () => {
    const { message } = run(
      compiled([mapTask('m', { 'data.a': 1, 'data.b': { '+': [{ var: 'data.a' }, 1] } })]),
    )
    expect(message.context.data).toEqual({ a: 1, b: 2 })
  })

  test('a null result, computed or literal, writes and records nothing', () => {
    const { message } = run(compiled([mapTask('m', { 'data.a': null, 'data.b': { var: 'data.none' } })]), {
      data: { a: 1 },
    })
    expect(message.context.data).toEqual({ a: 1 })
    expect(message.audit_trail[0]).toMatchObject({ changes: [], status: 200 })
  })

  test('a failing mapping is left out, the others are done, and the task ends with 500', () => {
    const { outcome, message, lines } = run(compiled([mapTask('m', { 'data.a': broken, 'data.b': 2 })]))
    expect(outcome).toMatchObject({ status: 'failed' })
    expect(message.context.data).toEqual({ b: 2 })
    expect(message.audit_trail[0]?.changes).toHaveLength(1)
    expect(lines).toEqual([expect.stringMatching(/^debug The mapping to "data\.a" failed: Thrown: /)])
  })

  test('an object of several keys, or one unknown key, is an output object', () => {
    const { message } = run(
      compiled([mapTask('m', { 'data.o': { x: { var: 'data.n' }, y: { nope: [1, { var: 'data.n' }] } } })]),
      { data: { n: 7 } },
    )
    expect(message.context.data).toEqual({ n: 7, o: { x: 7, y: { nope: [1, 7] } } })
  })

  test('no mapping is success', () => {
    expect(run(compiled([mapTask('m', {})])).message.audit_trail[0]?.status).toBe(200)
  })

  test('an exhausted budget fails the task, later mappings are not tried', () => {
    const double = { merge: [{ var: 'data.l' }, { var: 'data.l' }] }
    const { outcome, message } = run(
      compiled([mapTask('m', { 'data.a': double, 'data.b': 1 }, { continue_on_error: true })]),
      { data: { l: Array.from({ length: 200 }, () => 1) }, messageOpsBudget: 50 },
    )
    expect(outcome).toEqual({ status: 'ok' })
    expect(message.context.data).not.toHaveProperty('b')
    expect(message.errors.map(entry => entry.code)).toEqual(['BUDGET_EXCEEDED'])
  })

  test('too much padding fails the task with the limit in its text', () => {
    const { message } = run(compiled([mapTask('m', { 'data.a.999': 1 }, { continue_on_error: true })]))
    expect(message.errors).toMatchObject([{ code: 'BUDGET_EXCEEDED' }])
    expect(message.errors[0]?.message).toContain('by more than 100 (engine.max_array_padding)')
  })

  test('a rule is not changed by writes to its result', () => {
    const workflow = compiled([mapTask('m', { 'data.o': { a: [1] }, 'data.o.a.0': 2, 'data.o.b': 3 })])
    expect(run(workflow).message.context.data).toEqual({ o: { a: [2], b: 3 } })
    expect(run(workflow).message.context.data).toEqual({ o: { a: [2], b: 3 } })
  })

  test('a copy does not follow the original', () => {
    const { message } = run(
      compiled([mapTask('m', { 'data.b': { var: 'data.a' }, 'data.a.x': 2, 'data.b.y': 3 })]),
      {
        data: { a: { x: 1 } },
      },
    )
    expect(message.context.data).toEqual({ a: { x: 2 }, b: { x: 1, y: 3 } })
  })

  test.each<[what: string, rule: Json]>([
    ['the whole context', { var: '' }],
    ['a root', { var: 'data' }],
    ['a root inside an output object', { inside: [{ var: 'data' }], other: 1 }],
    ['a root by val', { val: 'data' }],
    ['a computed path', { var: { cat: ['da', 'ta'] } }],
    ['the root of an inner scope', { map: [[1], { val: [[9], 'data'] }] }],
    ['the context out of an inner scope', { map: [[1], { val: [[9]] }] }],
    ['a default', { var: ['data.none', { var: 'data' }] }],
    ['a branch', { if: [true, { var: 'data' }, 1] }],
    ['the outcome of try', { try: [{ throw: 'x' }, { var: '' }, { val: [[1]] }] }],
    ['an accumulator', { reduce: [[1], { var: 'accumulator' }, { var: 'data' }] }],
  ])('%s as a result is what it was then', (_what, rule) => {
    const { message } = run(
      compiled([mapTask('m', { 'data.copy': rule, 'data.n': 2, 'metadata.later': 1 })]),
      {
        data: { n: 1 },
      },
    )
    const { copy } = JSON.parse(JSON.stringify(message.context.data))
    expect(JSON.stringify(copy)).toContain('"n":1')
    expect(JSON.stringify(copy)).not.toContain('"n":2')
    expect(JSON.stringify(copy)).not.toContain('later')
    expect(JSON.stringify(copy)).not.toContain('progress')
  })
})

describe('filter', () => {
  const after = (input: JsonObject, data: JsonObject = {}) =>
    run(compiled([task('f', 'filter', input), mapTask('m', { 'data.after': true })]), { data }).message

  test('goes on when the condition is exactly true', () => {
    for (const condition of [true, { '==': [{ var: 'data.n' }, 1] }]) {
      expect(after({ condition }, { n: 1 }).audit_trail.map(entry => entry.status)).toEqual([200, 200])
    }
  })

  test.each<[Json]>([[false], [1], ['yes'], [null], [{}], [broken], [{ var: 'data.none' }]])(
    '%j is rejected: halt by default',
    condition => {
      const message = after({ condition })
      expect(message.audit_trail.map(entry => entry.status)).toEqual([299])
      expect(message.context.data).toEqual({})
      expect(message.errors).toEqual([])
    },
  )

  test('skip leaves no trace and goes on', () => {
    const message = after({ condition: broken, on_reject: 'skip' })
    expect(message.audit_trail.map(entry => entry.task_id)).toEqual(['m'])
  })

  test('an exhausted budget is no rejection', () => {
    const condition = { some: [{ var: 'data.l' }, { '==': [{ var: '' }, 2] }] }
    const { outcome } = alone('filter', { condition }, { data: { l: [1, 1, 1, 1] }, messageOpsBudget: 2 })
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'BUDGET_EXCEEDED' } })
  })
})

describe('validation', () => {
  test('every rule is judged; what fails is told, and the status is 400', () => {
    const { outcome, message } = alone('validate', {
      rules: [
        { logic: true, message: 'fine' },
        { logic: 1, message: 'one is not true' },
        { logic: broken, message: 'unused' },
        { logic: { var: 'data.none' }, message: '' },
      ],
    })
    expect(outcome).toEqual({ status: 'ok' })
    expect(message.audit_trail[0]?.status).toBe(400)
    expect(message.errors).toEqual([
      { code: 'VALIDATION_ERROR', message: 'one is not true', path: null, timestamp: INSTANT },
      {
        code: 'EVALUATION_ERROR',
        message: expect.stringMatching(/^Failed to evaluate rule 2: Thrown: /),
        path: null,
        timestamp: INSTANT,
      },
      { code: 'VALIDATION_ERROR', message: '', path: null, timestamp: INSTANT },
    ])
  })

  test('200 when all pass, or when there is no rule', () => {
    expect(alone('validation', { rules: [{ logic: true, message: 'x' }] }).message).toMatchObject({
      audit_trail: [{ status: 200 }],
      errors: [],
    })
    expect(alone('validation', { rules: [] }).message.audit_trail[0]?.status).toBe(200)
  })

  test('an exhausted budget fails the task', () => {
    const logic = { all: [{ var: 'data.l' }, true] }
    const { outcome } = alone(
      'validation',
      { rules: [{ logic, message: 'x' }] },
      { data: { l: [1, 1, 1] }, messageOpsBudget: 1 },
    )
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'BUDGET_EXCEEDED' } })
  })
})

describe('log', () => {
  const data = { s: 'bob', n: 1.5, o: { a: [1] } }

  test('texts as they are, other values as compact JSON', () => {
    expect(alone('log', { message: { cat: ['hello ', { var: 'data.s' }] } }, { data }).lines).toEqual([
      'info hello bob',
    ])
    for (const [path, text] of [
      ['n', '1.5'],
      ['o', '{"a":[1]}'],
      ['none', 'null'],
    ]) {
      expect(alone('log', { message: { var: `data.${path}` } }, { data }).lines).toEqual([`info ${text}`])
    }
  })

  test('fields follow in brackets', () => {
    const fields = { s: { var: 'data.s' }, o: { var: 'data.o' } }
    expect(alone('log', { message: 'm', fields }, { data }).lines).toEqual(['info m [s=bob, o={"a":[1]}]'])
    expect(alone('log', { message: 'm', fields: {} }).lines).toEqual(['info m'])
  })

  test('a rule that fails is shown as such and fails nothing', () => {
    const { outcome, message, lines } = alone('log', { message: broken, fields: { g: { throw: 'x' } } })
    expect(outcome).toEqual({ status: 'ok' })
    expect(message.audit_trail[0]).toMatchObject({ status: 200, changes: [] })
    expect(lines).toEqual(['info <eval error> [g=<eval error>]'])
  })

  test('an exhausted budget fails the task', () => {
    const message = { all: [{ var: 'data.l' }, true] }
    const { outcome } = alone('log', { message }, { data: { l: [1, 1, 1] }, messageOpsBudget: 1 })
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'BUDGET_EXCEEDED' } })
  })

  test('a value whose text would be endless is not written', () => {
    let value: Json = ['x']
    for (let doubling = 0; doubling < 100; doubling++) value = [value, value]
    expect(alone('log', { message: { var: 'data.v' } }, { data: { v: value } }).lines).toEqual([
      'info <too large>',
    ])
  })

  test('fields together are no longer than one text may be', () => {
    const value = {
      reduce: [[...Array(20).keys()], { cat: [{ var: 'accumulator' }, { var: 'accumulator' }] }, 'xy'],
    }
    const fields = { a: value, b: value, c: 'short' }
    const { lines } = run(compiled([task('l', 'log', { message: 'm', fields })]), {})
    expect(lines[0]?.slice(-40)).toEndWith('b=<too large>, c=short]')
    expect(lines[0]?.length).toBeLessThan(4_000_000)
  })

  test('nothing is evaluated when the level is off', () => {
    const asked: LogLevel[] = []
    const quiet = {
      enabled: (level: LogLevel) => {
        asked.push(level)
        return false
      },
      write: () => {
        throw new Error('written')
      },
    }
    const endless = { reduce: [{ var: 'data.l' }, 1, 0] }
    const { outcome } = alone(
      'log',
      { level: 'debug', message: endless },
      { log: quiet, messageOpsBudget: 0 },
    )
    expect(outcome).toEqual({ status: 'ok' })
    expect(asked).toEqual(['debug'])
  })

  test.each(['trace', 'debug', 'info', 'warn', 'error'])('writes at %s', level => {
    expect(alone('log', { level, message: 'm' }).lines).toEqual([`${level} m`])
  })
})

describe('cache_invalidate', () => {
  const asked: string[] = []
  const reached = [{ store: 'memory', invalidated: true }]
  const invalidate = (namespace: string) => {
    asked.push(namespace)
    return reached
  }

  test('drops each of its namespaces, literal or computed, and waits for nothing', () => {
    asked.length = 0
    const namespaces = ['prices', { cat: ['prices:', { var: 'data.region' }] }]
    const { outcome, message } = alone(
      'cache_invalidate',
      { namespaces },
      { data: { region: 'eu' }, invalidate },
    )
    expect(outcome).toEqual({ status: 'ok' })
    expect(asked).toEqual(['prices', 'prices:eu'])
    expect(message.audit_trail[0]).toMatchObject({ status: 200, changes: [] })
  })

  test.each<[Json]>([[1], [null], ['No Name'], [''], [['prices']], ['x'.repeat(65)]])(
    'drops nothing when one of them comes out as %j',
    value => {
      asked.length = 0
      const namespaces = ['prices', { var: 'data.name' }]
      const { outcome } = alone('cache_invalidate', { namespaces }, { data: { name: value }, invalidate })
      expect(outcome).toMatchObject({ status: 'failed', error: { kind: 'Validation' } })
      expect(asked).toEqual([])
    },
  )

  test('refuses a literal that is no name, where it is', () => {
    const problems = cacheInvalidate.problems({ namespaces: ['prices', 'No Name'] })
    expect(problems).toMatchObject([{ path: 'namespaces[1]', code: 'INVALID_FORMAT', got: 'No Name' }])
  })

  test('fails when a cache cannot be reached, and says which', async () => {
    const down = () => Promise.resolve([...reached, { store: 'redis', invalidated: false }])
    const { outcome } = alone('cache_invalidate', { namespaces: ['prices'] }, { invalidate: down })
    expect(await outcome).toMatchObject({
      status: 'failed',
      error: {
        message: 'Function execution error: CacheInvalidate: The cache in redis could not be reached',
      },
    })
  })
})
