import { describe, expect, test } from 'bun:test'
import { builtInFunctions, functionTable } from '../engine/functions/index.ts'
import type { Json, JsonObject } from '../std/json.ts'
import { defaultWorkflowLimits } from '../workflow/limits.ts'
import { type DefinitionNeeds, lintDefinition } from './lint.ts'

function task(name: string, input: JsonObject, rest: JsonObject = {}): JsonObject {
  return { id: 'a', name: 'A', ...rest, function: { name, input } }
}

const parse = (source = 'payload', target = 'in') => task('parse_json', { source, target })
const map = (path: Json, logic: Json) => task('map', { mappings: [{ path, logic }] })

function cached(cache: JsonObject): JsonObject {
  return {
    name: 'orders',
    channel_type: 'sync',
    protocol: 'rest',
    methods: ['POST'],
    route_pattern: '/orders',
    workflow_id: 'w',
    config: { cache: { enabled: true, ...cache } },
  }
}

function knowing(tasks: readonly JsonObject[], fields: JsonObject = {}): DefinitionNeeds {
  return {
    functions: functionTable(builtInFunctions),
    limits: defaultWorkflowLimits,
    connectors: undefined,
    channels: undefined,
    workflows: new Map([['w', { name: 'W', tasks: [...tasks], ...fields }]]),
    platformRate: undefined,
  }
}

/** What lint says the key of a channel's cache lacks, when its workflow has these tasks. */
function missing(tasks: readonly JsonObject[], cache: JsonObject = {}, fields: JsonObject = {}): string[] {
  return [...lintDefinition('channel', cached(cache), knowing(tasks, fields))]
    .flat()
    .map(({ rule, message }) => {
      expect(rule).toBe('cache-misses-read')
      return /reads (.*), which/.exec(message)?.[1] ?? message
    })
}

describe('what a workflow reads of its request', () => {
  test('in conditions, mappings and loops', () => {
    const header = (name: string): Json => ({ '==': [{ var: `metadata.headers.${name}` }, 'x'] })
    const tasks = [{ ...map('data.a', { var: 'metadata.headers.b' }), condition: header('a') }]
    expect(missing(tasks, {}, { condition: header('c') })).toEqual([
      'the header "c" (condition.==[0].var)',
      'the header "a" (tasks[0].condition.==[0].var)',
      'the header "b" (tasks[0].function.input.mappings[0].logic.var)',
    ])
    const loop = { max: 2, setup: [map('data.s', { var: 'metadata.headers.s' })] }
    expect(missing([parse()], {}, { loop })).toEqual([
      'the header "s" (loop.setup[0].function.input.mappings[0].logic.var)',
    ])
  })

  test('not for the log alone', () => {
    expect(missing([task('log', { message: { var: 'metadata.headers.user-agent' } })])).toEqual([])
  })

  test('not what the workflow wrote itself, or may have', () => {
    const read = map('data.a', { var: 'metadata.tenant' })
    const cache = { cache_key_fields: ['sku'] }
    expect(missing([read], cache)).toEqual([
      '"metadata.tenant" of the caller\'s metadata (tasks[0].function.input.mappings[0].logic.var)',
    ])
    expect(missing([map('metadata.tenant', 'x'), read], cache)).toEqual([])
    expect(missing([map({ cat: ['metadata.', 'x'] }, 'x'), read], cache)).toEqual([])
    // Nobody writes headers to a computed path.
    const header = map('data.a', { var: 'metadata.headers.b' })
    expect(missing([map({ cat: ['data.', 'x'] }, 'x'), header])).toHaveLength(1)
    expect(missing([map('metadata.headers.b', 'x'), header])).toEqual([])
  })
})

describe('fields of the body, by what a task brought into data', () => {
  const fields = (tasks: readonly JsonObject[], ...cache_key_fields: string[]) =>
    missing(tasks, { cache_key_fields }).map(text => text.split(' (')[0])
  const read = (path: string) => map('data.out', { var: path })

  test('are told when the key has others', () => {
    expect(fields([parse(), read('data.in.sku')], 'customer')).toEqual(['"sku" of the body'])
    expect(fields([parse(), read('data.in.sku')], 'sku')).toEqual([])
    expect(fields([parse('payload.order', 'o.x'), read('data.o.x.sku.id')], 'sku')).toEqual([
      '"order.sku.id" of the body',
    ])
    expect(fields([parse('payload.order', 'o.x'), read('data.o.x.sku.id')], 'order.sku')).toEqual([])
  })

  test('are not when all of it is read at once, or nothing of it', () => {
    expect(fields([parse(), read('data.in')], 'sku')).toEqual([])
    expect(fields([parse()], 'sku')).toEqual([])
    expect(fields([read('data.in.sku')], 'sku2')).toEqual([])
  })

  test('are not when the place may hold something else', () => {
    const reading = read('data.in.sku')
    expect(fields([parse(), map('data.in.sku', 1), reading], 'a')).toEqual([])
    expect(fields([parse(), map('data', { in: 1, b: 2 }), reading], 'a')).toEqual([])
    expect(fields([parse(), parse('data.x', 'in'), reading], 'a')).toEqual([])
    expect(fields([parse(), parse('payload.b', 'in'), reading], 'a')).toEqual([])
    expect(fields([map('data.in', {}), parse(), reading], 'a')).toEqual([])
    expect(fields([parse(), map({ cat: ['data.', 'in'] }, 1), reading], 'a')).toEqual([])
    expect(fields([parse('data.other'), reading], 'a')).toEqual([])
    expect(fields([map('data.in', { var: 'payload' }), reading], 'a')).toEqual([])
  })
})

test('a large workflow is read in portions, between which others have their turn', () => {
  const mappings = Array.from({ length: 20_000 }, (_, at) => ({
    path: `data.f${at}`,
    logic: { var: `data.in.g${at}` },
  }))
  const portions = [
    ...lintDefinition(
      'channel',
      cached({ cache_key_fields: ['a'] }),
      knowing([parse(), task('map', { mappings })]),
    ),
  ]
  expect(portions.length).toBeGreaterThan(100)
  expect(portions.flat().filter(({ rule }) => rule === 'cache-misses-read')).toHaveLength(100)
})
