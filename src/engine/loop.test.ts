import { heapStats } from 'bun:jsc'
import { describe, expect, test } from 'bun:test'
import { isObject, type Json, type JsonObject } from '../std/json.ts'
import type { Task } from './functions-api.ts'
import type { RunOptions } from './run-api.ts'
import { RunStop } from './run-stop.ts'
import { compiled, custom, fixedClock, mapTask, run, task, testLimits } from './test-run.ts'
import { recordTrace } from './trace-recorder.ts'
import type { WorkflowDefinition } from './workflow.ts'

const OK = { status: 'ok' } as const
const broken = { '+': ['x', 1] }
const at = { var: 'temp_data.i' }

/** A task that adds what the rule gives to the list `data.log`. */
function note(id: string, logic: Json, extra: JsonObject = {}): JsonObject {
  return task(id, 'map', { mappings: [{ path: 'data.log', logic, mode: 'append' }] }, extra)
}

function looped(
  loop: JsonObject,
  tasks: Json = [note('a', at)],
  definition: Partial<WorkflowDefinition> = {},
) {
  return compiled(tasks, { loop: { counter: 'i', ...loop }, ...definition })
}

function ran(
  loop: JsonObject,
  tasks?: Json,
  definition?: Partial<WorkflowDefinition>,
  options: Partial<RunOptions> = {},
) {
  const { outcome, message } = run(looped(loop, tasks, definition), options)
  const { data, temp_data } = message.context
  return { outcome, log: isObject(data) ? data.log : data, temp: temp_data, message }
}

describe('a loop by numbers', () => {
  test.each<[JsonObject, number[], number]>([
    [{ max: 3 }, [0, 1, 2], 3],
    [{ max: 7, init: 2, increment: 3 }, [2, 5], 8],
    [{ max: 0, init: -2 }, [-2, -1], 0],
    [{ max: 1 }, [0], 1],
  ])('%j sweeps at %j and leaves %p', (loop, sweeps, left) => {
    expect(ran(loop)).toMatchObject({ outcome: OK, log: sweeps, temp: { i: left } })
  })

  test('needs no counter in the context', () => {
    const { message } = run(compiled([note('a', 'x')], { loop: { max: 2 } }))
    expect(message.context).toMatchObject({ data: { log: ['x', 'x'] }, temp_data: {} })
  })

  test('keeps its counter below any path, whatever tasks write there', () => {
    const tasks = [note('a', { var: 'temp_data.at.page' }), mapTask('b', { 'temp_data.at.page': 99 })]
    expect(ran({ max: 2, counter: 'at.page' }, tasks)).toMatchObject({
      log: [0, 1],
      temp: { at: { page: 2 } },
    })
  })

  test('asks the condition of the workflow before each sweep, with the counter written', () => {
    const condition = { '<': [at, 2] }
    expect(ran({ max: 9 }, undefined, { condition })).toMatchObject({ log: [0, 1], temp: { i: 2 } })
  })

  test('that never begins is a workflow that was refused', () => {
    const trace = recordTrace()
    const { temp } = ran({ max: 3 }, undefined, { condition: false }, { observer: trace })
    expect(trace.steps).toEqual([{ workflow_id: 'w1', task_id: null, result: 'skipped', loop_counter: 0 }])
    expect(temp).toEqual({ i: 0 })
  })

  test('is refused by rollout as a whole', () => {
    const rollout = { bucket_start: 0, bucket_end: 10 }
    expect(ran({ max: 3 }, undefined, { rollout }, { bucket: 50 })).toMatchObject({ outcome: OK, temp: {} })
  })

  test('is followed by the next workflow', () => {
    const next = compiled([note('n', 'next')], { workflow_id: 'w2' })
    const { message } = run([looped({ max: 2 }), looped({ max: 1 }), next])
    expect(message.context.data).toEqual({ log: [0, 1, 0, 'next'] })
  })
})

describe('a loop over an array', () => {
  const element = { var: 'temp_data.x' }
  const over = (items: Json, loop: JsonObject = {}, extra: Partial<WorkflowDefinition> = {}) =>
    ran({ max: 100, over: items, as: 'x', ...loop }, [note('a', element)], extra)

  test('sweeps once per element, the counter being its index', () => {
    expect(over(['p', 'q', 'r'])).toMatchObject({ log: ['p', 'q', 'r'], temp: { i: 3, x: 'r' } })
    expect(over([1, 2, 3, 4, 5], { init: 1, increment: 2 })).toMatchObject({ log: [2, 4], temp: { i: 5 } })
    expect(over([1, 2, 3], { max: 2 })).toMatchObject({ log: [1, 2], temp: { i: 2, x: 2 } })
  })

  test('of none runs nothing and leaves its first counter', () => {
    expect(over([])).toMatchObject({ outcome: OK, temp: { i: 0 } })
    expect(over([])).not.toHaveProperty('temp.x')
  })

  test.each<[Json, string]>([
    [{ var: 'data.none' }, 'null'],
    [{ var: 'data' }, 'an object'],
    [{ cat: ['a', 'b'] }, 'a string'],
    [{ '+': [1, 1] }, 'a number'],
  ])('that %j gives is an error of the workflow: %s', (rule, what) => {
    const { outcome, message } = over(rule)
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { message: `Workflow error: "over" of the loop of workflow w1 gave ${what}, not an array` },
    })
    expect(message.errors.map(entry => entry.code)).toEqual(['WORKFLOW_ERROR'])
    expect(message.context.temp_data).toEqual({})
  })

  test('that cannot be computed is an error of the workflow, which may be let pass', () => {
    const { outcome, message } = over({ merge: [broken] }, {}, { continue_on_error: true })
    expect(outcome).toEqual(OK)
    expect(message.errors.map(entry => entry.code)).toEqual(['WORKFLOW_ERROR'])
  })

  test('that exhausts a budget fails the run, whoever may continue', () => {
    const rule = { map: [{ var: 'metadata.list' }, { var: '' }] }
    const workflow = looped({ max: 9, over: rule, as: 'x' }, undefined, { continue_on_error: true })
    const { outcome, message } = run(workflow, { metadata: { list: [1, 2, 3, 4] }, messageOpsBudget: 2 })
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'BUDGET_EXCEEDED' } })
    expect(message.errors.map(entry => entry.code)).toEqual(['BUDGET_EXCEEDED', 'WORKFLOW_ERROR'])
  })

  test('is asked once: what sweeps write to it does not count', () => {
    const tasks = [note('a', element), mapTask('b', { 'data.rows.9': 'late', 'data.rows.1': 'changed' })]
    const { message } = run(looped({ max: 100, over: { var: 'data.rows' }, as: 'x' }, tasks), {
      data: { rows: [1, 2, 3] },
    })
    expect(message.context.data).toMatchObject({ log: [1, 2, 3] })
  })

  test('may grow below the array that it runs over', () => {
    const tasks = [task('a', 'map', { mappings: [{ path: 'data.rows', logic: element, mode: 'append' }] })]
    const { message } = run(looped({ max: 100, over: { var: 'data.rows' }, as: 'x' }, tasks), {
      data: { rows: [1, 2] },
    })
    expect(message.context.data).toEqual({ rows: [1, 2, 1, 2] })
  })

  test('of a root sees it as it was then', () => {
    const tasks = [mapTask('b', { 'data.n': at }), note('a', { var: 'temp_data.x.n' })]
    const { message } = run(looped({ max: 9, over: [{ var: 'data' }, { var: 'data' }], as: 'x' }, tasks), {
      data: { n: 'first' },
    })
    expect(message.context.data).toEqual({ n: 1, log: ['first', 'first'] })
  })

  test('writes null for an element that is null', () => {
    expect(over([1, null])).toMatchObject({ log: [1], temp: { i: 2, x: null } })
  })

  test('changes to the element stay in temp_data', () => {
    const workflow = looped({ max: 9, over: { var: 'data.rows' }, as: 'x' }, [
      mapTask('a', { 'temp_data.x.q': 9 }),
    ])
    const { message } = run(workflow, { data: { rows: [{ q: 1 }, { q: 2 }] } })
    expect(message.context).toMatchObject({
      data: { rows: [{ q: 1 }, { q: 2 }] },
      temp_data: { x: { q: 9 } },
    })
  })
})

describe('setup', () => {
  const setup = [mapTask('s', { 'data.base': 10, 'data.seen': { var: ['temp_data.i', 'unset'] } })]

  test('runs once, before the counter exists, and its entries carry no counter', () => {
    const { log, message } = ran({ max: 2, setup }, [note('a', { '+': [at, { var: 'data.base' }] })])
    expect(log).toEqual([10, 11])
    expect(message.context.data).toMatchObject({ seen: 'unset' })
    expect(message.audit_trail.map(entry => [entry.task_id, entry.loop_counter])).toEqual([
      ['s', undefined],
      ['a', 0],
      ['a', 1],
    ])
    expect(message.audit_trail[0]).not.toHaveProperty('loop_counter')
  })

  test('comes before the array, and both after a condition that is asked without them', () => {
    const base = {
      setup: [mapTask('s', { 'data.rows': { merge: [1, 2] } })],
      over: { var: 'data.rows' },
      as: 'x',
    }
    expect(ran({ max: 9, ...base }, [note('a', { var: 'temp_data.x' })]).log).toEqual([1, 2])
    const waits = { '!': [{ '!': [{ var: 'data.rows' }] }] }
    const { message } = ran({ max: 9, ...base }, undefined, { condition: waits })
    expect(message.context).toMatchObject({ data: {}, temp_data: {} })
    expect(message.audit_trail).toEqual([])
  })

  test('that ran without a sweep is no refused workflow', () => {
    const trace = recordTrace()
    const condition = { '===': [at, null] }
    ran({ max: 2, setup }, undefined, { condition }, { observer: trace })
    expect(trace.steps.map(step => step.task_id)).toEqual(['s'])
  })

  test('that fails leaves no sweep, whether the workflow may continue or not', () => {
    const failing = [mapTask('s', { 'data.x': broken })]
    expect(ran({ max: 2, setup: failing })).toMatchObject({ outcome: { status: 'failed' }, temp: {} })
    const { outcome, temp, message } = ran({ max: 2, setup: failing }, undefined, { continue_on_error: true })
    expect([outcome, temp]).toEqual([OK, {}])
    expect(message.errors.map(entry => entry.code)).toEqual(['TASK_STATUS_ERROR', 'WORKFLOW_ERROR'])
  })

  test('that ends the workflow ends it before the first sweep', () => {
    for (const last of [
      mapTask('s', { 'data.x': 1 }, { terminal: true }),
      task('s', 'filter', { condition: false }),
      { id: 'g', terminal: true, tasks: [mapTask('s', { 'data.x': 1 })] },
    ]) {
      expect(ran({ max: 2, setup: [last] })).toMatchObject({ outcome: OK, temp: {} })
    }
  })
})

describe('scratch', () => {
  test('is empty when a sweep begins, and stays after the last', () => {
    const tasks = [
      note('a', { var: ['temp_data.w.n', 'fresh'] }),
      mapTask('b', { 'temp_data.w.n': at, 'temp_data.kept': at }),
    ]
    expect(ran({ max: 3, scratch: 'w' }, tasks)).toMatchObject({
      log: ['fresh', 'fresh', 'fresh'],
      temp: { i: 3, w: { n: 2 }, kept: 2 },
    })
  })
})

describe('the end of a sweep', () => {
  test.each<[string, JsonObject]>([
    ['a filter that halts', task('t', 'filter', { condition: { '<': [at, 2] } })],
    ['a terminal task', mapTask('t', {}, { terminal: true, condition: { '==': [at, 2] } })],
    [
      'a terminal group',
      { id: 'g', terminal: true, condition: { '==': [at, 2] }, tasks: [mapTask('t', {})] },
    ],
    [
      'a task that halts on failure',
      task('t', 'validation', { rules: [{ logic: { '<': [at, 2] }, message: 'x' }] }, { halt_on: 'failure' }),
    ],
  ])('%s ends the whole loop, with the counter where it is', (_what, last) => {
    expect(ran({ max: 9 }, [note('a', at), last, note('b', 'b')])).toMatchObject({
      outcome: OK,
      log: [0, 'b', 1, 'b', 2],
      temp: { i: 2 },
    })
  })

  test('by a failure ends the run', () => {
    const failing = mapTask('x', { 'data.x': { if: [{ '==': [at, 1] }, broken, 1] } })
    const { outcome, log, temp, message } = ran({ max: 4 }, [failing, note('a', at)])
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { message: 'Task error: Task x failed with status 500' },
    })
    expect([log, temp]).toEqual([[0], { i: 1 }])
    expect(message.errors.map(entry => Object.keys(entry))).not.toContainEqual(
      expect.arrayContaining(['loop_counter']),
    )
  })

  test('by a failure goes on with the next sweep where the workflow may continue', () => {
    const failing = mapTask('x', { 'data.x': { if: [{ '==': [{ '%': [at, 2] }, 0] }, broken, 1] } })
    const { outcome, log, temp, message } = ran({ max: 4 }, [failing, note('a', at)], {
      continue_on_error: true,
    })
    expect([outcome, log, temp]).toEqual([OK, [1, 3], { i: 4 }])
    expect(message.errors.map(entry => entry.code)).toEqual([
      'TASK_STATUS_ERROR',
      'WORKFLOW_ERROR',
      'TASK_STATUS_ERROR',
      'WORKFLOW_ERROR',
    ])
  })

  test('by a failure of a task that ends the workflow ends the loop all the same', () => {
    for (const extra of [{ terminal: true }, { halt_on: 'failure' }]) {
      const tasks = [mapTask('x', { 'data.x': broken }, extra)]
      expect(ran({ max: 4 }, tasks, { continue_on_error: true })).toMatchObject({
        outcome: OK,
        temp: { i: 0 },
      })
    }
  })

  test('a counter that cannot be written ends the loop, and does not go round for ever', () => {
    const limited = { ...testLimits, maxArrayPadding: 1 }
    const workflow = compiled(
      [mapTask('a', { 'temp_data.l': { merge: [1] } })],
      { loop: { max: 9, counter: 'l.5' }, continue_on_error: true },
      { limits: limited },
    )
    expect(run(workflow).outcome).toMatchObject({ status: 'failed', error: { code: 'BUDGET_EXCEEDED' } })
  })
})

describe('what a sweep leaves behind', () => {
  test('audit entries and steps of a trace carry the counter', () => {
    const trace = recordTrace()
    const skipped = note('b', 'b', { condition: false })
    const { message } = ran({ max: 2, init: 0 }, [note('a', at), skipped], {}, { observer: trace })
    expect(message.audit_trail.map(entry => entry.loop_counter)).toEqual([0, 1])
    expect(trace.steps.map(step => [step.task_id, step.result, step.loop_counter])).toEqual([
      ['a', 'executed', 0],
      ['b', 'skipped', 0],
      ['a', 'executed', 1],
      ['b', 'skipped', 1],
    ])
  })

  test('what the loop itself writes is no change of a task', () => {
    const { message } = ran({ max: 2, over: [1, 2], as: 'x', scratch: 'w' }, [mapTask('a', {})])
    expect(message.audit_trail.map(entry => entry.changes)).toEqual([[], []])
  })
})

describe('many sweeps', () => {
  test('ten thousand need no stack', () => {
    const { outcome, temp } = ran({ max: 10_000 }, [mapTask('a', { 'data.n': at })], {}, { capture: false })
    expect([outcome, temp]).toEqual([OK, { i: 10_000 }])
  })

  test('share the budget of their message', () => {
    const sum = { reduce: [{ var: 'data.l' }, { '+': [{ var: 'current' }, { var: 'accumulator' }] }, 0] }
    const workflow = looped({ max: 1000 }, [mapTask('a', { 'data.n': sum })])
    const { outcome, message } = run(workflow, { data: { l: [1, 2, 3, 4, 5] }, messageOpsBudget: 200 })
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'BUDGET_EXCEEDED' } })
    expect(message.audit_trail.length).toBeGreaterThan(2)
    expect(message.audit_trail.length).toBeLessThan(100)
  })

  /** Each reading of the monotonic clock is one step later. */
  function steppingClock(stepMs: number) {
    let nowMs = 0
    return {
      now: fixedClock.now,
      monotonic: () => {
        nowMs += stepMs
        return nowMs
      },
    }
  }

  test('let others go first every five milliseconds', async () => {
    let turns = 0
    let isOver = false
    const others = () => {
      turns++
      if (!isOver) setImmediate(others)
    }
    setImmediate(others)
    const { outcome, message } = run(looped({ max: 100 }), { clock: steppingClock(1) })
    expect(outcome).toBeInstanceOf(Promise)
    expect(await outcome).toEqual(OK)
    isOver = true
    expect(turns).toBeGreaterThan(10)
    expect(message.audit_trail).toHaveLength(100)
  })

  test('end at the deadline, with what was done', () => {
    const { outcome, message } = run(looped({ max: 1000 }), { clock: steppingClock(0.001), deadlineAt: 0.05 })
    expect(outcome).toEqual({ status: 'timeout' })
    expect(message.audit_trail.length).toBeGreaterThan(10)
    expect(message.audit_trail.length).toBeLessThan(100)
  })

  test('end when the run is aborted', () => {
    const control = new RunStop()
    const stop: Task = ({ message }) => {
      if (message.audit_trail.length === 3) control.stop()
      return 200
    }
    const workflow = compiled(
      [task('a', 'stop', {})],
      { loop: { max: 99 } },
      { functions: [custom('stop', stop)] },
    )
    const { outcome, message } = run(workflow, { control })
    expect(outcome).toEqual({ status: 'timeout' })
    expect(message.audit_trail).toHaveLength(4)
  })

  test('run in order when their tasks wait', async () => {
    const functions = [custom('wait', async () => 200)]
    const workflow = compiled(
      [task('w', 'wait', {}), note('a', at)],
      { loop: { max: 5, counter: 'i' } },
      { functions },
    )
    const { outcome, message } = run(workflow)
    expect(await outcome).toEqual(OK)
    expect(message.context.data).toEqual({ log: [0, 1, 2, 3, 4] })
  })

  test('of tasks that only begin on a condition end, too', () => {
    const tasks = [{ id: 'g', condition: false, tasks: [note('a', at)] }]
    expect(ran({ max: 10_000 }, tasks)).toMatchObject({ outcome: OK, temp: { i: 10_000 } })
  })

  test('two thousand that write 100 kB each leave the memory flat', () => {
    const block = 'x'.repeat(1000)
    const text = { cat: [...Array.from({ length: 99 }, () => block), at] }
    const copies = { map: [{ var: 'metadata.rows' }, { cat: [{ var: '' }, 'y'] }] }
    const tasks = [
      mapTask('a', { 'data.text': text, 'data.rows': copies, 'temp_data.seen': { var: 'data.text' } }),
    ]
    const rows = Array.from({ length: 1000 }, (_, row) => `${row}`.padEnd(100, '-'))
    const heapBytes = () => {
      Bun.gc(true)
      return heapStats().heapSize + heapStats().extraMemorySize
    }
    const sweeps = (max: number) =>
      run(looped({ max }, tasks), { metadata: { rows }, capture: false, messageOpsBudget: 1e9 })
    sweeps(10)
    const before = heapBytes()
    const { outcome, message } = sweeps(2000)
    expect(outcome).toEqual(OK)
    expect(heapBytes() - before).toBeLessThan(4_000_000)
    expect(message.context.temp_data).toMatchObject({ i: 2000 })
  })
})
