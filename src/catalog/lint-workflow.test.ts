import { describe, expect, test } from 'bun:test'
import { builtInFunctions, functionTable } from '../engine/functions/index.ts'
import type { Json, JsonObject } from '../std/json.ts'
import type { Finding } from '../versioning/finding.ts'
import { defaultWorkflowLimits } from '../workflow/limits.ts'
import { lintWorkflow } from '../workflow/lint/lint.ts'

const needs = {
  functions: functionTable(builtInFunctions),
  limits: defaultWorkflowLimits,
  connectors: undefined,
  channels: undefined,
}

function findings(fields: JsonObject): Finding[] {
  return [...lintWorkflow({ name: 'W', ...fields }, needs)].flat()
}

/** `rule path` of every warning. */
function warnings(fields: JsonObject): string[] {
  return findings(fields)
    .filter(({ severity }) => severity === 'warning')
    .map(({ rule, path }) => `${rule} ${path}`)
}

function task(name: string, input: Json, rest: JsonObject = {}): JsonObject {
  return { id: name, name, ...rest, function: { name, input } }
}

const parse = (target = 'in') => task('parse_json', { source: 'payload', target })
const map = (path: Json, logic: Json, rest: JsonObject = {}) =>
  task('map', { mappings: [{ path, logic }] }, rest)
const log = (message: Json, rest: JsonObject = {}) => task('log', { message }, rest)
const MAPPING = 'function.input.mappings[0]'

describe('an operator that is not one', () => {
  const of = (condition: Json) => warnings({ tasks: [log('x', { condition })] })

  test.each<[Json, string]>([
    [{ equal: [1, 1] }, 'equal'],
    [{ nothing_like_it: [1] }, 'nothing_like_it'],
    [{ '===>': [1] }, '===>'],
    [{ and: [{ '!!': { var: 'metadata.a' } }, { gte: [{ var: 'metadata.n' }, 1] }] }, 'and[1].gte'],
    [{ '>': [{ lenght: { var: 'metadata.a' } }, 1] }, '>[0].lenght'],
    [{ '!': [{ contains: ['a', 'abc'] }] }, '![0].contains'],
    [{ some: [{ var: 'metadata.a' }, { isOdd: { var: '' } }] }, 'some[1].isOdd'],
  ])('in a condition: %j', (condition, place) => {
    expect(of(condition)).toEqual([`unknown-operator tasks[0].condition.${place}`])
  })

  test('the one that was meant is told', () => {
    const suggestion = (condition: Json) =>
      findings({ tasks: [log('x', { condition })] }).find(({ rule }) => rule === 'unknown-operator')
        ?.suggestion
    expect(suggestion({ '&&': [true] })).toBe('and')
    expect(suggestion({ equals: [1, 1] })).toBe('==')
    expect(suggestion({ mising: ['a'] })).toBe('missing')
    expect(suggestion({ toUpperCase: ['a'] })).toBe('upper')
    expect(suggestion({ completely_different: [] })).toBeUndefined()
  })

  const inValue = (logic: Json) => warnings({ tasks: [map('data.x', logic)] })

  test.each<Json>([
    { lenght: [{ var: 'metadata.a' }] },
    { lenght: { var: 'metadata.a' } },
    { substring: 1, '!==': 2, x: { uper: 'a' } },
    { '||': [{ var: 'metadata.a' }, 1] },
    [{ mergee: [[1], [2]] }],
    { a: 1, b: { redcue: [{ var: 'metadata.a' }, 1, 2] } },
  ])('in a value that is a typing error almost for sure: %j', logic => {
    expect(inValue(logic).map(warning => warning.split(' ')[0])).toEqual(['unknown-operator'])
  })

  test.each<Json>([
    { id: { var: 'metadata.a' } },
    { total: 5 },
    { types: [{ var: 'metadata.a' }] },
    { merged: [1, 2] },
    { note: { var: 'metadata.a' } },
    { note: 'x' },
    { sum: 1 },
    { count: { length: { var: 'metadata.a' } } },
    { $literal: [1] },
    { a: { b: { c: 'd' } } },
    { 'content-type': 'x' },
    {},
  ])('but not an object that is meant as one: %j', logic => {
    expect(inValue(logic)).toEqual([])
  })
})

describe('a condition that is never boolean', () => {
  test.each<Json>([
    1,
    'yes',
    [[true]],
    { cat: ['a', 'b'] },
    { '+': [1, { var: 'metadata.n' }] },
    { if: [true, 'yes', 'no'] },
    null,
    { throw: 'x' },
  ])('of a task: %j', condition => {
    expect(warnings({ tasks: [log('x', { condition })] })).toEqual(['never-true tasks[0].condition'])
  })

  test('of a workflow, a group, a filter and a validation', () => {
    const never = { length: { var: 'metadata.a' } }
    expect(
      warnings({
        condition: never,
        tasks: [
          { id: 'g', condition: never, tasks: [log('x')] },
          task('filter', { condition: never, on_reject: 'skip' }),
          task('validation', { rules: [{ logic: never, message: 'm' }] }),
        ],
      }),
    ).toEqual([
      'never-true condition',
      'never-true tasks[0].condition',
      'never-true tasks[1].function.input.condition',
      'never-true tasks[2].function.input.rules[0].logic',
    ])
  })

  test('an object with several keys is an error there, as plain JSONLogic has it', () => {
    expect(findings({ tasks: [log('x', { condition: { a: 1, b: 2 } })] })).toMatchObject([
      { severity: 'error', rule: 'invalid-logic', path: 'tasks[0].condition', code: 'INVALID_LOGIC' },
    ])
  })

  test('deep inside, where it may make sense, it is a warning', () => {
    const condition = { '===': [{ var: 'metadata.o' }, { a: 1, b: 2 }] }
    expect(findings({ tasks: [log('x', { condition })] })).toMatchObject([
      { severity: 'warning', rule: 'invalid-logic', path: 'tasks[0].condition' },
    ])
  })

  test('null is no condition of a workflow', () => {
    expect(warnings({ condition: null, tasks: [parse()] })).toEqual([])
  })

  test.each<Json>([
    true,
    { '>': [1, { var: 'metadata.n' }] },
    { var: 'metadata.flag' },
    { and: [{ var: 'metadata.a' }, { var: 'metadata.b' }] },
    { in: ['a', { var: 'metadata.b' }] },
    { if: [{ var: 'metadata.a' }, { var: 'metadata.b' }, false] },
    { reduce: [{ var: 'metadata.a' }, { and: [{ var: 'accumulator' }, { var: 'current' }] }, true] },
  ])('%j may be', condition => {
    expect(warnings({ condition, tasks: [log('x', { condition })] })).toEqual([])
  })
})

describe('a condition that may be something other than true', () => {
  test.each<Json>([
    { or: [{ '>': [1, { var: 'metadata.n' }] }, { upper: { var: 'metadata.a' } }] },
    { if: [{ var: 'metadata.a' }, 'yes', false] },
    { and: [{ '>': [1, { var: 'metadata.n' }] }, { if: [{ var: 'metadata.a' }, true, 1] }] },
    { var: ['metadata.flag', 0] },
  ])('%j', condition => {
    expect(warnings({ tasks: [log('x', { condition })] })).toEqual(['truthy-condition tasks[0].condition'])
  })

  test('a variable that holds an object, as other reads and writes tell', () => {
    expect(
      warnings({ tasks: [parse('a'), log({ var: 'data.a.b' }, { condition: { var: 'data.a' } })] }),
    ).toEqual(['truthy-condition tasks[1].condition'])
    expect(
      warnings({ tasks: [map('data.a.b', 1), log('x', { condition: { val: ['data', 'a'] } })] }),
    ).toEqual(['truthy-condition tasks[1].condition'])
    expect(warnings({ tasks: [parse('a'), log('x', { condition: { var: 'data.a' } })] })).toEqual([])
  })
})

describe('a read before anything wrote', () => {
  test('is told with the place that was meant, or with who writes it later', () => {
    const tasks = [
      parse('order'),
      log({ var: 'data.oder.total' }),
      log({ var: 'data.tier' }),
      map('data.tier', 'gold'),
      log({ var: 'data.tier' }),
      log({ var: 'data.nothing.like.it' }),
      log({ var: 'temp_data.x' }),
    ]
    const message = (at: number) =>
      findings({ tasks }).find(({ path }) => path.startsWith(`tasks[${at}].function.input.`))?.message
    expect(warnings({ tasks }).map(text => text.split(' ')[1])).toEqual(
      [1, 2, 5, 6].map(at => `tasks[${at}].function.input.message.var`),
    )
    expect(message(1)).toEndWith('; did you mean "data.order.total"?')
    expect(message(2)).toEndWith(`; tasks[3].${MAPPING}.path writes it later`)
    expect(message(5)).toBe('"data.nothing.like.it" is read before anything wrote it')
  })

  test('the mappings of one task happen one after another', () => {
    const mappings = [
      { path: 'data.a', logic: { var: 'data.b' } },
      { path: 'data.b', logic: { var: 'data.a' } },
      { logic: { var: 'data.b.c' }, path: 'data.c' },
    ]
    expect(warnings({ tasks: [task('map', { mappings })] })).toEqual([
      `read-before-write tasks[0].function.input.mappings[0].logic.var`,
    ])
  })

  test('what lies above or below was written, so the read may find something', () => {
    const tasks = [
      parse('a.b'),
      log({ var: 'data.a' }),
      log({ var: 'data.a.b.c' }),
      log({ var: 'data' }),
      log({ var: '' }),
    ]
    expect(warnings({ tasks })).toEqual([])
    expect(warnings({ tasks: [map('data.#20', 1), log({ var: 'data.20' })] })).toEqual([])
  })

  test('a map that merges into data may write anything there', () => {
    expect(warnings({ tasks: [map('data', { a: 1, b: 2 }), log({ var: 'data.a' })] })).toEqual([])
  })

  test('a computed path, or a function that is not known, may write anything', () => {
    const tasks = [parse(), map({ cat: ['data.', { var: 'data.in.k' }] }, 1), log({ var: 'data.other' })]
    expect(warnings({ tasks })).toEqual([])
    expect(
      warnings({ tasks: [task('http_call', { connector: 'c', output: 'data.x' }), log({ var: 'data.x' })] }),
    ).toEqual([])
  })

  test('by a task that is told a path, and by an operator that takes paths', () => {
    const tasks = [
      parse(),
      task('publish_json', { source: 'data.out', target: 'text' }),
      task('publish_xml', { source: 'in', target: 'xml' }),
      task('parse_json', { source: 'data.texts.a', target: 'b' }),
      log({ missing: ['data.in', 'data.nope'] }),
    ]
    expect(warnings({ tasks })).toEqual([
      'read-before-write tasks[1].function.input.source',
      'read-before-write tasks[3].function.input.source',
      'read-before-write tasks[4].function.input.message.missing[0]',
    ])
  })

  test('the condition of a workflow is asked before any task', () => {
    expect(warnings({ condition: { '>': [{ var: 'data.in.n' }, 1] }, tasks: [parse()] })).toEqual([
      'read-before-write condition.>[0].var',
    ])
  })

  test('what a caller or the server wrote into metadata is not known', () => {
    expect(warnings({ condition: { '==': [{ var: 'metadata.any.thing' }, 1] }, tasks: [parse()] })).toEqual(
      [],
    )
  })

  test('in a group, after what came before it', () => {
    const group = {
      id: 'g',
      condition: { '!!': { var: 'data.late' } },
      tasks: [log({ var: 'data.in.x' }), map('data.late', 1)],
    }
    expect(warnings({ tasks: [parse(), group, log({ var: 'data.late' })] })).toEqual([
      'read-before-write tasks[1].condition.!!.var',
    ])
  })

  test('is told a hundred times at the most', () => {
    const mappings = Array.from({ length: 3000 }, (_, at) => ({
      path: `data.a${at}`,
      logic: { var: `data.b${at}` },
    }))
    expect(warnings({ tasks: [parse(), task('map', { mappings })] }).length).toBeLessThanOrEqual(100)
  })
})

describe('in a loop', () => {
  const sweep = [
    map('data.sum', { '+': [{ var: 'data.sum' }, { var: 'temp_data.line.price' }, { var: 'temp_data.i' }] }),
  ]

  test('a sweep reads what the one before it wrote, the counter, the element and the scratch', () => {
    const loop = {
      max: 9,
      counter: 'i',
      over: { var: 'data.in.lines' },
      as: 'line',
      scratch: 's.t',
      setup: [parse()],
    }
    expect(warnings({ loop, tasks: [...sweep, log({ var: 'temp_data.s.t.x' })] })).toEqual([])
    expect(warnings({ loop: { max: 9 }, tasks: [parse(), ...sweep] })).toEqual([
      `read-before-write tasks[1].${MAPPING}.logic.+[1].var`,
      `read-before-write tasks[1].${MAPPING}.logic.+[2].var`,
    ])
  })

  test('with setup, the condition is asked first of all, without the counter', () => {
    const condition = { '===': [{ var: 'temp_data.i' }, 0] }
    const loop = { max: 9, counter: 'i' }
    expect(warnings({ loop, condition, tasks: [parse()] })).toEqual([])
    expect(warnings({ loop: { ...loop, setup: [parse()] }, condition, tasks: [log('x')] })).toEqual([
      'read-before-write condition.===[0].var',
    ])
  })

  test('a condition that holds before anything is written is meant to be asked then', () => {
    const condition = { '!': { var: 'data.done' } }
    const loop = { max: 9, setup: [parse()] }
    expect(warnings({ loop, condition, tasks: [map('data.done', { var: 'data.in.done' })] })).toEqual([])
  })

  test('what setup and over read counts', () => {
    const loop = { max: 9, over: { var: 'data.lines' }, as: 'x', setup: [log({ var: 'data.y' })] }
    expect(warnings({ loop, tasks: [parse('lines')] })).toEqual([
      'read-before-write loop.setup[0].function.input.message.var',
      'read-before-write loop.over.var',
    ])
  })

  test('continue_on_error does continue', () => {
    expect(warnings({ loop: { max: 2 }, continue_on_error: true, tasks: [parse(), log('x')] })).toEqual([])
  })
})

describe('a payload that nobody brings in', () => {
  test('is told once, at the first read', () => {
    const tasks = [log({ var: 'data.a.b' }), log({ var: 'data.c' })]
    expect(warnings({ tasks })).toEqual(['missing-parse-json tasks[0].function.input.message.var'])
    expect(findings({ tasks }).find(({ rule }) => rule === 'missing-parse-json')?.expected).toContain(
      '"target": "a"',
    )
  })

  test('is no matter when the workflow reads nothing of it, or only what it wrote', () => {
    expect(warnings({ tasks: [log({ var: 'metadata.headers' })] })).toEqual([])
    expect(warnings({ tasks: [map('data.first', 1), log({ var: 'data.first' })] })).toEqual([])
    expect(warnings({ tasks: [map('data.first', 1), log({ var: 'data.frist' })] })).toEqual([
      'read-before-write tasks[1].function.input.message.var',
    ])
  })

  test('parse_xml brings it in as well', () => {
    const xml = task('parse_xml', { source: 'payload.xml', target: 'doc' })
    expect(warnings({ tasks: [xml, log({ var: 'data.doc.x' })] })).toEqual([])
  })
})

describe('paths that the context does not have', () => {
  test('the payload', () => {
    expect(
      warnings({ condition: { '!!': { var: 'payload' } }, tasks: [log({ val: ['payload', 'x'] })] }),
    ).toEqual([
      'payload-in-logic condition.!!.var',
      'payload-in-logic tasks[0].function.input.message.val[0]',
    ])
    expect(warnings({ tasks: [map('payload.x', 1), log({ var: 'payload.x' })] })).toEqual([])
  })

  test('other roots, with the one that was meant', () => {
    const suggestions = (path: string) =>
      findings({ tasks: [parse('order'), log({ var: path })] }).map(
        ({ rule, suggestion }) => `${rule} ${suggestion}`,
      )
    expect(suggestions('order.total')).toEqual(['unknown-root data.order.total'])
    expect(suggestions('dta.order')).toEqual(['unknown-root data.order'])
    expect(suggestions('meta_data.x')).toEqual(['unknown-root metadata.x'])
    expect(suggestions('user')).toEqual(['unknown-root data.user'])
  })

  test('but keys beside the roots that were written', () => {
    expect(warnings({ tasks: [map('extra.x', 1), log({ var: 'extra.x' }), log({ var: '' })] })).toEqual([])
    expect(
      warnings({
        tasks: [
          log({
            fractional: [
              ['a', 50],
              ['b', 50],
            ],
          }),
        ],
      }),
    ).toEqual([])
  })
})

describe('the context in an iterator', () => {
  test.each<[Json, string]>([
    [{ map: [{ var: 'data.in' }, { '*': [{ var: 'n' }, { var: 'data.in.rate' }] }] }, 'map[1].*[1].var'],
    [
      { reduce: [{ var: 'data.in' }, { '+': [{ var: 'accumulator' }, { var: 'metadata.x' }] }, 0] },
      'reduce[1].+[1].var',
    ],
    [{ sort: [{ var: 'data.in' }, true, { var: 'temp_data.x' }] }, 'sort[2].var'],
  ])('%j', (logic, place) => {
    expect(warnings({ tasks: [parse(), map('data.x', logic)] })).toEqual([
      `context-in-iterator tasks[1].${MAPPING}.logic.${place}`,
    ])
  })

  test('names of the item are its own', () => {
    const logic = {
      filter: [{ var: 'data.in' }, { '>': [{ var: 'database' }, { val: [[1], 'data', 'in', 'n'] }] }],
    }
    expect(warnings({ tasks: [parse(), map('data.x', logic)] })).toEqual([])
  })
})

describe('a text that reads like a variable', () => {
  test.each<[Json, string]>([
    ['data.in.x', ''],
    [{ '+': ['data.in.x', 1] }, '.+[0]'],
    [{ cat: [{ upper: 'temp_data.x' }, 'y'] }, '.cat[0].upper'],
    ['{"var": "data.in"}', ''],
    [{ '==': [' {"val": 1}', 1] }, '.==[0]'],
  ])('%j', (logic, place) => {
    expect(warnings({ tasks: [parse(), map('data.x', logic)] })).toEqual([
      `text-not-variable tasks[1].${MAPPING}.logic${place}`,
    ])
  })

  test.each<Json>([
    { missing: ['data.in.x'] },
    { exists: ['data', 'in'] },
    { var: ['data.in.x', 'data'] },
    'data',
    'data.',
    'Data is in data.in.x, too',
    { a: 'data.in', b: 1 },
    '{"name": "x"}',
    { throw: 'data.in.x' },
  ])('%j is meant as it is', logic => {
    expect(warnings({ tasks: [parse(), map('data.x', logic)] })).toEqual([])
  })
})

describe('data that is a call', () => {
  test.each<[Json, string]>([
    [{ type: 'express' }, 'type'],
    [{ a: { max: 10 }, b: 1 }, 'a.max'],
    [{ filter: 'all' }, 'filter'],
    [{ timestamp: '2026-01-01T00:00:00Z' }, 'timestamp'],
    [{ in: 'header' }, 'in'],
    [{ length: 5 }, 'length'],
    [[{ match: 'x' }], '[0].match'],
  ])('%j', (logic, place) => {
    const at = place.startsWith('[') ? place : `.${place}`
    expect(warnings({ tasks: [map('data.x', logic)] })).toEqual([
      `literal-operator tasks[0].${MAPPING}.logic${at}`,
    ])
  })

  test.each<Json>([
    { now: [] },
    { timestamp: '1d' },
    { datetime: '2026-01-01T00:00:00Z' },
    { merge: [[1], [2]] },
    { cat: ['a', 'b'] },
    { type: 'express', speed: 1 },
    { length: { var: 'metadata.x' } },
    { throw: 'bad' },
    { '!': true },
    { var: 'metadata.x' },
    { max: [1, 2] },
  ])('%j is meant', logic => {
    expect(warnings({ tasks: [map('data.x', logic)] })).toEqual([])
  })
})

describe('what replaces all of data', () => {
  test.each<[JsonObject, string]>([
    [task('db_read', { connector: 'c', query: 'x' }), 'output'],
    [task('db_read', { connector: 'c', query: 'x', output: 'data' }), 'output'],
    [task('http_call', { connector: 'c', response_path: 'data' }), 'response_path'],
    [task('channel_call', { channel: 'c' }), 'output'],
    [map('data', [1, 2]), 'mappings[0].path'],
    [map('metadata', { '>': [1, { var: 'metadata.n' }] }), 'mappings[0].path'],
    [task('map', { mappings: [{ path: 'temp_data', logic: 5, mode: 'set' }] }), 'mappings[0].path'],
  ])('%j', (wrong, place) => {
    expect(warnings({ tasks: [wrong] })).toEqual([`replaces-data tasks[0].function.input.${place}`])
  })

  test.each<JsonObject>([
    task('db_read', { connector: 'c', query: 'x', output: 'data.rows' }),
    task('http_call', { connector: 'c' }),
    map('data', { a: 1, b: 2 }),
    map('data', { var: 'metadata.x' }),
    map('data.x', 5),
  ])('%j does not', right => {
    expect(warnings({ tasks: [right] })).toEqual([])
  })
})

describe('a step that never runs', () => {
  const halt = task('filter', { condition: false })

  test.each<[string, JsonObject, string[]]>([
    ['after a filter that always halts', { tasks: [halt, log('a'), log('b')] }, ['tasks[1]', 'tasks[2]']],
    [
      'after one whose condition is never boolean',
      { tasks: [task('filter', { condition: 1 }), log('a')] },
      ['tasks[1]'],
    ],
    ['after a terminal task', { tasks: [log('a', { terminal: true }), log('b')] }, ['tasks[1]']],
    [
      'after a terminal group',
      { tasks: [{ id: 'g', terminal: true, tasks: [log('a')] }, log('b')] },
      ['tasks[1]'],
    ],
    [
      'after a group that always ends',
      { tasks: [{ id: 'g', tasks: [log('a', { terminal: true }), log('b')] }, log('c')] },
      ['tasks[0].tasks[1]', 'tasks[1]'],
    ],
    [
      'whose condition is false',
      { tasks: [log('a', { condition: false }), log('b')] },
      ['tasks[0].condition'],
    ],
    [
      'whose condition comes to false',
      { tasks: [log('a', { condition: { and: [{ var: 'metadata.a' }, false] } })] },
      ['tasks[0].condition'],
    ],
    [
      'in a workflow whose condition is false',
      { condition: { '==': [1, 2] }, tasks: [log('a'), log('b')] },
      ['condition'],
    ],
    ['after a setup that always ends', { loop: { max: 2, setup: [halt] }, tasks: [log('a')] }, ['tasks[0]']],
  ])('%s', (_, fields, paths) => {
    const found = warnings(fields).filter(text => text.startsWith('unreachable-step'))
    expect(found).toEqual(paths.map(path => `unreachable-step ${path}`))
  })

  test.each<[string, JsonObject]>([
    [
      'may be reached past a filter that skips',
      { tasks: [task('filter', { condition: false, on_reject: 'skip' }), log('a')] },
    ],
    [
      'past a terminal filter that skips',
      { tasks: [task('filter', { condition: false, on_reject: 'skip' }, { terminal: true }), log('a')] },
    ],
    [
      'past a step that may not run',
      { tasks: [log('a', { terminal: true, condition: { var: 'metadata.a' } }), log('b')] },
    ],
    [
      'past a group that may not run',
      { tasks: [{ id: 'g', condition: { var: 'metadata.a' }, tasks: [halt] }, log('b')] },
    ],
    [
      'past a filter that may pass',
      { tasks: [task('filter', { condition: { var: 'metadata.a' } }), log('b')] },
    ],
    ['past a step that does not end', { tasks: [log('a', { terminal: false, condition: true }), log('b')] }],
  ])('%s', (_, fields) => {
    expect(warnings(fields)).toEqual([])
  })
})

describe('continue_on_error of the workflow', () => {
  const tasks = [parse(), log('x')]
  test.each<[JsonObject, string[]]>([
    [{ tasks, continue_on_error: true }, ['workflow-continue-on-error continue_on_error']],
    [{ tasks: [parse()], continue_on_error: true }, []],
    [{ tasks: [parse(), log('x', { continue_on_error: true })], continue_on_error: true }, []],
    [{ tasks, continue_on_error: false }, []],
    [
      { tasks: [{ id: 'g', tasks }], continue_on_error: true },
      ['workflow-continue-on-error continue_on_error'],
    ],
  ])('%#', (fields, expected) => {
    expect(warnings(fields)).toEqual(expected)
  })
})

test('small things: targets, progress, nulls', () => {
  const tasks = [
    parse('data.order'),
    parse('data'),
    parse('database'),
    map('metadata.progress', { a: 1, b: 2 }),
    map('metadata.progress.status', 1),
    map('metadata.progression', 1),
    map('data.x', null),
    task('map', { mappings: [{ path: 'data.x', logic: null, on_null: 'unset' }] }),
  ]
  expect(warnings({ tasks })).toEqual([
    'target-from-data tasks[0].function.input.target',
    'target-from-data tasks[1].function.input.target',
    `null-writes-nothing tasks[6].${MAPPING}.logic`,
    `lost-progress tasks[3].${MAPPING}.path`,
    `lost-progress tasks[4].${MAPPING}.path`,
  ])
})

test('where something is refused, nothing else is told', () => {
  const tasks = [task('parse_json', { source: 'payloads', target: 'x' })]
  expect(findings({ tasks }).map(({ severity, path }) => `${severity} ${path}`)).toEqual([
    'error tasks[0].function.input.source',
  ])
})

describe('whatever it is given', () => {
  const odd: Json[] = [
    null,
    [],
    {},
    'x',
    [null, 1, 'x', [], {}],
    [{ function: null }, { function: {} }, { function: { name: 1 } }, { function: { name: 'map' } }],
    [task('map', []), task('map', { mappings: [null, 1, {}, { path: {} }, { path: 1, logic: 1 }] })],
    [
      task('filter', {}),
      task('validation', { rules: [1] }),
      task('log', { fields: 1 }),
      task('parse_json', { source: 1, target: [] }),
    ],
    [{ tasks: [{ tasks: [{ tasks: 'x' }] }], condition: { '==': [] } }],
    [task('__proto__', { __proto__: 1 }), task('constructor', {})],
  ]

  test('lint goes on', () => {
    for (const tasks of odd) {
      for (const loop of [undefined, null, 7, {}, { setup: 1, over: [], counter: 1 }]) {
        const fields = { tasks, ...(loop !== undefined && { loop }), condition: { var: { var: [] } } }
        expect(() => findings(fields)).not.toThrow()
      }
    }
  })

  test('prototype names are names', () => {
    const logic = { __proto__: 1 }
    expect(() =>
      findings({
        tasks: [map('data.__proto__.x', JSON.parse('{"__proto__": {"constructor": 1}}')), log(logic)],
      }),
    ).not.toThrow()
  })
})
