import { describe, expect, test } from 'bun:test'
import { custom } from '../src/engine/test-run.ts'
import type { JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import { declareTasks as declare } from './harness/declare-tasks.ts'
import { callTask, mapTask, parseTask, task } from './harness/samples.ts'
import { until } from './harness/until.ts'

/** Waits until its run is stopped, and says that it was. */
function waiting() {
  const seen = { begun: 0, stopped: 0 }
  const run = custom('wait', ({ signal }) => {
    seen.begun++
    return new Promise((_, reject) => {
      const stop = () => {
        seen.stopped++
        reject(new Error('stopped'))
      }
      if (signal?.aborted) stop()
      signal?.addEventListener('abort', stop, { once: true })
    })
  })
  return { seen, run }
}

/** Waits for ever, whatever happens. */
const endless = custom('endless', () => new Promise(() => undefined))

interface Limits {
  outer?: JsonObject
  call?: JsonObject
  inner?: JsonObject
  env?: Record<string, string>
}

/** `outer` calls `inner`, which never ends. */
async function openPair({ outer = {}, call = {}, inner = {}, env = {} }: Limits): Promise<App> {
  const app = await openApp({ functions: [endless], env })
  await declare(app.client, 'inner', [task('endless', {})], inner)
  await declare(app.client, 'outer', [callTask('inner', call)], outer)
  return app
}

const OF_CHANNEL = "channel_call to 'inner' timed out after 20ms, the timeout_ms of the channel"
const OF_CALL = "channel_call to 'inner' timed out after 20ms"
const OF_CALLER = "Workflow execution on channel 'outer' exceeded 20ms timeout"

describe('the shortest time counts, and the answer says whose it was', () => {
  test.each<[string, Limits, string, string]>([
    ['the channel', { inner: { timeout_ms: 20 } }, 'TIMEOUT', OF_CHANNEL],
    [
      'the channel, not the call',
      { inner: { timeout_ms: 20 }, call: { timeout_ms: 9000 } },
      'TIMEOUT',
      OF_CHANNEL,
    ],
    ['the call', { call: { timeout_ms: 20 } }, 'TIMEOUT_ERROR', OF_CALL],
    [
      'the call, not the channel',
      { call: { timeout_ms: 20 }, inner: { timeout_ms: 9000 } },
      'TIMEOUT_ERROR',
      OF_CALL,
    ],
    ['the call, computed', { call: { timeout_ms: { '*': [4, 5] } } }, 'TIMEOUT_ERROR', OF_CALL],
    [
      'the server',
      { env: { ORION_ENGINE__DEFAULT_CHANNEL_CALL_TIMEOUT_MS: '20' } },
      'TIMEOUT_ERROR',
      OF_CALL,
    ],
    ['who calls', { outer: { timeout_ms: 20 }, call: { timeout_ms: 9000 } }, 'TIMEOUT', OF_CALLER],
  ])('%s', async (_, limits, code, message) => {
    await using app = await openPair(limits)
    const answer = await app.client.post('outer', {})
    expect(answer.status).toBe(504)
    expect(answer.at('error')).toMatchObject({ code, message })
    const traced = async (name: string) => {
      const { body } = await app.client.request('GET', `/api/v1/data/traces?channel=${name}`)
      return JSON.parse(JSON.stringify(body)).data
    }
    expect(await traced('outer')).toMatchObject([{ status: 'failed', error_message: message }])
    const inner = await until('the trace of the call', async () => {
      const rows = await traced('inner')
      return rows.length > 0 ? rows : undefined
    })
    expect(inner).toMatchObject([{ status: 'failed' }])
  })

  test('through channels that call each other', async () => {
    await using app = await openPair({})
    await declare(app.client, 'outermost', [callTask('outer')], { timeout_ms: 20 })
    expect((await app.client.post('outermost', {})).at('error')).toMatchObject({
      code: 'TIMEOUT',
      message: "Workflow execution on channel 'outermost' exceeded 20ms timeout",
    })
  })

  test('and a task that goes on does so', async () => {
    await using app = await openPair({})
    const call = callTask('inner', { timeout_ms: 20 }, { continue_on_error: true })
    await declare(app.client, 'patient', [call, mapTask('after', { 'data.after': true })])
    const answer = await app.client.post('patient', {})
    expect(answer.status).toBe(200)
    expect(answer.at('data')).toEqual({ after: true })
    expect(answer.at('errors.0.code')).toBe('TIMEOUT_ERROR')
  })
})

describe('a place to run', () => {
  const one = { backpressure: { max_concurrent: 1, queue_depth: 1, queue_timeout_ms: 30_000 } }

  test('is waited for as long as the call may take', async () => {
    const { seen, run } = waiting()
    await using app = await openApp({ functions: [run] })
    await declare(app.client, 'inner', [task('wait', {})], one)
    await declare(app.client, 'outer', [callTask('inner', { timeout_ms: 20 })])
    const held = app.client.post('inner', {})
    await until('the first run', () => seen.begun || undefined)
    const answer = await app.client.post('outer', {})
    expect(answer.status).toBe(504)
    expect(answer.at('error')).toMatchObject({ code: 'TIMEOUT_ERROR', message: OF_CALL })
    expect(seen.begun).toBe(1)
    void held.catch(() => undefined)
  })

  test('is not held by both of two channels that call each other for longer than that', async () => {
    await using app = await openApp()
    const toOther = [parseTask(), callTask({ var: 'data.in' }, { data: 'nobody', timeout_ms: 50 })]
    for (const name of ['a', 'b']) await declare(app.client, name, toOther, one)
    const answers = await Promise.all([app.client.post('a', 'b'), app.client.post('b', 'a')])
    for (const { status } of answers) expect([404, 504]).toContain(status)
    // And both have given theirs back.
    expect((await app.client.post('a', 'nobody')).status).toBe(404)
    expect((await app.client.post('b', 'nobody')).status).toBe(404)
  })
})

describe('what runs for a client who leaves', () => {
  test('is stopped, however many channels are between', async () => {
    const { seen, run } = waiting()
    await using app = await openApp({ functions: [run] })
    await declare(app.client, 'inner', [task('wait', {})])
    await declare(app.client, 'middle', [callTask('inner')])
    await declare(app.client, 'outer', [callTask('middle')])
    const leaves = new AbortController()
    const request = new Request('http://orion.test/api/v1/data/outer', {
      method: 'POST',
      body: '{"data":{}}',
      headers: { 'content-type': 'application/json' },
      signal: leaves.signal,
    })
    const answer = app.orion.fetch(request).catch(() => undefined)
    await until('the call', () => seen.begun || undefined)
    leaves.abort()
    await until('the end of it', () => seen.stopped || undefined)
    await answer
    expect(seen).toEqual({ begun: 1, stopped: 1 })
  })

  test('is not begun any more', async () => {
    const { seen, run } = waiting()
    const calls = { count: 0 }
    const counted = custom('counted', () => {
      calls.count++
      return 200
    })
    await using app = await openApp({ functions: [run, counted] })
    await declare(app.client, 'inner', [task('counted', {})])
    await declare(app.client, 'outer', [
      task('wait', {}, { continue_on_error: true }),
      callTask('inner', {}, { continue_on_error: true }),
    ])
    const leaves = new AbortController()
    const request = new Request('http://orion.test/api/v1/data/outer', {
      method: 'POST',
      body: '{"data":{}}',
      headers: { 'content-type': 'application/json' },
      signal: leaves.signal,
    })
    const answer = app.orion.fetch(request)
    await until('the run', () => seen.begun || undefined)
    leaves.abort()
    await answer
    expect(calls.count).toBe(0)
  })
})
