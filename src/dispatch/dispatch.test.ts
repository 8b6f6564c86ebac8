import { describe, expect, test } from 'bun:test'
import type { Channel } from '../channel/definition.ts'
import { EngineError } from '../engine/engine-error.ts'
import type { Task } from '../engine/functions-api.ts'
import { custom, mapTask, task, testLimits } from '../engine/test-run.ts'
import type { Json, JsonObject } from '../std/json.ts'
import { INSTANT } from '../storage/test-store.ts'
import type { LiveNeeds } from './open-live.ts'
import { testArrival } from './test-arrival.ts'
import { answering, openRoom, type Room, refusal, serving } from './test-room.ts'

const echo = [task('p', 'parse_json', { source: 'payload', target: 'in' })]
const failing = [mapTask('m', { 'data.x': { throw: 'no such luck' } })]
const complaining = [task('v', 'validation', { rules: [{ logic: false, message: 'too small' }] })]

function room(options: Parameters<typeof openRoom>[0] = {}): Promise<Room> {
  return openRoom({
    workflows: [
      { workflow_id: 'echo', tasks: echo, version: 3 },
      { workflow_id: 'failing', tasks: failing },
      { workflow_id: 'complaining', tasks: complaining },
      answering('answer', 42),
    ],
    channels: ['echo', 'failing', 'complaining', 'answer'].map(name => serving(name)),
    ...options,
  })
}

describe('a run that ends well', () => {
  test('answers id, status, data and errors, in this order', async () => {
    await using open = await room()
    const answer = await open.send('echo', { order: [1, 'é', null] })
    expect(Object.keys(answer)).toEqual(['id', 'status', 'data', 'errors'])
    expect(answer).toMatchObject({ status: 'ok', data: { in: { order: [1, 'é', null] } }, errors: [] })
  })

  test('answers the errors that its tasks collected', async () => {
    await using open = await room()
    const { status, errors } = await open.send('complaining')
    expect(status).toBe('ok')
    expect(errors).toMatchObject([{ code: 'VALIDATION_ERROR', message: 'too small', path: null }])
  })

  test('leaves a row with the id of the answer, what went in and exactly what came out', async () => {
    await using open = await room()
    const runtime = open.live.snapshot().channels.find(({ name }) => name === 'echo')
    if (runtime === undefined) throw new Error('echo is not live')
    const payload = { text: 'Ω "quoted" \u0000', n: 1.5 }
    const { body } = await open.dispatch(runtime, testArrival({ payload }))
    const [row] = await open.traces()
    expect(row).toEqual({
      id: JSON.parse(body).id,
      channel: 'echo',
      channel_id: 'echo',
      mode: 'sync',
      status: 'completed',
      workflow_version: 3,
      input_json: JSON.stringify(payload),
      result_json: body,
      error_message: null,
      duration_ms: 0,
      started_at: INSTANT,
      completed_at: INSTANT,
      created_at: INSTANT,
      updated_at: INSTANT,
      explain_json: null,
      answer_notes_json: null,
    })
  })

  test('tells its trace when it began and how long it took', async () => {
    await using open = await room()
    open.clock.stepMs = 5
    await open.send('answer')
    const [row] = await open.traces()
    expect(row?.duration_ms).toBeGreaterThanOrEqual(5)
    expect(Date.parse(row?.completed_at ?? '') - Date.parse(row?.started_at ?? '')).toBe(
      row?.duration_ms ?? -1,
    )
  })

  test('has ids that sort by time', async () => {
    await using open = await room()
    const ids: Json[] = []
    for (let n = 0; n < 20; n++) ids.push((await open.send('answer')).id ?? null)
    expect(ids.toSorted()).toEqual(ids)
  })
})

describe('a channel without a workflow that is active', () => {
  test('answers with nothing done, and leaves a row without a version', async () => {
    await using open = await room({ channels: [serving('absent'), serving('free', { workflow_id: null })] })
    for (const name of ['absent', 'free']) {
      expect(await open.send(name, { a: 1 })).toMatchObject({ status: 'ok', data: {}, errors: [] })
    }
    expect((await open.traces()).map(row => row.workflow_version)).toEqual([null, null])
  })
})

describe('a run that fails', () => {
  test('is 500 ENGINE_ERROR without the inside, which its trace has', async () => {
    await using open = await room()
    const error = await refusal(open.send('failing', { a: 1 }))
    expect(error).toMatchObject({
      code: 'ENGINE_ERROR',
      status: 500,
      message: 'An internal engine error occurred',
    })
    const [row] = await open.traces()
    expect(row).toMatchObject({
      status: 'failed',
      input_json: '{"a":1}',
      workflow_version: 1,
    })
    expect(row?.error_message).toContain('Task m failed with status 500')
  })

  test('says to the caller what a validation of the engine says', async () => {
    await using open = await withTask(() => {
      throw new EngineError('Validation', 'x requires y')
    })
    const error = await refusal(open.send('w'))
    expect(error).toMatchObject({
      code: 'VALIDATION_ERROR',
      status: 400,
      message: 'Validation error: x requires y',
    })
    expect(await open.traces()).toMatchObject([{ status: 'failed', error_message: error.message }])
  })

  test('is 504 TIMEOUT when a task says so', async () => {
    await using open = await withTask(() => {
      throw new EngineError('Timeout', 'the far side')
    })
    expect(await refusal(open.send('w'))).toMatchObject({ code: 'TIMEOUT', status: 504 })
  })

  test('is 500 ENGINE_ERROR for a defect of a function', async () => {
    await using open = await withTask(() => {
      throw new TypeError('secret inside')
    })
    const error = await refusal(open.send('w'))
    expect(error.code).toBe('ENGINE_ERROR')
    expect(error.message).not.toContain('secret')
  })

  test('is 500 ENGINE_ERROR when it exhausts its budget', async () => {
    const costly = answering('answer', { map: [[1, 2, 3, 4], { '+': [{ var: '' }, 1] }] })
    await using open = await room({
      workflows: [costly],
      dispatch: { limits: { ...testLimits, messageOpsBudget: 2 } },
    })
    expect(await refusal(open.send('answer'))).toMatchObject({ code: 'ENGINE_ERROR' })
  })

  test('is 500 INTERNAL_ERROR when its result cannot be written as JSON', async () => {
    await using open = await withTask(({ message }) => {
      const ring: JsonObject = {}
      ring.self = ring
      message.context.data = ring
      return 200
    })
    expect(await refusal(open.send('w'))).toMatchObject({
      code: 'INTERNAL_ERROR',
      message: 'An internal error occurred',
    })
    expect(await open.traces()).toMatchObject([{ status: 'failed', result_json: null }])
  })

  test('leaves a row without what it had collected when that cannot be written', async () => {
    await using open = await withTask(({ message }) => {
      const ring: JsonObject = {}
      ring.self = ring
      message.context.data = ring
      throw new EngineError('Validation', 'no')
    })
    expect(await refusal(open.send('w'))).toMatchObject({ code: 'VALIDATION_ERROR' })
    expect(await open.traces()).toMatchObject([{ status: 'failed', result_json: null }])
  })
})

describe('a run that takes too long', () => {
  const slow = serving('answer', { config: { timeout_ms: 20 } })

  test('is 504 TIMEOUT at the limit of its channel, and leaves a failed row', async () => {
    await using open = await room({ channels: [slow] })
    open.clock.stepMs = 15
    const error = await refusal(open.send('answer'))
    const message = "Workflow execution on channel 'answer' exceeded 20ms timeout"
    expect(error).toMatchObject({ code: 'TIMEOUT', status: 504, message })
    expect(await open.traces()).toMatchObject([{ status: 'failed', error_message: message }])
  })

  test('is 504 TIMEOUT at the default limit when its channel names none', async () => {
    await using open = await room({ live: { defaultTimeoutMs: 10 } })
    open.clock.stepMs = 15
    expect((await refusal(open.send('answer'))).message).toContain('exceeded 10ms timeout')
  })

  test('is stopped between two tasks', async () => {
    const ran: string[] = []
    await using open = await withTask(
      () => {
        ran.push('task')
        open.clock.advance(30)
        return 200
      },
      { config: { timeout_ms: 20 } },
      ['first', 'second'],
    )
    expect(await refusal(open.send('w'))).toMatchObject({ code: 'TIMEOUT' })
    expect(ran).toEqual(['task'])
  })

  test('is answered at its limit even when a task waits for ever', async () => {
    await using open = await withTask(() => new Promise(() => undefined), { config: { timeout_ms: 5 } })
    expect(await refusal(open.send('w'))).toMatchObject({ code: 'TIMEOUT', status: 504 })
    expect(await open.traces()).toHaveLength(1)
  })

  test('leaves in its trace what it had collected, unless that is too large', async () => {
    const waiting: Task = ({ message }) => {
      message.context.data = { seen: 'x'.repeat(50) }
      return new Promise(() => undefined)
    }
    const kept = async (maxResultBytes: number) => {
      const channels = [serving('w', { config: { timeout_ms: 5 } })]
      await using open = await openRoom({
        functions: [custom('probe', waiting)],
        workflows: [{ workflow_id: 'w', tasks: [task('t', 'probe', {})] }],
        channels,
        dispatch: { maxResultBytes },
      })
      await refusal(open.send('w'))
      return (await open.traces())[0]?.result_json
    }
    expect(JSON.parse((await kept(0)) ?? '')).toMatchObject({
      status: 'failed',
      data: { seen: 'x'.repeat(50) },
      errors: [],
    })
    expect(await kept(60)).toBeNull()
  })

  test('is not cut by a limit that no timer can hold', async () => {
    await using open = await withTask(async () => 200, {}, ['t'], { defaultTimeoutMs: 2 ** 40 })
    expect(await open.send('w')).toMatchObject({ status: 'ok' })
  })
})

describe('an answer that is too large', () => {
  const body = (id: string) => `{"id":"${id}","status":"ok","data":{"in":"é😀"},"errors":[]}`
  const bytes = Buffer.byteLength(body('0'.repeat(36)))

  test('is 502 RESPONSE_TOO_LARGE, in bytes, and leaves a failed row', async () => {
    await using open = await room({ dispatch: { maxResultBytes: bytes - 1 } })
    const error = await refusal(open.send('echo', 'é😀'))
    const message = `Result size ${bytes} bytes exceeds limit of ${bytes - 1} bytes`
    expect(error).toMatchObject({ code: 'RESPONSE_TOO_LARGE', status: 502, message })
    expect(await open.traces()).toMatchObject([
      { status: 'failed', result_json: null, error_message: message },
    ])
  })

  test('is not one that just fits, nor any when there is no limit', async () => {
    await using fits = await room({ dispatch: { maxResultBytes: bytes } })
    expect(await fits.send('echo', 'é😀')).toMatchObject({ data: { in: 'é😀' } })
    await using unlimited = await room({ dispatch: { maxResultBytes: 0 } })
    expect(await unlimited.send('echo', 'x'.repeat(100_000))).toMatchObject({ status: 'ok' })
  })
})

describe('which runs leave a row', () => {
  const off = serving('echo', { config: { tracing: { mode: 'off' } } })
  const failingOff = serving('failing', { config: { tracing: { mode: 'off' } } })

  test('none when traces are off', async () => {
    await using open = await room({ channels: [off, failingOff, serving('answer')] })
    await open.send('echo')
    await refusal(open.send('failing'))
    expect(await open.traces()).toEqual([])
    await open.send('answer')
    expect(await open.traces()).toHaveLength(1)
  })

  test('those of a channel that switches them on', async () => {
    const on = serving('answer', { config: { tracing: { mode: 'sync' } } })
    await using open = await room({ channels: [on, serving('echo')], tracing: { mode: 'off' } })
    await open.send('echo')
    await open.send('answer')
    expect((await open.traces()).map(({ channel }) => channel)).toEqual(['answer'])
  })

  test('the sampled share, failures included', async () => {
    let chance = 0
    await using open = await room({ tracing: { sampleRate: 0.5 }, dispatch: { chance: () => chance } })
    await open.send('echo')
    chance = 0.5
    await open.send('echo')
    await refusal(open.send('failing'))
    expect(await open.traces()).toHaveLength(1)
  })

  test('only failed runs and runs with errors when only errors are asked for', async () => {
    await using open = await room({ tracing: { errorsOnly: true } })
    await open.send('answer')
    await refusal(open.send('failing'))
    await open.send('complaining')
    expect((await open.traces()).map(({ channel }) => channel).toSorted()).toEqual(['complaining', 'failing'])
  })

  test('not the refusals of a quarantined channel', async () => {
    const bad = serving('answer', { config: { oauth2_login: {} } })
    await using open = await room({ channels: [bad] })
    const error = await refusal(open.send('answer'))
    expect(error).toMatchObject({ code: 'SERVICE_UNAVAILABLE', status: 503 })
    expect(error.message).toStartWith("Channel 'answer' is quarantined")
    expect(await open.traces()).toEqual([])
  })
})

test('a hundred runs at once leave a hundred rows, each its own', async () => {
  await using open = await room()
  const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => open.send('echo', n)))
  const rows = new Map((await open.traces()).map(row => [row.id, row]))
  expect(rows.size).toBe(100)
  for (const [n, answer] of answers.entries()) {
    expect(answer).toMatchObject({ data: { in: n } })
    expect(rows.get(String(answer.id))?.input_json).toBe(String(n))
  }
})

/** A channel `w` whose tasks are all `run`. */
function withTask(
  run: Task,
  channel: Partial<Channel> = {},
  ids: readonly string[] = ['t'],
  live: Partial<LiveNeeds> = {},
): Promise<Room> {
  return openRoom({
    functions: [custom('probe', run)],
    workflows: [{ workflow_id: 'w', tasks: ids.map(id => task(id, 'probe', {})) }],
    channels: [serving('w', channel)],
    live,
  })
}
