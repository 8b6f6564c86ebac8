import { describe, expect, test } from 'bun:test'
import { type TSchema, Type } from '@sinclair/typebox'
import { Logic } from '../expression/logic.ts'
import type { Json, JsonObject } from '../std/json.ts'
import { atOnce } from '../std/portions.ts'
import { schemaProblems } from '../std/schema-problems.ts'
import { workflowProblems } from './check.ts'
import type { KnownFunctions, WorkflowCheck } from './task-check.ts'

const limits = {
  maxLogicDepth: 256,
  maxLogicNodes: 10_000,
  opsBudget: 1_000_000,
  maxResultChars: 4_000_000,
  maxResultItems: 100_000,
  maxLoopIterations: 1000,
}

const Closed = { additionalProperties: false }
const INPUTS: Record<string, TSchema> = {
  log: Type.Object({ message: Logic('The text') }, Closed),
  map: Type.Object(
    { mappings: Type.Array(Type.Object({ path: Type.String(), logic: Logic('The value') }, Closed)) },
    Closed,
  ),
  parse_json: Type.Object({ source: Type.String(), target: Type.String() }, Closed),
}

function knowing(inputs: Record<string, TSchema>): KnownFunctions {
  return {
    find(name) {
      const input = Object.hasOwn(inputs, name) ? inputs[name] : undefined
      return input && { input, category: 'data', problems: given => schemaProblems(input, given) }
    },
    names: Object.keys(inputs),
    unavailable: ['http_call'],
  }
}

const check: WorkflowCheck = { functions: knowing(INPUTS), limits }

const task: JsonObject = { id: 'a', name: 'A', function: { name: 'log', input: { message: 'hi' } } }
const MULTI = { and: [true], or: [false] }

function problems(fields: JsonObject, with_ = check) {
  return atOnce(workflowProblems({ name: 'Orders', tasks: [task], ...fields }, with_))
}

function found(fields: JsonObject, with_ = check) {
  return problems(fields, with_).map(({ path, code }) => `${path} ${code}`)
}

/** Nested deeper than any rule may be. */
function deep(levels: number): Json {
  let rule: Json = true
  for (let level = 0; level < levels; level++) rule = { '!': [rule] }
  return rule
}

test('a whole workflow has no problems', () => {
  const whole = {
    workflow_id: 'orders.v-1_a',
    description: null,
    priority: 4294967295,
    condition: { '==': [{ var: 'data.kind' }, 'order'] },
    tags: ['orders'],
    continue_on_error: true,
    tasks: [
      { id: 'p', name: 'P', function: { name: 'parse_json', input: { source: 'payload', target: 'order' } } },
      {
        ...task,
        description: 'says hi',
        condition: { var: 'data.loud' },
        continue_on_error: true,
      },
    ],
  }
  expect(problems(whole)).toEqual([])
})

test('what stands beside the known fields is ignored', () => {
  expect(problems({ $schema: 'x', channel: 'orders', status: 'active', version: 'seven' })).toEqual([])
})

test('null is the same as nothing, but for what is required', () => {
  expect(
    problems({ workflow_id: null, description: null, priority: null, tags: null, continue_on_error: null }),
  ).toEqual([])
  expect(problems({ condition: null, loop: null })).toEqual([])
  expect(found({ name: null, tasks: null })).toEqual(['tasks TYPE_MISMATCH', 'name TYPE_MISMATCH'])
})

test('all problems are told at once, each path once', () => {
  const fields = {
    workflow_id: '../x',
    name: ' ',
    description: 7,
    priority: -1,
    tags: ['ok', 5],
    continue_on_error: 'yes',
    condition: deep(300),
    tasks: [
      { ...task, id: 'x', nmae: 'N' },
      { ...task, id: 'x', function: { name: 'mapp', input: {} } },
      { id: 'y', name: 'Y', function: { name: 'map', input: { mappings: [{ path: 1, logic: true }] } } },
    ],
  }
  expect(found(fields).sort()).toEqual([
    'condition INVALID_LOGIC',
    'continue_on_error TYPE_MISMATCH',
    'description TYPE_MISMATCH',
    'name REQUIRED',
    'priority OUT_OF_RANGE',
    'tags[1] TYPE_MISMATCH',
    'tasks[0].nmae UNKNOWN_KEY',
    'tasks[1].function.name UNKNOWN_FUNCTION',
    'tasks[1].id DUPLICATE',
    'tasks[2].function.input.mappings[0].path TYPE_MISMATCH',
    'workflow_id INVALID_FORMAT',
  ])
})

test('an empty body lacks a name and tasks', () => {
  expect(atOnce(workflowProblems({}, check))).toMatchObject([
    { path: 'tasks', code: 'REQUIRED', message: 'Tasks must be a non-empty array' },
    { path: 'name', code: 'REQUIRED', message: '"name" is required' },
  ])
})

describe('priority is an unsigned 32-bit integer', () => {
  test.each([
    [-1, 'OUT_OF_RANGE'],
    [4294967296, 'OUT_OF_RANGE'],
    [1.5, 'TYPE_MISMATCH'],
    ['1', 'TYPE_MISMATCH'],
  ])('%p', (priority, code) => {
    expect(problems({ priority })).toMatchObject([{ path: 'priority', code }])
  })
})

describe('tasks', () => {
  test.each<[Json, string]>([
    [[], 'OUT_OF_RANGE'],
    [{}, 'TYPE_MISMATCH'],
    ['log', 'TYPE_MISMATCH'],
  ])('%j is no list of tasks', (tasks, code) => {
    expect(problems({ tasks })).toMatchObject([
      { path: 'tasks', code, message: 'Tasks must be a non-empty array' },
    ])
  })

  test('there are a thousand at the most', () => {
    const tasks = Array.from({ length: 1001 }, (_, at) => ({ ...task, id: `t${at}` }))
    expect(found({ tasks: tasks.slice(1) })).toEqual([])
    expect(found({ tasks })).toEqual(['tasks TOO_LONG'])
  })

  test('a task without id, name or function is told as such', () => {
    expect(problems({ tasks: [{}, task] })).toMatchObject([
      { path: 'tasks[0].id', code: 'REQUIRED', message: "Task at index 0 is missing 'id'" },
      { path: 'tasks[0].name', code: 'REQUIRED', message: "Task at index 0 is missing 'name'" },
      {
        path: 'tasks[0].function.name',
        code: 'REQUIRED',
        message: "Task at index 0 is missing 'function.name'",
      },
    ])
  })

  test('empty texts are missing texts', () => {
    expect(found({ tasks: [{ id: '', name: '', function: { name: '', input: {} } }] })).toEqual([
      'tasks[0].id REQUIRED',
      'tasks[0].name REQUIRED',
      'tasks[0].function.name REQUIRED',
    ])
  })

  test('a function needs its input', () => {
    expect(found({ tasks: [{ ...task, function: { name: 'log' } }] })).toEqual([
      'tasks[0].function.input REQUIRED',
    ])
  })

  test.each<[Json, string]>([
    [7, 'tasks[0] TYPE_MISMATCH'],
    [null, 'tasks[0] TYPE_MISMATCH'],
    [[], 'tasks[0] TYPE_MISMATCH'],
    [{ ...task, id: 7 }, 'tasks[0].id TYPE_MISMATCH'],
    [{ ...task, name: {} }, 'tasks[0].name TYPE_MISMATCH'],
    [{ ...task, function: 'log' }, 'tasks[0].function TYPE_MISMATCH'],
    [{ ...task, function: { name: 7, input: {} } }, 'tasks[0].function.name TYPE_MISMATCH'],
    [{ ...task, function: { name: 'log', input: [] } }, 'tasks[0].function.input TYPE_MISMATCH'],
    [{ ...task, continue_on_error: 1 }, 'tasks[0].continue_on_error TYPE_MISMATCH'],
    [{ ...task, description: 1 }, 'tasks[0].description TYPE_MISMATCH'],
    [{ ...task, id: 'x'.repeat(256) }, 'tasks[0].id TOO_LONG'],
  ])('%j has the wrong shape', (odd, problem) => {
    expect(found({ tasks: [odd] })).toEqual([problem])
  })

  test('an unknown key is told with the nearest one', () => {
    expect(problems({ tasks: [{ ...task, continue_on_eror: true }] })).toMatchObject([
      { path: 'tasks[0].continue_on_eror', code: 'UNKNOWN_KEY', suggestion: 'continue_on_error' },
    ])
    expect(
      problems({ tasks: [{ ...task, function: { name: 'log', input: { message: 1 }, inptu: {} } }] }),
    ).toMatchObject([{ path: 'tasks[0].function.inptu', code: 'UNKNOWN_KEY', suggestion: 'input' }])
  })

  test('an id may be used once; each later one is told', () => {
    expect(problems({ tasks: [task, { ...task, id: 'b' }, task, task] })).toMatchObject([
      { path: 'tasks[2].id', code: 'DUPLICATE', message: "Duplicate task id 'a'" },
      { path: 'tasks[3].id', code: 'DUPLICATE' },
    ])
  })
})

describe('functions', () => {
  test('an unknown one is told with the nearest', () => {
    expect(problems({ tasks: [{ ...task, function: { name: 'parse_jsn', input: {} } }] })).toMatchObject([
      {
        path: 'tasks[0].function.name',
        code: 'UNKNOWN_FUNCTION',
        message: `Unknown function 'parse_jsn'; did you mean "parse_json"?`,
        got: 'parse_jsn',
        suggestion: 'parse_json',
      },
    ])
  })

  test('one that this version lacks is refused by name', () => {
    expect(problems({ tasks: [{ ...task, function: { name: 'http_call', input: {} } }] })).toMatchObject([
      {
        path: 'tasks[0].function.name',
        code: 'NOT_AVAILABLE',
        message: "Function 'http_call' is not available in this version",
      },
    ])
  })
})

describe('expressions', () => {
  test('conditions of the workflow and of tasks compile', () => {
    expect(problems({ condition: deep(300), tasks: [{ ...task, condition: deep(300) }] })).toMatchObject([
      {
        path: 'condition',
        code: 'INVALID_LOGIC',
        message: expect.stringMatching(/^Invalid JSONLogic in workflow condition: /),
      },
      {
        path: 'tasks[0].condition',
        code: 'INVALID_LOGIC',
        message: expect.stringMatching(/^Invalid JSONLogic in task condition: /),
      },
    ])
  })

  test('fields that hold logic compile, wherever the schema has them', () => {
    const functions = knowing({
      f: Type.Object({
        direct: Type.Optional(Logic('x', 'plain')),
        list: Type.Optional(Type.Array(Type.Object({ logic: Logic('x', 'plain') }))),
        named: Type.Optional(Type.Record(Type.String(), Logic('x', 'plain'))),
        either: Type.Optional(
          Type.Union([Type.Literal('none'), Type.Object({ by: Logic('x', 'plain') }), Type.Null()]),
        ),
        text: Type.Optional(Type.Unknown()),
      }),
    })
    const input = {
      direct: MULTI,
      list: [{ logic: true }, { logic: MULTI }],
      named: { ok: 1, bad: MULTI },
      either: { by: MULTI },
      text: MULTI,
    }
    const tasks = [{ ...task, function: { name: 'f', input } }]
    expect(found({ tasks }, { functions, limits })).toEqual([
      'tasks[0].function.input.direct INVALID_LOGIC',
      'tasks[0].function.input.list[1].logic INVALID_LOGIC',
      'tasks[0].function.input.named.bad INVALID_LOGIC',
      'tasks[0].function.input.either.by INVALID_LOGIC',
    ])
  })

  test('an object with several keys is an output object for a map, not a mistake', () => {
    const input = { mappings: [{ path: 'data', logic: { total: { '+': [1, 2] }, name: 'x' } }] }
    expect(found({ tasks: [{ ...task, function: { name: 'map', input } }] })).toEqual([])
  })
})

test('a very long name is quoted by its beginning', () => {
  const name = '👩'.repeat(50_000)
  const told = JSON.stringify(problems({ tasks: [{ ...task, function: { name, input: {} } }] }))
  expect(told.length).toBeLessThan(1000)
  expect(told.isWellFormed()).toBe(true)
})

describe('groups and loops', () => {
  const broken = { ...task, id: 'b', condition: deep(300) }

  test('are a part of a whole workflow', () => {
    const loop = { max: 3, over: { var: 'data.rows' }, as: 'row', setup: [{ ...task, id: 's' }] }
    expect(problems({ loop, tasks: [{ id: 'g', condition: { var: 'data.x' }, tasks: [task] }] })).toEqual([])
  })

  test('everything in them is checked where it stands', () => {
    const odd = { ...task, id: 'o', function: { name: 'lgo', input: {} } }
    const tasks = [task, { id: 'g', condition: deep(300), tasks: [broken, { id: 'h', tasks: [odd] }] }]
    const loop = { max: 3, over: deep(300), setup: [{ ...broken, id: 's' }] }
    expect(found({ tasks, loop }).sort()).toEqual([
      'loop.over INVALID_LOGIC',
      'loop.setup[0].condition INVALID_LOGIC',
      'tasks[1].condition INVALID_LOGIC',
      'tasks[1].tasks[0].condition INVALID_LOGIC',
      'tasks[1].tasks[1].tasks[0].function.name UNKNOWN_FUNCTION',
    ])
    expect(problems({ tasks, loop }).map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^Invalid JSONLogic in group condition: /),
    )
  })

  test('the ceiling of sweeps is that of this server', () => {
    expect(found({ loop: { max: 1000 } })).toEqual([])
    expect(found({ loop: { max: 1001 } })).toEqual(['loop.max OUT_OF_RANGE'])
  })
})
