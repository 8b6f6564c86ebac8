import { describe, expect, test } from 'bun:test'
import { Validator } from '@cfworker/json-schema'
import { ROOT } from '../../../../scripts/root.ts'
import { builtInFunctions, functionTable } from '../../../engine/functions/index.ts'
import { operatorNames } from '../../../expression/operators/index.ts'
import { isObject, type Json, type JsonObject, own } from '../../../std/json.ts'
import { editorSchema, SCHEMA_KINDS } from './editor-schema.ts'

const FUNCTIONS = functionTable(builtInFunctions)
const SCHEMAS = new Map(SCHEMA_KINDS.map(kind => [kind, editorSchema(kind, FUNCTIONS)]))

/** Whether the schema takes it, and the innermost places with which it finds fault. */
function judged(kind: (typeof SCHEMA_KINDS)[number], document: unknown) {
  const { valid, errors } = new Validator(SCHEMAS.get(kind) ?? false, '2020-12', false).validate(document)
  const places = new Set(errors.map(({ instanceLocation }) => instanceLocation))
  return { valid, places: [...places] }
}

const log = { id: 'n', name: 'N', function: { name: 'log', input: { message: 'x' } } }
const workflow = { workflow_id: 'w', name: 'w', tasks: [log] }
const channel = {
  channel_id: 'c',
  name: 'c',
  channel_type: 'sync',
  protocol: 'rest',
  methods: ['POST'],
  route_pattern: '/c',
}
const connector = { name: 'x', connector_type: 'http', config: { url: 'https://x.example' } }
const one = {
  name: 'c',
  workflow: 'w',
  input: { a: 1 },
  expect: { 'data.a': 1 },
  expect_errors: ['TASK_ERROR'],
}
const DOCUMENTS = { workflow, channel, connector, case: one }
const task = (more: object) => ({ tasks: [{ ...log, ...more }] })
const calling = (name: string, input: unknown) => task({ function: { name, input } })

describe('a schema takes', () => {
  test.each([...new Bun.Glob('examples/{workflows,channels}/*.json').scanSync({ cwd: ROOT })].sort())(
    '%s',
    async path => {
      const document: unknown = await Bun.file(`${ROOT}/${path}`).json()
      const kind = path.startsWith('examples/workflows') ? 'workflow' : 'channel'
      expect(judged(kind, document)).toEqual({ valid: true, places: [] })
    },
  )

  test.each(
    builtInFunctions.flatMap(({ name, aliases = [], example }) =>
      [name, ...aliases].map(each => [each, example.input] as const),
    ),
  )('the example of %s', (name, input) => {
    expect(judged('workflow', { ...workflow, ...calling(name, input) }).valid).toBe(true)
  })

  test.each([...SCHEMAS])('the examples of a %s', (kind, schema) => {
    const examples = own(schema, 'examples')
    expect(Array.isArray(examples) && examples.every(example => judged(kind, example).valid)).toBe(true)
  })

  test.each<[keyof typeof DOCUMENTS, object]>([
    ['workflow', { $schema: '../schemas/workflow.json', status: 'draft', priority: null, loop: null }],
    ['workflow', { tasks: [{ id: 'g', tasks: [{ id: 'h', tasks: [log] }], condition: { var: 'data.a' } }] }],
    ['workflow', { loop: { max: 3, setup: [log], over: { var: 'data.items' }, as: 'item' } }],
    ['channel', { config: { auth: { mode: 'api_key', keys: ['k'] }, request_schema: { type: 'object' } } }],
    [
      'channel',
      { config: { validation_logic: { and: [true, { '==': [{ var: 'data.a' }, 1] }] } }, tags: ['a'] },
    ],
    ['connector', { enabled: false, tags: null }],
    ['case', { $schema: '../schemas/case.json', stubs: { http_call: { crm: {} } }, expect_tasks: ['n'] }],
    ['connector', { connector_type: 'cache', config: { backend: 'memory' } }],
  ])('a %s with %j', (kind, more) => {
    expect(judged(kind, { ...DOCUMENTS[kind], ...more })).toEqual({ valid: true, places: [] })
  })
})

describe('a schema finds fault with', () => {
  test.each<[keyof typeof DOCUMENTS, object, string]>([
    ['workflow', { workflow_id: null }, '#/workflow_id'],
    ['workflow', { priorty: 1 }, '#/priorty'],
    ['workflow', { tasks: [] }, '#/tasks'],
    ['workflow', { status: 'live' }, '#/status'],
    ['workflow', task({ name: undefined }), '#/tasks/0'],
    ['workflow', task({ terminal: 'yes' }), '#/tasks/0/terminal'],
    ['workflow', task({ halt_on: 'error' }), '#/tasks/0/halt_on'],
    ['workflow', calling('mapp', {}), '#/tasks/0/function/name'],
    ['workflow', calling('map', { mapings: [] }), '#/tasks/0/function/input'],
    [
      'workflow',
      calling('map', { mappings: [{ path: 1, logic: 1 }] }),
      '#/tasks/0/function/input/mappings/0/path',
    ],
    ['workflow', calling('log', {}), '#/tasks/0/function/input'],
    ['workflow', { tasks: [{ id: 'g', tasks: [{ ...log, function: 1 }] }] }, '#/tasks/0/tasks/0/function'],
    ['workflow', { loop: { max: 3, setup: [{ id: 'x' }] } }, '#/loop/setup/0'],
    ['channel', { channel_id: 'a/b' }, '#/channel_id'],
    ['channel', { methods: undefined }, '#'],
    ['channel', { methods: ['FETCH'] }, '#/methods/0'],
    ['channel', { config: { timeout: 1 } }, '#/config/timeout'],
    ['channel', { config: { auth: { mode: 'api_key', keys: [] } } }, '#/config/auth'],
    ['channel', { config: { request_schema: [] } }, '#/config/request_schema'],
    ['channel', { protocol: 'ftp' }, '#/protocol'],
    ['case', { expects: {} }, '#/expects'],
    ['case', { workflow: undefined }, '#'],
    ['case', { expect_errors: [{ kind: 'x' }] }, '#/expect_errors/0'],
    ['connector', { connector_type: 'smtp' }, '#/connector_type'],
    ['connector', { connector_type: 'db' }, '#/config'],
    ['connector', { config: { url: 'https://x', retries: 1 } }, '#/config/retries'],
  ])('a %s with %j', (kind, more, place) => {
    const { valid, places } = judged(kind, JSON.parse(JSON.stringify({ ...DOCUMENTS[kind], ...more })))
    expect(valid).toBe(false)
    expect(places).toContain(place)
  })
})

test('a file may hold an array of cases', () => {
  expect(judged('case', [one, one]).valid).toBe(true)
  expect(judged('case', [one, {}]).valid).toBe(false)
})

test('operators are offered where expressions are', () => {
  const logic = within(SCHEMAS.get('workflow'), '$defs', 'logic')
  expect(Object.keys(within(logic, 'properties')).sort()).toEqual(operatorNames().sort())
  expect(within(logic, 'properties', 'cat')).toMatchObject({
    $ref: '#/$defs/logic',
    examples: [expect.anything()],
  })
})

test('every pattern means the same to editors, and no keyword is our own', () => {
  const found = [...SCHEMAS.values()].flatMap(keywordsIn)
  const patterns = found.filter(([keyword]) => keyword === 'pattern')
  for (const [, pattern] of patterns) expect(() => new RegExp(String(pattern), 'u')).not.toThrow()
  expect(patterns.length).toBeGreaterThan(5)
  expect(found.filter(([keyword]) => keyword === 'expected' || keyword.startsWith('x-orion'))).toEqual([])
})

function within(schema: Json | undefined, ...path: string[]): JsonObject {
  const inner = path.reduce<Json | undefined>((at, key) => (isObject(at) ? own(at, key) : undefined), schema)
  return isObject(inner) ? inner : {}
}

/** What has a scalar for its value. */
function keywordsIn(schema: Json): [keyword: string, value: Json][] {
  if (Array.isArray(schema)) return schema.flatMap(keywordsIn)
  if (!isObject(schema)) return []
  return Object.entries(schema).flatMap(([keyword, value]): [string, Json][] =>
    typeof value === 'object' ? keywordsIn(value) : [[keyword, value]],
  )
}
