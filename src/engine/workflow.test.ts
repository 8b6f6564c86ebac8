import { describe, expect, test } from 'bun:test'
import { OrionError } from '../errors.ts'
import type { Json } from '../std/json.ts'
import { compiled, mapTask, task } from './test-run.ts'
import type { WorkflowDefinition } from './workflow.ts'

function refusal(tasks: Json, definition: Partial<WorkflowDefinition> = {}): OrionError {
  try {
    compiled(tasks, definition)
  } catch (error) {
    if (error instanceof OrionError) return error
    throw error
  }
  throw new Error('compiled')
}

function problems(tasks: Json, definition: Partial<WorkflowDefinition> = {}) {
  return refusal(tasks, definition).details?.map(({ code, path }) => [code, path])
}

const fine = mapTask('fine', { 'data.a': 1 })
const call = { name: 'map', input: { mappings: [] } }

describe('a stored workflow that no check of today has seen', () => {
  test.each<[what: string, tasks: Json, code: string, path: string]>([
    ['no array of tasks', null, 'TYPE_MISMATCH', 'tasks'],
    ['a text of tasks', '[]', 'TYPE_MISMATCH', 'tasks'],
    ['no task', [], 'OUT_OF_RANGE', 'tasks'],
    ['a task that is no object', [1], 'TYPE_MISMATCH', 'tasks[0]'],
    ['a task without id', [{ name: 'A', function: call }], 'REQUIRED', 'tasks[0].id'],
    ['a task with an empty id', [{ id: '', name: 'A', function: call }], 'REQUIRED', 'tasks[0].id'],
    ['a task without name', [{ id: 'a', function: call }], 'REQUIRED', 'tasks[0].name'],
    ['a task without function', [{ id: 'a', name: 'A' }], 'REQUIRED', 'tasks[0].function.name'],
    [
      'a function without name',
      [{ id: 'a', name: 'A', function: { input: {} } }],
      'REQUIRED',
      'tasks[0].function.name',
    ],
    ['an unknown key', [{ ...fine, continue_on_eror: true }], 'UNKNOWN_KEY', 'tasks[0].continue_on_eror'],
    ['a duplicate id', [fine, mapTask('b', {}), fine], 'DUPLICATE', 'tasks[2].id'],
    ['an unknown function', [fine, task('a', 'mapp', {})], 'UNKNOWN_FUNCTION', 'tasks[1].function.name'],
    ['a name of Object', [task('a', 'constructor', {})], 'UNKNOWN_FUNCTION', 'tasks[0].function.name'],
    ['a function to come', [task('a', 'mongo_read', {})], 'NOT_AVAILABLE', 'tasks[0].function.name'],
    ['no input', [{ id: 'a', name: 'A', function: { name: 'map' } }], 'REQUIRED', 'tasks[0].function.input'],
    [
      'an input without a field',
      [task('a', 'map', { mappings: [{ path: 'data.x' }] })],
      'REQUIRED',
      'tasks[0].function.input.mappings[0].logic',
    ],
    [
      'an unknown key of an input',
      [task('a', 'log', { message: 'x', mesage: 1 })],
      'UNKNOWN_KEY',
      'tasks[0].function.input.mesage',
    ],
    [
      'a choice that is none',
      [task('a', 'filter', { condition: true, on_reject: 'stop' })],
      'INVALID_ENUM',
      'tasks[0].function.input.on_reject',
    ],
  ])('%s is one clean error', (_what, tasks, code, path) => {
    expect(problems(tasks)).toEqual([[code, path]])
    expect(refusal(tasks).code).toBe('VALIDATION_ERROR')
  })

  test('all problems are told at once', () => {
    const deep = JSON.parse(`${'{"!":'.repeat(300)}true${'}'.repeat(300)}`)
    const tasks = [
      { ...fine, condition: deep },
      task('b', 'nope', {}),
      task('c', 'map', {}),
      mapTask('d', { 'data.x': deep }),
    ]
    expect(problems(tasks, { condition: deep })).toEqual([
      ['INVALID_LOGIC', 'condition'],
      ['INVALID_LOGIC', 'tasks[0].condition'],
      ['UNKNOWN_FUNCTION', 'tasks[1].function.name'],
      ['REQUIRED', 'tasks[2].function.input.mappings'],
      ['INVALID_LOGIC', 'tasks[3].function.input'],
    ])
  })

  test('an empty id or name is refused', () => {
    expect(problems([fine], { workflow_id: '' })).toEqual([['REQUIRED', 'workflow_id']])
    expect(problems([fine], { name: '' })).toEqual([['REQUIRED', 'name']])
  })

  test('the nearest name is suggested', () => {
    expect(refusal([task('a', 'parse_jsn', {})]).message).toContain('did you mean "parse_json"?')
  })
})

describe('what a workflow reads', () => {
  const order = { '>': [{ var: 'data.order.total' }, { var: 'metadata.headers.x-min' }] }

  test('is gathered from its condition, the conditions and the inputs of its tasks', () => {
    const { reads } = compiled(
      [
        task('p', 'parse_json', { source: 'data.raw', target: 'x' }),
        task('q', 'parse_json', { source: 'payload.raw', target: 'x' }),
        mapTask('m', { 'data.out': { var: 'temp_data.t' } }, { condition: { var: 'data.go' } }),
        task('l', 'log', { message: 'm', fields: { a: { var: 'data.logged' } } }),
        task('v', 'validation', { rules: [{ logic: { var: 'data.checked' }, message: 'x' }] }),
        task('f', 'filter', { condition: { var: 'data.kept' } }),
      ],
      { condition: order },
    )
    expect(reads).toBeArray()
    expect([...reads].toSorted()).toEqual([
      'data.checked',
      'data.go',
      'data.kept',
      'data.logged',
      'data.order.total',
      'data.raw',
      'metadata.headers.x-min',
      'temp_data.t',
    ])
  })

  test('is anything as soon as one path is computed', () => {
    expect(compiled([mapTask('m', { 'data.a': { var: { var: 'data.name' } } })]).reads).toBe('any')
  })

  test('is nothing when it only writes', () => {
    expect(compiled([fine]).reads).toEqual([])
  })
})
