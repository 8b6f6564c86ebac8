import { describe, expect, test } from 'bun:test'
import type { Task } from '../engine/functions-api.ts'
import { custom, mapTask, task } from '../engine/test-run.ts'
import type { JsonObject } from '../std/json.ts'
import { testArrival } from './test-arrival.ts'
import { openRoom, type Room, refusal, serving } from './test-room.ts'

/** A task that waits until it is told to go on, or until its run is stopped. */
function gate() {
  const signals: AbortSignal[] = []
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  const { promise: entered, resolve: enter } = Promise.withResolvers<void>()
  const wait: Task = async ({ signal }) => {
    if (signal !== undefined) signals.push(signal)
    enter()
    await opened
    return 200
  }
  return { wait, open, entered, signals }
}

function room(wait: Task, config: JsonObject): Promise<Room> {
  return openRoom({
    workflows: [{ workflow_id: 'slow', tasks: [task('w', 'wait', {}), mapTask('m', { 'data.done': true })] }],
    channels: [serving('slow', { config })],
    functions: [custom('wait', wait)],
  })
}

describe('backpressure', () => {
  test('refuses one more than may run, with a time to try again, and leaves no trace of it', async () => {
    const { wait, open, entered } = gate()
    await using opened = await room(wait, { backpressure: { max_concurrent: 1 } })
    const first = opened.send('slow')
    await entered
    const refused = await refusal(opened.send('slow'))
    expect(refused).toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      message: "Channel 'slow' is at capacity",
      headers: { 'retry-after': '1' },
    })
    expect(opened.telemetry.counters.snapshot().backpressure).toBe(1)
    open()
    expect(await first).toMatchObject({ data: { done: true } })
    expect(await opened.send('slow')).toMatchObject({ data: { done: true } })
    expect(await opened.traces()).toHaveLength(2)
  })

  test('lets a bounded number wait for their turn', async () => {
    const { wait, open, entered } = gate()
    await using opened = await room(wait, { backpressure: { max_concurrent_per_node: 1, queue_depth: 1 } })
    const first = opened.send('slow')
    await entered
    const second = opened.send('slow')
    await refusal(opened.send('slow'))
    open()
    expect(await Promise.all([first, second])).toMatchObject([
      { data: { done: true } },
      { data: { done: true } },
    ])
  })

  test('gives its place back after a run that failed', async () => {
    const failing: Task = () => {
      throw new Error('broken')
    }
    await using opened = await room(failing, { backpressure: { max_concurrent: 1 } })
    for (let time = 0; time < 3; time++) {
      expect(await refusal(opened.send('slow'))).toMatchObject({ code: 'ENGINE_ERROR' })
    }
  })

  test('counts across a reload what runs since before', async () => {
    const { wait, open, entered } = gate()
    await using opened = await room(wait, { backpressure: { max_concurrent: 1 } })
    const first = opened.send('slow')
    await entered
    await opened.live.reload()
    expect(await refusal(opened.send('slow'))).toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
    open()
    await first
    expect(await opened.send('slow')).toMatchObject({ data: { done: true } })
  })
})

describe('a run that waits', () => {
  test('is told to stop when its time is over, and answered with 504 at once', async () => {
    const { wait, signals } = gate()
    await using opened = await room(wait, { timeout_ms: 20 })
    expect(await refusal(opened.send('slow'))).toMatchObject({ code: 'TIMEOUT', status: 504 })
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
  })

  test('is told to stop when its caller has gone', async () => {
    const { wait, open, entered, signals } = gate()
    await using opened = await room(wait, {})
    const [runtime] = opened.live.snapshot().channels
    if (runtime === undefined) throw new Error('nothing is live')
    const caller = new AbortController()
    const answer = opened.dispatch(runtime, { ...testArrival(), gone: () => caller.signal })
    await entered
    caller.abort()
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
    open()
    await answer
  })
})

test('tasks that failed are told to those behind them, and a caller cannot tell any', async () => {
  const failing: Task = () => {
    throw new Error('broken')
  }
  const seen = { var: 'metadata._orion_errors' }
  await using opened = await openRoom({
    workflows: [
      {
        workflow_id: 'w',
        tasks: [
          mapTask('before', { 'data.before': seen }),
          task('a', 'fail', {}, { continue_on_error: true }),
          mapTask('between', { 'data.between': seen }),
          task('b', 'fail', {}, { continue_on_error: true }),
          mapTask('behind', { 'data.behind': seen }),
        ],
      },
    ],
    channels: [serving('w')],
    functions: [custom('fail', failing)],
  })
  const a = { workflow_id: 'w', task_id: 'a', code: 'TASK_ERROR', status: 500 }
  const { data } = await opened.send('w', {}, { _orion_errors: [{ task_id: 'forged' }] })
  expect(data).toEqual({ between: [a], behind: [a, { ...a, task_id: 'b' }] })
})
