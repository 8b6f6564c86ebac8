import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../std/json.ts'
import { atOnce } from '../std/portions.ts'
import { everyStep, readSteps } from './steps.ts'

const MAX_ITERATIONS = 1000
const call = { name: 'log', input: { message: 'hi' } }

function task(id: string, extra: JsonObject = {}): JsonObject {
  return { id, name: id, function: call, ...extra }
}

function group(id: string, tasks: Json, extra: JsonObject = {}): JsonObject {
  return { id, tasks, ...extra }
}

function nested(depth: number): JsonObject {
  return depth === 0 ? task('deep') : group(`g${depth}`, [nested(depth - 1)])
}

function problems(tasks: Json, loop?: Json) {
  return atOnce(readSteps(tasks, loop, MAX_ITERATIONS)).problems
}

function found(tasks: Json, loop?: Json) {
  return problems(tasks, loop).map(({ path, code }) => `${path} ${code}`)
}

/** Problems of a loop over one task. */
function loopFound(loop: Json) {
  return found([task('a')], loop)
}

describe('steps', () => {
  test('are read with their paths, a group before what is in it', () => {
    const {
      tasks,
      setup,
      problems: none,
    } = atOnce(
      readSteps(
        [task('a'), group('g', [task('b'), group('h', [task('c')])]), task('d')],
        { max: 1, setup: [task('s')] },
        MAX_ITERATIONS,
      ),
    )
    expect(none).toEqual([])
    expect([...everyStep(tasks)].map(({ path, kind }) => `${path} ${kind}`)).toEqual([
      'tasks[0] task',
      'tasks[1] group',
      'tasks[1].tasks[0] task',
      'tasks[1].tasks[1] group',
      'tasks[1].tasks[1].tasks[0] task',
      'tasks[2] task',
    ])
    expect(setup.map(step => step.path)).toEqual(['loop.setup[0]'])
  })

  test('may have every key that they know, null for what is not wanted', () => {
    const full = {
      description: 'x',
      condition: true,
      continue_on_error: true,
      halt_on: 'failure',
      terminal: true,
    }
    expect(found([task('a', full), task('b', { ...full, halt_on: 'never' })])).toEqual([])
    expect(found([task('a', { halt_on: null, terminal: null, continue_on_error: null })])).toEqual([])
    const named = { name: 'G', description: 'x', condition: { var: 'data.x' }, terminal: true }
    expect(found([group('g', [task('a')], named)])).toEqual([])
    expect(found([group('g', [task('a')], { name: null, terminal: null })])).toEqual([])
  })

  test.each<[JsonObject, string]>([
    [task('a', { halt_on: 'error' }), 'tasks[0].halt_on INVALID_ENUM'],
    [task('a', { terminal: 1 }), 'tasks[0].terminal TYPE_MISMATCH'],
    [task('a', { loop: { max: 3 } }), 'tasks[0].loop UNKNOWN_KEY'],
    [task('a', { for_each: { over: [] } }), 'tasks[0].for_each NOT_AVAILABLE'],
    [group('g', [task('a')], { halt_on: 'failure' }), 'tasks[0].halt_on UNKNOWN_KEY'],
    [group('g', [task('a')], { function: call }), 'tasks[0].function UNKNOWN_KEY'],
    [group('g', [task('a')], { continue_on_error: true }), 'tasks[0].continue_on_error UNKNOWN_KEY'],
    [group('g', [task('a')], { loop: null }), 'tasks[0].loop UNKNOWN_KEY'],
    [group('g', [task('a')], { for_each: {} }), 'tasks[0].for_each NOT_AVAILABLE'],
    [group('g', [task('a', { halt_on: 'no' })]), 'tasks[0].tasks[0].halt_on INVALID_ENUM'],
    [group('g', []), 'tasks[0].tasks OUT_OF_RANGE'],
    [group('g', {}), 'tasks[0].tasks TYPE_MISMATCH'],
    [group('g', null), 'tasks[0].tasks TYPE_MISMATCH'],
    [group('g', [1]), 'tasks[0].tasks[0] TYPE_MISMATCH'],
    [{ tasks: [task('a')] }, 'tasks[0].id REQUIRED'],
    [group('', [task('a')]), 'tasks[0].id REQUIRED'],
  ])('%j has one problem: %s', (step, problem) => {
    expect(found([step])).toEqual([problem])
  })

  test('what belongs elsewhere is told where', () => {
    expect(problems([task('a', { loop: { max: 3 } })])[0]?.message).toBe(
      '"loop" is not a key of a task: a loop belongs to the workflow, beside its tasks',
    )
    expect(problems([group('g', [task('a')], { function: call })])[0]?.message).toContain(
      'a group has tasks and calls no function',
    )
  })

  test('an unknown key of a group comes with the nearest one', () => {
    expect(problems([group('g', [task('a')], { conditon: true })])).toMatchObject([
      { path: 'tasks[0].conditon', code: 'UNKNOWN_KEY', suggestion: 'condition' },
    ])
    expect(problems([task('a', { haltOn: 'failure' })])).toMatchObject([{ suggestion: 'halt_on' }])
  })

  test('groups stand in groups eight deep', () => {
    expect(found([nested(8)])).toEqual([])
    expect(found([nested(9)])).toEqual([`tasks[0]${'.tasks[0]'.repeat(8)}.tasks OUT_OF_RANGE`])
    expect(found([nested(2000)])).toHaveLength(1)
  })

  test('tasks, groups and setup share their ids; each later use is told', () => {
    expect(found([group('a', [task('x')]), task('a')])).toEqual(['tasks[1].id DUPLICATE'])
    expect(found([group('g', [task('x'), group('h', [task('x')])])])).toEqual([
      'tasks[0].tasks[1].tasks[0].id DUPLICATE',
    ])
    expect(found([group('g', [task('g')])])).toEqual(['tasks[0].tasks[0].id DUPLICATE'])
    expect(found([task('s')], { max: 2, setup: [task('s'), task('s')] })).toEqual([
      'loop.setup[1].id DUPLICATE',
      'tasks[0].id DUPLICATE',
    ])
  })

  test('there are a thousand at the most, wherever they stand', () => {
    const many = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, at) => task(`t${from + at}`))
    expect(found([group('g', many(0, 998)), task('last')])).toEqual([])
    expect(found([group('g', many(0, 999)), task('last')])).toEqual(['tasks TOO_LONG'])
    expect(found(many(0, 500), { max: 1, setup: many(500, 1001) })).toEqual(['tasks TOO_LONG'])
  })
})

describe('a loop', () => {
  test('may have every key that it knows, null for what is not wanted', () => {
    const places = { counter: 'at.page', as: 'row', scratch: 'work' }
    const whole = { max: 5, init: 1, increment: 2, over: [1], setup: [task('s')], ...places }
    expect(loopFound(whole)).toEqual([])
    expect(
      loopFound({ max: 5, counter: null, init: null, increment: null, as: null, scratch: null, setup: null }),
    ).toEqual([])
    expect(loopFound(null)).toEqual([])
  })

  test.each<[Json, string]>([
    [3, 'loop TYPE_MISMATCH'],
    [[], 'loop TYPE_MISMATCH'],
    [{}, 'loop.max REQUIRED'],
    [{ max: null }, 'loop.max TYPE_MISMATCH'],
    [{ max: '3' }, 'loop.max TYPE_MISMATCH'],
    [{ max: 2.5 }, 'loop.max TYPE_MISMATCH'],
    [{ max: 0 }, 'loop.max OUT_OF_RANGE'],
    [{ max: 2, init: 2 }, 'loop.max OUT_OF_RANGE'],
    [{ max: 1001 }, 'loop.max OUT_OF_RANGE'],
    [{ max: 1, init: -1000 }, 'loop.init OUT_OF_RANGE'],
    [{ max: 2, increment: 0 }, 'loop.increment OUT_OF_RANGE'],
    [{ max: 2, increment: -1 }, 'loop.increment OUT_OF_RANGE'],
    [{ max: 2, init: 0.5 }, 'loop.init TYPE_MISMATCH'],
    [{ max: 2, init: -1, over: [] }, 'loop.init OUT_OF_RANGE'],
    [{ max: 2, as: 'x' }, 'loop.as UNKNOWN_KEY'],
    [{ max: 2, over: 3 }, 'loop.over TYPE_MISMATCH'],
    [{ max: 2, over: null }, 'loop.over TYPE_MISMATCH'],
    [{ max: 2, over: 'data.rows', as: 'x' }, 'loop.over TYPE_MISMATCH'],
    [{ max: 2, counter: 7 }, 'loop.counter TYPE_MISMATCH'],
    [{ max: 2, counter: '' }, 'loop.counter INVALID_FORMAT'],
    [{ max: 2, counter: 'a..b' }, 'loop.counter INVALID_FORMAT'],
    [{ max: 2, scratch: '.a' }, 'loop.scratch INVALID_FORMAT'],
    [{ max: 2, over: [], as: 'a.' }, 'loop.as INVALID_FORMAT'],
    [{ max: 2, counter: 'x', over: [], as: 'x.y' }, 'loop.as DUPLICATE'],
    [{ max: 2, counter: 'x.y', scratch: 'x' }, 'loop.scratch DUPLICATE'],
    [{ max: 2, counter: '1', scratch: '#1' }, 'loop.scratch DUPLICATE'],
    [{ max: 2, setup: [] }, 'loop.setup OUT_OF_RANGE'],
    [{ max: 2, setup: [{ ...task('s'), terminall: true }] }, 'loop.setup[0].terminall UNKNOWN_KEY'],
  ])('%j has one problem: %s', (loop, problem) => {
    expect(loopFound(loop)).toEqual([problem])
  })

  test('places whose names begin alike do not overlap', () => {
    expect(loopFound({ max: 2, counter: 'x', over: [], as: 'xy', scratch: 'x2.x' })).toEqual([])
  })

  test('the highest number of sweeps is allowed, with any numbers', () => {
    expect(loopFound({ max: 1000 })).toEqual([])
    expect(loopFound({ max: 0, init: -1000 })).toEqual([])
    expect(loopFound({ max: 1, init: -9999, increment: 10 })).toEqual([])
    expect(loopFound({ max: 1000, init: -Number.MAX_SAFE_INTEGER })).toEqual(['loop.init OUT_OF_RANGE'])
  })

  test('an unknown key comes with the nearest one', () => {
    expect(problems([task('a')], { max: 3, couter: 'i' })).toMatchObject([
      { path: 'loop.couter', code: 'UNKNOWN_KEY', suggestion: 'counter' },
    ])
  })

  test('a ceiling is told by its key', () => {
    expect(problems([task('a')], { max: 1001 })[0]?.message).toBe(
      '"max" (1001) is above 1000 (engine.max_loop_iterations)',
    )
  })
})
