import { describe, expect, test } from 'bun:test'
import { ConnectorError } from '../src/connector/failure.ts'
import { custom } from '../src/engine/test-run.ts'
import type { Json, JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import { declareTasks as declare } from './harness/declare-tasks.ts'
import { callTask, mapTask, parseTask, task } from './harness/samples.ts'

const failing = (name: string, error: Error) =>
  custom(name, () => {
    throw error
  })

const FUNCTIONS = [
  failing(
    'taken',
    new ConnectorError('CONSTRAINT_VIOLATED', 'The value is taken', {
      details: [{ path: '', code: 'SQLSTATE', message: 'is taken', got: '23505' }],
      note: 'secret note',
    }),
  ),
  failing('open', new ConnectorError('CIRCUIT_OPEN', 'Circuit breaker open', { retryAfterSecs: 7 })),
  failing('slow', new ConnectorError('TIMEOUT_ERROR', 'The system did not answer in time')),
  failing('refusing', new ConnectorError('DATA_ERROR', 'The value does not fit')),
  failing('defect', new TypeError('x is undefined')),
]

/** `outer` calls `inner`, which runs these tasks. */
async function openPair(tasks: Json, config: JsonObject = {}, call: JsonObject = {}): Promise<App> {
  const app = await openApp({ functions: FUNCTIONS })
  await declare(app.client, 'inner', tasks, config)
  await declare(app.client, 'outer', [parseTask(), callTask('inner', call)])
  return app
}

async function traceOf(app: App, name: string): Promise<JsonObject[]> {
  const { body } = await app.client.request('GET', `/api/v1/data/traces?channel=${name}`)
  return JSON.parse(JSON.stringify(body)).data
}

describe('what a called channel is refused or fails with is the answer', () => {
  test.each<[string, number, string, string]>([
    ['taken', 409, 'CONSTRAINT_VIOLATED', "channel_call to 'inner': The value is taken"],
    ['refusing', 400, 'DATA_ERROR', "channel_call to 'inner': The value does not fit"],
    ['slow', 504, 'TIMEOUT_ERROR', "channel_call to 'inner': The system did not answer in time"],
    ['open', 503, 'CIRCUIT_OPEN', "channel_call to 'inner': Circuit breaker open"],
  ])('%s: %d %s', async (name, status, code, message) => {
    await using app = await openPair([task(name, {})])
    const answer = await app.client.post('outer', {})
    expect(answer.status).toBe(status)
    expect(answer.at('error')).toMatchObject({ code, message })
    expect(answer.text).not.toContain('secret note')
    expect((await traceOf(app, 'outer'))[0]).toMatchObject({ status: 'failed', error_message: message })
  })

  test('with its details and when to come again', async () => {
    await using taken = await openPair([task('taken', {})])
    expect((await taken.client.post('outer', {})).at('error.details.0.got')).toBe('23505')
    await using open = await openPair([task('open', {})])
    expect((await open.client.post('outer', {})).headers.get('retry-after')).toBe('7')
  })

  test('told once, however many channels are between', async () => {
    await using app = await openPair([task('taken', {})])
    await declare(app.client, 'outermost', [callTask('outer')])
    const answer = await app.client.post('outermost', {})
    expect(answer.at('error')).toMatchObject({
      code: 'CONSTRAINT_VIOLATED',
      message: "channel_call to 'inner': The value is taken",
    })
  })

  test('when it validates', async () => {
    await using app = await openPair([parseTask()], { validation_logic: { '>': [{ var: 'data.n' }, 1] } })
    const answer = await app.client.post('outer', { n: 1 })
    expect(answer.status).toBe(400)
    expect(answer.at('error')).toMatchObject({
      code: 'BAD_REQUEST',
      message: "channel_call to 'inner': Input validation failed",
    })
    expect((await app.client.post('outer', { n: 2 })).status).toBe(200)
  })

  test('when the data do not fit, without the values that one channel sends another', async () => {
    const request_schema = { type: 'object', properties: { pin: { type: 'integer' } } }
    await using app = await openPair([parseTask()], { request_schema }, { data: { pin: 'hunter2' } })
    const answer = await app.client.post('outer', {})
    expect(answer.at('error.code')).toBe('VALIDATION_ERROR')
    expect(answer.at('error.details.0.path')).toBe('data.pin')
    expect(answer.text).not.toContain('hunter2')
  })

  test.each(['nobody', 'archived'])('404 when it is %s', async target => {
    await using app = await openApp()
    await declare(app.client, 'archived', [parseTask()])
    await app.client.setStatus('channels', 'archived', 'archived')
    await declare(app.client, 'outer', [callTask(target)])
    const answer = await app.client.post('outer', {})
    expect(answer.status).toBe(404)
    expect(answer.at('error')).toMatchObject({
      code: 'NOT_FOUND',
      message: `channel_call to '${target}': channel not found or not active`,
    })
  })

  test('500 when it fails for reasons of its own, which its trace and that of its caller tell', async () => {
    await using app = await openPair([mapTask('m', { 'data.x': { throw: 'inside' } }), task('defect', {})])
    const answer = await app.client.post('outer', {})
    expect(answer.status).toBe(500)
    expect(answer.at('error')).toMatchObject({
      code: 'ENGINE_ERROR',
      message: 'An internal engine error occurred',
    })
    const [trace] = await traceOf(app, 'outer')
    expect(String(trace?.error_message)).toStartWith(
      "Function execution error: channel_call to 'inner' failed: ",
    )
    expect(await traceOf(app, 'inner')).toMatchObject([{ status: 'failed' }])
    await declare(app.client, 'outermost', [callTask('outer')])
    expect((await app.client.post('outermost', {})).status).toBe(500)
    expect((await traceOf(app, 'outermost'))[0]?.error_message).toBe(trace?.error_message)
  })
})

describe('a task that goes on', () => {
  test('finds the code of what was called in the list of errors', async () => {
    await using app = await openApp({ functions: FUNCTIONS })
    const { client } = app
    await declare(client, 'inner', [task('taken', {})])
    await declare(client, 'broken', [task('defect', {})])
    const goesOn = { continue_on_error: true }
    await declare(client, 'outer', [
      callTask('inner', {}, goesOn),
      callTask('broken', {}, { ...goesOn, id: 'second' }),
      callTask('nobody', {}, { ...goesOn, id: 'third' }),
      mapTask('after', { 'data.after': true }),
    ])
    const answer = await client.post('outer', {})
    expect(answer.status).toBe(200)
    expect(answer.at('data')).toEqual({ after: true })
    expect([0, 1, 2].map(at => [answer.at(`errors.${at}.task_id`), answer.at(`errors.${at}.code`)])).toEqual([
      ['call', 'CONSTRAINT_VIOLATED'],
      ['second', 'FUNCTION_ERROR'],
      ['third', 'NOT_FOUND'],
    ])
  })

  test('in the called channel does not fail the call', async () => {
    await using app = await openPair([
      task('taken', {}, { continue_on_error: true }),
      task(
        'validation',
        { rules: [{ logic: { '==': [1, 2] }, message: 'no' }] },
        { continue_on_error: true },
      ),
      mapTask('m', { 'data.done': true }),
    ])
    const answer = await app.client.post('outer', {})
    expect(answer.status).toBe(200)
    expect(answer.at('data.out')).toEqual({ done: true })
    expect(answer.at('errors')).toEqual([])
  })
})

describe('a call that cannot be made', () => {
  test.each<[Json, string]>([
    [7, "'channel' must evaluate to a string, got 7"],
    [null, "'channel' must evaluate to a string, got null"],
    ['', 'target channel name must not be empty'],
  ])('because its channel comes out as %j is 400', async (name, why) => {
    await using app = await openApp()
    await declare(app.client, 'outer', [parseTask(), callTask({ var: 'data.in.name' })])
    const answer = await app.client.post('outer', { name })
    expect(answer.status).toBe(400)
    expect(answer.at('error')).toMatchObject({
      code: 'VALIDATION_ERROR',
      message: `Validation error: channel_call: ${why}`,
    })
  })

  test.each<[string, JsonObject, string]>([
    ['timeout_ms', { timeout_ms: { var: 'data.in.v' } }, "'timeout_ms' must be an integer from 1"],
    [
      'idempotency_key',
      { idempotency_key: { var: 'data.in.v' } },
      "'idempotency_key' must be a text, got 0.5",
    ],
  ])('because of its %s is 400', async (_, input, why) => {
    await using app = await openPair([parseTask()], {}, input)
    const answer = await app.client.post('outer', { v: 0.5 })
    expect(answer.status).toBe(400)
    expect(answer.at('error.message')).toContain(why)
  })

  test.each<[JsonObject, string, string]>([
    [{}, 'tasks[0].function.input', 'REQUIRED'],
    [{ channel: '' }, 'tasks[0].function.input.channel', 'REQUIRED'],
    [{ channel: 5 }, 'tasks[0].function.input.channel', 'TYPE_MISMATCH'],
    [{ channel: null }, 'tasks[0].function.input.channel', 'TYPE_MISMATCH'],
    [{ channel_logic: ['a'] }, 'tasks[0].function.input.channel_logic', 'TYPE_MISMATCH'],
    [{ channel: 'a', timeout_ms: 0 }, 'tasks[0].function.input.timeout_ms', 'OUT_OF_RANGE'],
    [{ channel: 'a', timeout_ms: '5' }, 'tasks[0].function.input.timeout_ms', 'OUT_OF_RANGE'],
    [
      { channel: 'a', output: 'data.a', response_path: 'data.b' },
      'tasks[0].function.input.response_path',
      'DUPLICATE',
    ],
    [{ channel: 'a', chanel: 'b' }, 'tasks[0].function.input.chanel', 'UNKNOWN_KEY'],
  ])('whatever the data are is not stored: %j', async (input, path, code) => {
    await using app = await openApp()
    const answer = await app.client.admin('POST', 'workflows', {
      name: 'w',
      tasks: [task('channel_call', input)],
    })
    expect(answer.status).toBe(400)
    expect(answer.at('error.details')).toMatchObject([{ path, code }])
  })

  test('takes the channel and the data of the fields that end in _logic first', async () => {
    await using app = await openApp()
    await declare(app.client, 'inner', [parseTask()])
    const input = { channel_logic: { cat: ['in', 'ner'] }, data: 1, data_logic: { '+': [1, 1] } }
    await declare(app.client, 'outer', [callTask('nobody', { ...input, output: 'data.out' })])
    expect((await app.client.post('outer', {})).at('data.out')).toEqual({ in: 2 })
  })

  test('puts the result where response_path says', async () => {
    await using app = await openApp()
    await declare(app.client, 'inner', [parseTask()])
    const input = { channel: 'inner', data: 1, response_path: 'temp_data.r' }
    await declare(app.client, 'outer', [
      task('channel_call', input),
      mapTask('m', { 'data.r': { var: 'temp_data.r.in' } }),
    ])
    expect((await app.client.post('outer', {})).at('data')).toEqual({ r: 1 })
  })
})
