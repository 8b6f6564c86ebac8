import { describe, expect, test } from 'bun:test'
import { EngineError } from './engine-error.ts'
import type { RunContext, Task } from './functions-api.ts'
import { RunStop } from './run-stop.ts'
import { forChannel, inPriorityOrder } from './selection.ts'
import { compiled, custom, fixedClock, INSTANT, mapTask, run, task } from './test-run.ts'
import { recordTrace } from './trace-recorder.ts'

const OK = { status: 'ok' } as const
const broken = { '+': ['x', 1] }

/** A workflow whose tasks end as told, each writing its id to `data.<id>`. */
function ending(...tasks: [id: string, end: Task, extra?: Record<string, boolean>][]) {
  return compiled(
    tasks.map(([id, , extra]) => task(id, `do_${id}`, {}, extra)),
    {},
    {
      functions: tasks.map(([id, end]) =>
        custom(`do_${id}`, ran => {
          const { data } = ran.message.context
          if (typeof data === 'object' && data !== null && !Array.isArray(data)) data[id] = true
          return end(ran)
        }),
      ),
    },
  )
}

const status = (code: number) => () => code
const failing = (error: unknown) => () => {
  throw error
}

describe('before the first task', () => {
  test('the run stamps metadata, whatever the caller put there', () => {
    const { message } = run([], {
      metadata: { processed_at: 'x', engine_version: 'y', channel: 'z', own: 1 },
      channel: 'orders',
    })
    expect(message.context.metadata).toEqual({
      processed_at: INSTANT,
      engine_version: '3.2.0',
      channel: 'orders',
      own: 1,
    })
  })

  test('without a channel, the caller keeps metadata.channel', () => {
    const { message } = run([], { metadata: { channel: 'z' } })
    expect(message.context.metadata).toMatchObject({ channel: 'z' })
  })

  test('seeds that are no objects are dropped', () => {
    const { message } = run([], { data: [1], metadata: 'x' })
    expect(message.context.data).toEqual({})
    expect(message.context.metadata).toEqual({ processed_at: INSTANT, engine_version: '3.2.0' })
  })

  test('a dot in a key of a seed is no path', () => {
    const { message } = run([], { data: { 'a.b': 1 } })
    expect(message.context.data).toEqual({ 'a.b': 1 })
  })

  test('a message shows its five fields in order', () => {
    const { message } = run([])
    expect(Object.keys(message)).toEqual(['id', 'payload', 'context', 'audit_trail', 'errors'])
  })

  test('no workflow is success with nothing done', () => {
    expect(run([]).outcome).toEqual(OK)
  })
})

describe('conditions', () => {
  const one = mapTask('t', { 'data.ran': true })

  test.each<[condition: unknown, runs: boolean]>([
    [true, true],
    [{ '==': [1, 1] }, true],
    [false, false],
    [null, false],
    [1, false],
    ['yes', false],
    [{}, false],
    [{ a: 1, b: 2 }, false],
    [{ not_an_operator: true }, false],
    [{ var: 'data.missing' }, false],
    [broken, false],
  ])('a workflow with %j runs: %p', (condition, runs) => {
    const { outcome, message } = run(compiled([one], { condition: JSON.parse(JSON.stringify(condition)) }))
    expect(outcome).toEqual(OK)
    expect(message.context.data).toEqual(runs ? { ran: true } : {})
    expect(message.audit_trail).toHaveLength(runs ? 1 : 0)
    expect(message.errors).toEqual([])
  })

  test('a task is refused alone, on the context as its predecessors left it', () => {
    const { message } = run(
      compiled([
        mapTask('a', { 'data.n': 1 }),
        mapTask('b', { 'data.b': true }, { condition: { '==': [{ var: 'data.n' }, 2] } }),
        mapTask('c', { 'data.c': true }, { condition: { '==': [{ var: 'data.n' }, 1] } }),
      ]),
    )
    expect(message.context.data).toEqual({ n: 1, c: true })
    expect(message.audit_trail.map(entry => entry.task_id)).toEqual(['a', 'c'])
  })

  test('a workflow reads its condition once, after the workflows before it', () => {
    const condition = { '==': [{ var: 'data.go' }, true] }
    const first = compiled([mapTask('a', { 'data.go': true })])
    const second = compiled([mapTask('b', { 'data.go': false }), mapTask('c', { 'data.c': 1 })], {
      condition,
    })
    expect(run([first, second]).message.context.data).toEqual({ go: false, c: 1 })
    expect(run([second, first]).message.context.data).toEqual({ go: true })
  })

  test('a condition that fails says so at debug', () => {
    expect(run(compiled([one], { condition: broken })).lines).toEqual([
      expect.stringMatching(/^debug A condition failed and counts as false: Thrown: /),
    ])
  })

  test('what a condition throws is not logged: it may be what a caller sent', () => {
    const thrower = { throw: { cat: ['the word of ', 'a caller'] } }
    expect(run(compiled([one], { condition: thrower })).lines).toEqual([
      'debug A condition failed and counts as false: Thrown',
    ])
  })

  test('an exhausted budget fails the run and is never false, whoever may continue', () => {
    const limited = compiled([one], { condition: { var: 'data.x' }, continue_on_error: true })
    const endless = {
      reduce: [{ var: 'data.list' }, { '+': [{ var: 'current' }, { var: 'accumulator' }] }, 0],
    }
    const task1 = mapTask('t', { 'data.ran': true }, { condition: endless, continue_on_error: true })
    for (const workflow of [
      compiled([one], { condition: endless, continue_on_error: true }),
      compiled([task1], { continue_on_error: true }),
    ]) {
      const { outcome, message } = run([workflow, limited], {
        data: { list: Array.from({ length: 100 }, () => 1) },
        messageOpsBudget: 20,
      })
      expect(outcome).toMatchObject({ status: 'failed', error: { code: 'BUDGET_EXCEEDED' } })
      expect(message.errors.map(entry => entry.code)).toEqual(['BUDGET_EXCEEDED', 'WORKFLOW_ERROR'])
      expect(message.errors[0]?.message).toContain('20')
      expect(message.audit_trail).toEqual([])
    }
  })
})

describe('outcomes of tasks', () => {
  test.each([1, 200, 298, 399, 400, 499])('status %p is recorded and the next task runs', code => {
    const { outcome, message } = run(ending(['a', status(code)], ['b', status(200)]))
    expect(outcome).toEqual(OK)
    expect(message.audit_trail).toEqual([
      { workflow_id: 'w1', task_id: 'a', timestamp: INSTANT, changes: [], status: code },
      { workflow_id: 'w1', task_id: 'b', timestamp: INSTANT, changes: [], status: 200 },
    ])
    expect(message.errors).toEqual([])
    expect(message.context.metadata).toMatchObject({
      progress: { workflow_id: 'w1', task_id: 'b', status_code: 200 },
    })
  })

  test('400 to 499 is worth a warning', () => {
    expect(run(ending(['a', status(404)])).lines).toEqual([
      'warn Task a of workflow w1 ended with status 404',
    ])
    expect(run(ending(['a', status(399)])).lines).toEqual([])
  })

  test('299 stops its workflow only', () => {
    const next = compiled([mapTask('n', { 'data.next': true })], { workflow_id: 'w2' })
    const { outcome, message } = run([ending(['a', status(299)], ['b', status(200)]), next])
    expect(outcome).toEqual(OK)
    expect(message.context.data).toEqual({ a: true, next: true })
    expect(message.audit_trail.map(entry => entry.status)).toEqual([299, 200])
  })

  test('a skip leaves no trace in the message', () => {
    const { message } = run(ending(['a', () => 'skip'], ['b', status(200)]))
    expect(message.audit_trail.map(entry => entry.task_id)).toEqual(['b'])
    expect(run(ending(['a', () => 'skip'])).message.context.metadata).not.toHaveProperty('progress')
  })

  test('a status from 500 on stops the run, with both errors and progress', () => {
    const next = compiled([mapTask('n', { 'data.next': true })], { workflow_id: 'w2' })
    const { outcome, message } = run([ending(['a', status(500)], ['b', status(200)]), next])
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { kind: 'Task', message: 'Task error: Task a failed with status 500' },
    })
    expect(message.context.data).toEqual({ a: true })
    expect(message.context.metadata).toMatchObject({ progress: { task_id: 'a', status_code: 500 } })
    expect(message.errors).toEqual([
      {
        code: 'TASK_STATUS_ERROR',
        message: 'Task a returned status 500',
        path: null,
        workflow_id: 'w1',
        task_id: 'a',
        timestamp: INSTANT,
      },
      {
        code: 'WORKFLOW_ERROR',
        message: 'Workflow w1 error: Task error: Task a failed with status 500',
        path: null,
        workflow_id: 'w1',
        timestamp: INSTANT,
      },
    ])
  })

  test('continue_on_error of the task goes on after a status from 500 on', () => {
    const { outcome, message } = run(
      ending(['a', status(503), { continue_on_error: true }], ['b', status(200)]),
    )
    expect(outcome).toEqual(OK)
    expect(message.errors.map(entry => entry.code)).toEqual(['TASK_STATUS_ERROR'])
    expect(message.audit_trail.map(entry => entry.status)).toEqual([503, 200])
  })

  test('an error of the function is status 500 without changes', () => {
    const half: Task = ({ changes }) => {
      changes?.push({ path: 'data.half', old_value: null, new_value: 1 })
      throw new EngineError('Io', 'disk is full')
    }
    const { outcome, message } = run(ending(['a', half], ['b', status(200)]))
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { kind: 'Io', message: 'IO error: disk is full' },
    })
    expect(message.audit_trail).toEqual([
      { workflow_id: 'w1', task_id: 'a', timestamp: INSTANT, changes: [], status: 500 },
    ])
    expect(message.context.metadata).toMatchObject({ progress: { task_id: 'a', status_code: 500 } })
    expect(message.errors.map(({ code, message: text }) => [code, text])).toEqual([
      ['TASK_ERROR', 'Task a error: IO error: disk is full'],
      ['WORKFLOW_ERROR', 'Workflow w1 error: IO error: disk is full'],
    ])
    expect(message.context.data).toEqual({ a: true })
  })

  test('a service error brings its own code and no prefix', () => {
    const error = new EngineError('Service', 'breaker is open', { code: 'CIRCUIT_OPEN' })
    const { message } = run(ending(['a', failing(error), { continue_on_error: true }]))
    expect(message.errors.map(({ code, message: text }) => [code, text])).toEqual([
      ['CIRCUIT_OPEN', 'Task a error: breaker is open'],
    ])
  })

  test('a defect in a function fails the task, keeps its inside to the log', () => {
    const { outcome, message, lines } = run(
      ending(['a', failing(new TypeError('secret inside')), { continue_on_error: true }], ['b', status(200)]),
    )
    expect(outcome).toEqual(OK)
    expect(message.errors[0]?.message).toBe('Task a error: Unknown error: the function failed unexpectedly')
    expect(JSON.stringify(message)).not.toContain('secret')
    expect(lines).toEqual([
      expect.stringMatching(/^error Task a of workflow w1 failed: TypeError: secret inside/),
    ])
  })

  test('continue_on_error of the workflow swallows its error but not its remaining tasks', () => {
    const first = compiled([mapTask('a', { 'data.a': broken }), mapTask('b', { 'data.b': 1 })], {
      continue_on_error: true,
    })
    const second = compiled([mapTask('c', { 'data.c': 1 })], { workflow_id: 'w2' })
    const { outcome, message } = run([first, second])
    expect(outcome).toEqual(OK)
    expect(message.context.data).toEqual({ c: 1 })
    expect(message.errors.map(entry => entry.code)).toEqual(['TASK_STATUS_ERROR', 'WORKFLOW_ERROR'])
  })

  test('progress replaces what was there, and leaves metadata alone that is no object', () => {
    const { message } = run(compiled([mapTask('a', { 'metadata.progress': { mine: 1 } })]))
    expect(message.context.metadata).toMatchObject({
      progress: { workflow_id: 'w1', task_id: 'a', status_code: 200 },
    })
    expect(message.context.metadata).not.toHaveProperty('progress.mine')
    expect(run(compiled([mapTask('a', { metadata: 5 })])).message.context.metadata).toBe(5)
  })
})

describe('waiting', () => {
  test('a run of synchronous tasks answers at once', () => {
    expect(run(ending(['a', status(200)], ['b', status(200)])).outcome).toEqual(OK)
  })

  test('a run goes on in order after a task that waits', async () => {
    const { outcome, message } = run(
      ending(['a', status(200)], ['b', async () => 200], ['c', async () => 404], ['d', status(200)]),
    )
    expect(outcome).toBeInstanceOf(Promise)
    expect(await outcome).toEqual(OK)
    expect(message.audit_trail.map(entry => [entry.task_id, entry.status])).toEqual([
      ['a', 200],
      ['b', 200],
      ['c', 404],
      ['d', 200],
    ])
  })

  test('a rejected promise is an error of the function', async () => {
    const { outcome, message } = run(
      ending(['a', () => Promise.reject(new EngineError('Http', '503 - down'))]),
    )
    expect(await outcome).toMatchObject({ status: 'failed', error: { message: 'HTTP error: 503 - down' } })
    expect(message.errors.map(entry => entry.code)).toEqual(['TASK_ERROR', 'WORKFLOW_ERROR'])
  })

  test('changes of a task that waits are recorded with it', async () => {
    const late = async ({ changes }: RunContext) => {
      await Promise.resolve()
      changes?.push({ path: 'data.late', old_value: null, new_value: 1 })
      return 200
    }
    const { outcome, message } = run(ending(['a', late], ['b', status(200)]))
    await outcome
    expect(message.audit_trail.map(entry => entry.changes.length)).toEqual([1, 0])
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

  test('after five milliseconds a run lets others go first', async () => {
    const tasks = ending(['a', status(200)], ['b', status(200)], ['c', status(200)])
    expect(run(tasks, { clock: steppingClock(1) }).outcome).toEqual(OK)
    const { outcome, message } = run(tasks, { clock: steppingClock(5) })
    expect(outcome).toBeInstanceOf(Promise)
    let others = false
    setImmediate(() => {
      others = true
    })
    expect(await outcome).toEqual(OK)
    expect(others).toBe(true)
    expect(message.context.data).toEqual({ a: true, b: true, c: true })
  })

  test('the deadline ends a run between two tasks, with what was done', () => {
    const { outcome, message } = run(ending(['a', status(200)], ['b', status(200)]), {
      clock: steppingClock(1),
      deadlineAt: 2,
    })
    expect(outcome).toEqual({ status: 'timeout' })
    expect(message.context.data).toEqual({ a: true })
    expect(message.errors).toEqual([])
  })

  test('work that is done when the deadline passes is answered', () => {
    const { outcome } = run(ending(['a', status(200)]), { clock: steppingClock(1), deadlineAt: 2 })
    expect(outcome).toEqual(OK)
  })

  test('an aborted run ends between two tasks', () => {
    const control = new RunStop()
    const aborting: Task = () => {
      control.stop()
      return 200
    }
    const { outcome, message } = run(ending(['a', aborting], ['b', status(200)]), { control })
    expect(outcome).toEqual({ status: 'timeout' })
    expect(message.context.data).toEqual({ a: true })
  })

  test('tasks see the signal of their run', () => {
    const control = new RunStop()
    const seen: unknown[] = []
    const look: Task = ran => {
      seen.push(ran.signal)
      return 200
    }
    run(ending(['a', look]), { control })
    expect(seen).toEqual([control.signal])
  })
})

describe('the audit trail', () => {
  test('records each attempted write with what was there before', () => {
    const { message } = run(
      compiled([
        mapTask('a', { 'data.#20': 1, 'data.s.x': 2, 'data.o.x': 3, 'data.o.y': { var: 'data.o' } }),
      ]),
      { data: { s: 'text', o: { x: 1 } } },
    )
    expect(message.audit_trail[0]?.changes).toEqual([
      { path: 'data.#20', old_value: null, new_value: 1 },
      { path: 'data.s.x', old_value: null, new_value: 2 },
      { path: 'data.o.x', old_value: 1, new_value: 3 },
      { path: 'data.o.y', old_value: null, new_value: { x: 3 } },
    ])
  })

  test('a merge records the old root whole and the patch alone', () => {
    const { message } = run(
      compiled([mapTask('a', { data: { b: 2, c: { var: 'data.a' } } }), mapTask('b', { 'data.a': 9 })]),
      {
        data: { a: 1 },
      },
    )
    expect(message.audit_trail[0]?.changes).toEqual([
      { path: 'data', old_value: { a: 1 }, new_value: { b: 2, c: 1 } },
    ])
    expect(message.context.data).toEqual({ a: 9, b: 2, c: 1 })
  })

  test('stays empty when nobody asks for it, while progress is still written', () => {
    const { message } = run(compiled([mapTask('a', { 'data.x': 1 }), mapTask('b', { 'data.y': broken })]), {
      capture: false,
    })
    expect(message.audit_trail).toEqual([])
    expect(message.context.metadata).toMatchObject({ progress: { task_id: 'b', status_code: 500 } })
    expect(message.errors).toHaveLength(2)
  })
})

describe('which workflows run', () => {
  const marking = (id: string, extra: object) =>
    compiled([mapTask('t', { [`data.${id}`]: 1 })], { workflow_id: id, ...extra })
  const ids = (workflows: { id: string }[]) => workflows.map(({ id }) => id)

  test('lower priorities first, equal ones in their order', () => {
    const list = [
      marking('c', { priority: 2 }),
      marking('a', { priority: 1 }),
      marking('b', { priority: 2 }),
      marking('z', { priority: 0 }),
    ]
    expect(ids(inPriorityOrder(list))).toEqual(['z', 'a', 'c', 'b'])
  })

  test('by channel, only active workflows of exactly that channel', () => {
    const list = [
      marking('b', { channel: 'x', priority: 2 }),
      marking('a', { channel: 'x', priority: 1, status: 'active' }),
      marking('p', { channel: 'x', status: 'paused' }),
      marking('r', { channel: 'x', status: 'archived' }),
      marking('d', {}),
      marking('y', { channel: 'X' }),
    ]
    expect(ids(forChannel(list, 'x'))).toEqual(['a', 'b'])
    expect(ids(forChannel(list, 'default'))).toEqual(['d'])
    expect(ids(forChannel(list, 'unknown'))).toEqual([])
  })

  test.each<[bucket: number | undefined, expected: string[]]>([
    [undefined, ['low', 'high', 'nobody', 'inverted']],
    [0, ['low']],
    [49, ['low']],
    [50, ['high']],
    [99, ['high']],
  ])('bucket %p is admitted by %j', (bucket, expected) => {
    const list = [
      marking('low', { rollout: { bucket_start: 0, bucket_end: 50 } }),
      marking('high', { rollout: { bucket_start: 50, bucket_end: 100 } }),
      marking('nobody', { rollout: { bucket_start: 7, bucket_end: 7 } }),
      marking('inverted', { rollout: { bucket_start: 60, bucket_end: 10 } }),
    ]
    const { message } = run(list, { bucket })
    expect(message.context.data).toEqual(Object.fromEntries(expected.map(id => [id, 1])))
  })
})

describe('a trace', () => {
  test('shows each executed task with the message after it, and what was skipped', () => {
    const trace = recordTrace()
    const refused = compiled([mapTask('x', {})], { workflow_id: 'w0', condition: false })
    const second = compiled([
      mapTask('a', { 'data.n': 1, 'data.m': { var: 'data.n' } }),
      mapTask('b', { 'data.b': 1 }, { condition: false }),
      task('c', 'log', { message: 'x' }),
      task('d', 'filter', { condition: false, on_reject: 'skip' }),
      mapTask('e', { 'data.n': 2 }),
    ])
    const { message } = run([refused, second], { observer: trace })
    expect(trace.steps.map(step => [step.workflow_id, step.task_id, step.result])).toEqual([
      ['w0', null, 'skipped'],
      ['w1', 'a', 'executed'],
      ['w1', 'b', 'skipped'],
      ['w1', 'c', 'executed'],
      ['w1', 'd', 'skipped'],
      ['w1', 'e', 'executed'],
    ])
    const [, a, b, c] = trace.steps
    expect(a?.message?.context.data).toEqual({ n: 1, m: 1 })
    expect(a?.message?.audit_trail).toHaveLength(1)
    expect(a?.mapping_contexts?.map(context => context.data)).toEqual([{}, { n: 1 }])
    expect(Object.keys(b ?? {})).toEqual(['workflow_id', 'task_id', 'result'])
    expect(c).not.toHaveProperty('mapping_contexts')
    expect(message.context.data).toEqual({ n: 2, m: 1 })
  })

  test('ends before the task that stops its workflow', () => {
    for (const last of [task('x', 'filter', { condition: false }), mapTask('x', { 'data.a': broken })]) {
      const trace = recordTrace()
      run(compiled([mapTask('a', { 'data.n': 1 }), last]), { observer: trace })
      expect(trace.steps.map(step => step.task_id)).toEqual(['a'])
    }
  })

  test('does not take an exhausted condition for a refusal', () => {
    const trace = recordTrace()
    const condition = { all: [[1, { var: 'data.x' }], true] }
    run(compiled([mapTask('a', {}), mapTask('b', {}, { condition })]), {
      observer: trace,
      messageOpsBudget: 1,
    })
    expect(trace.steps.map(step => step.task_id)).toEqual(['a'])
  })

  test('shows a failed task that the author lets pass', () => {
    const trace = recordTrace()
    run(compiled([mapTask('a', { 'data.a': broken }, { continue_on_error: true })]), { observer: trace })
    expect(trace.steps.map(step => [step.task_id, step.result])).toEqual([['a', 'executed']])
  })
})

test('the list of errors counts against the budget of the message', () => {
  const tasks = [task('v', 'validation', { rules: [{ logic: false, message: 'no' }] })]
  const { outcome, message } = run(compiled(tasks, { loop: { max: 1000 } }), { messageOpsBudget: 10_000 })
  expect(outcome).toMatchObject({ status: 'failed', error: { code: 'BUDGET_EXCEEDED' } })
  expect(message.errors.length).toBeLessThan(200)
})

test('why a task failed with a status is beside the text of its error', () => {
  const mappings = ['a', 'b', 'c', 'd'].map(key => ({ path: `data.${key}`, logic: { throw: key } }))
  const { outcome } = run(compiled([task('m', 'map', { mappings })]))
  const reason = (key: string) => `the mapping to "data.${key}" failed: Thrown: {"type":"${key}"}`
  const note = ['a', 'b', 'c'].map(reason).join('; ')
  expect(outcome).toMatchObject({ error: { message: 'Task error: Task m failed with status 500', note } })
})

test('no sweep begins without budget, whoever may continue on errors', () => {
  const failing = mapTask('m', { 'data.x': { throw: 'x' } }, { continue_on_error: true })
  const fields = { loop: { max: 10_000 }, continue_on_error: true }
  const { outcome, message } = run(compiled([failing], fields), { messageOpsBudget: 10_000 })
  expect(outcome).toMatchObject({ status: 'failed', error: { code: 'BUDGET_EXCEEDED' } })
  expect(message.errors.length).toBeLessThan(200)
})
