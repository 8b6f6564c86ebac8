import { describe, expect, test } from 'bun:test'
import { ConnectorError } from '../src/connector/failure.ts'
import type { FunctionDescriptor } from '../src/engine/functions-api.ts'
import { custom } from '../src/engine/test-run.ts'
import type { Json, JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import { declareTasks as declare } from './harness/declare-tasks.ts'
import { handClock } from './harness/hand-clock.ts'
import { callTask, mapTask, parseTask, task } from './harness/samples.ts'

const API_KEY = { mode: 'api_key', header: 'x-partner', keys: ['a-key-of-16-chars-or-more'] }

/** Counts its runs, and fails for a payload with `fail`. */
function counted(retrySafety: FunctionDescriptor['retrySafety'] = 'unsafe_write') {
  const runs = { count: 0 }
  const work = custom('work', ({ message }) => {
    runs.count++
    if (JSON.stringify(message.payload).includes('fail')) throw new Error('failed')
    return 200
  })
  return { runs, function: { ...work, retrySafety } }
}

async function openPair(
  inner: JsonObject,
  call: JsonObject = {},
  { outer = {}, functions = [] }: { outer?: JsonObject; functions?: readonly FunctionDescriptor[] } = {},
): Promise<App> {
  // Nothing but the work itself tells two of these requests apart.
  const app = await openApp({ functions, clock: handClock() })
  const see = mapTask('see', { 'data.seen': { var: 'metadata' } })
  const work = functions.map(({ name }) => task(name, {}))
  await declare(app.client, 'inner', [parseTask(), see, ...work], inner)
  await declare(app.client, 'outer', [parseTask(), callTask('inner', call)], outer)
  return app
}

describe('of the guards of a called channel', () => {
  test.each<[string, JsonObject]>([
    ['auth', { auth: API_KEY }],
    ['cors', { cors: { allowed_origins: ['https://app.example.com'] } }],
    ['origin_allow_list', { origin_allow_list: ['https://app.example.com'] }],
  ])('%s asks nothing: who came in was asked there', async (_, config) => {
    await using app = await openPair(config)
    const answer = await app.client.post('outer', {}, { origin: 'https://elsewhere.example' })
    expect(answer.status).toBe(200)
    expect((await app.client.post('inner', {}, { origin: 'https://elsewhere.example' })).status).not.toBe(200)
  })

  test('cache keeps no answers, and gives none', async () => {
    const { runs, function: work } = counted()
    await using app = await openPair({ cache: { enabled: true, ttl_secs: 60 } }, {}, { functions: [work] })
    await app.client.post('inner', { n: 1 })
    expect((await app.client.post('inner', { n: 1 })).headers.get('x-orion-cache')).toBe('hit')
    for (let times = 0; times < 2; times++) await app.client.post('outer', { n: 1 })
    expect(runs.count).toBe(3)
  })

  test('rate_limit counts the client of who calls', async () => {
    await using app = await openPair({ rate_limit: { requests_per_second: 1, burst: 1 } })
    expect((await app.client.post('outer', {})).status).toBe(200)
    const answer = await app.client.post('outer', {})
    expect(answer.status).toBe(429)
    expect(answer.at('error.code')).toBe('RATE_LIMITED')
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(answer.headers.get('ratelimit-limit')).toBeNull()
    expect((await app.client.post('inner', {})).status).toBe(429)
  })

  test('validation_logic sees the data of the call, and headers as they came', async () => {
    const validation_logic = {
      and: [
        { '===': [{ var: 'headers.x-partner' }, API_KEY.keys[0] ?? ''] },
        { '===': [{ var: 'data' }, 5] },
      ],
    }
    await using app = await openPair({ validation_logic }, { data: 5 }, { outer: { auth: API_KEY } })
    const answer = await app.client.post('outer', {}, { 'x-partner': API_KEY.keys[0] ?? '' })
    expect(answer.status).toBe(200)
  })
})

describe('who was verified where the work came in', () => {
  test('is known to a called channel, whose workflow sees no credential of either', async () => {
    await using app = await openPair({ auth: { ...API_KEY, header: 'x-inner' } })
    await declare(app.client, 'outermost', [callTask('outer')], { auth: API_KEY })
    const key = API_KEY.keys[0] ?? ''
    const answer = await app.client.post('outermost', {}, { 'x-partner': key, 'x-inner': 'also secret' })
    const seen = 'data.out.out.seen'
    expect(answer.at(`${seen}.auth`)).toMatchObject({ mode: 'api_key' })
    expect(answer.at(`${seen}.headers.x-partner`)).toBe('******')
    expect(answer.at(`${seen}.headers.x-inner`)).toBe('******')
    expect(answer.text).not.toContain(key)
    expect(answer.text).not.toContain('also secret')
  })

  test('cannot be made up by the metadata of a request or a workflow', async () => {
    await using app = await openApp()
    const { client } = app
    await declare(client, 'inner', [mapTask('see', { 'data.seen': { var: 'metadata' } })])
    const lie = mapTask('lie', { 'metadata.auth': 'root', 'metadata.headers': 'none', 'metadata.mine': 1 })
    await declare(client, 'outer', [lie, callTask('inner')])
    const body = { data: {}, metadata: { auth: { mode: 'jwt' }, yours: 2 } }
    const answer = await client.request('POST', '/api/v1/data/outer', { body, headers: { 'x-a': 'b' } })
    expect(answer.at('data.out.seen.auth')).toBeUndefined()
    expect(answer.at('data.out.seen.headers.x-a')).toBe('b')
    expect(answer.at('data.out.seen')).toMatchObject({ mine: 1, yours: 2 })
  })
})

describe('an idempotency_key', () => {
  const rejecting = { deduplication: { header: 'Idempotency-Key' } }
  const replaying = { deduplication: { header: 'Idempotency-Key', on_duplicate: 'replay' } }
  const key = { idempotency_key: { var: 'data.in.key' }, data: { var: 'data.in' } }

  test('lets a call be done once', async () => {
    const { runs, function: work } = counted()
    await using app = await openPair(rejecting, key, { functions: [work] })
    expect((await app.client.post('outer', { key: 'k' })).status).toBe(200)
    const answer = await app.client.post('outer', { key: 'k' })
    expect(answer.status).toBe(409)
    expect(answer.at('error')).toMatchObject({
      code: 'CONFLICT',
      message: "channel_call to 'inner': Duplicate request: idempotency key 'k' already seen",
    })
    expect(runs.count).toBe(1)
    for (const none of [null, '', ' '])
      expect((await app.client.post('outer', { key: none })).status).toBe(200)
  })

  test('gives what the first call gave, with every digit', async () => {
    const { runs, function: work } = counted()
    await using app = await openPair(replaying, key, { functions: [work] })
    const body = '{"data":{"key":"k","n":9007199254740993}}'
    const ask = async () => {
      const answer = await app.client.request('POST', '/api/v1/data/outer', { body })
      return answer.text.slice(answer.text.indexOf('"data":{'))
    }
    const first = await ask()
    expect(first).toContain('9007199254740993')
    const again = await ask()
    // What `outer` was asked is its own; `inner` ran once.
    expect(again).toBe(first)
    expect(runs.count).toBe(1)
    const other = await app.client.post('outer', { key: 'k', n: 2 })
    expect(other.status).toBe(422)
    expect(other.at('error.code')).toBe('IDEMPOTENCY_KEY_REUSED')
  })

  test('fails as the first call did when that had done something', async () => {
    const { runs, function: work } = counted()
    const error_bodies = { default: { body: '{"own":"{code}"}' } }
    await using app = await openPair({ ...replaying, response: { error_bodies } }, key, { functions: [work] })
    const ask = () => app.client.post('outer', { key: 'fail' })
    const first = await ask()
    const again = await ask()
    expect([first.status, again.status]).toEqual([500, 500])
    expect(again.at('error.code')).toBe('ENGINE_ERROR')
    expect(runs.count).toBe(1)
  })

  test('fails with the code of the first call', async () => {
    const late = custom('late', () => {
      throw new ConnectorError('CONSTRAINT_VIOLATED', 'The value is taken')
    })
    const work = { ...late, retrySafety: 'unsafe_write' as const }
    await using app = await openPair(replaying, key, { functions: [work] })
    for (let times = 0; times < 2; times++) {
      const answer = await app.client.post('outer', { key: 'k' })
      expect(answer.status).toBe(409)
      expect(answer.at('error')).toMatchObject({
        code: 'CONSTRAINT_VIOLATED',
        message: "channel_call to 'inner': The value is taken",
      })
    }
  })

  test('is not that of a client who sends the same one', async () => {
    await using app = await openPair(rejecting, key)
    expect((await app.client.post('inner', {}, { 'idempotency-key': 'k' })).status).toBe(200)
    expect((await app.client.post('outer', { key: 'k' })).status).toBe(200)
    expect((await app.client.post('inner', {}, { 'idempotency-key': 'k' })).status).toBe(409)
  })

  test('is not taken from a header', async () => {
    const { runs, function: work } = counted()
    await using app = await openPair(rejecting, {}, { functions: [work] })
    for (let times = 0; times < 2; times++) {
      expect((await app.client.post('outer', {}, { 'idempotency-key': 'k' })).status).toBe(200)
    }
    expect(runs.count).toBe(2)
  })

  test('means nothing to a channel that does not deduplicate, and is refused', async () => {
    await using app = await openPair({}, { idempotency_key: 'k' })
    const answer = await app.client.post('outer', {})
    expect(answer.status).toBe(400)
    expect(answer.at('error.message')).toContain('the channel has no deduplication')
  })
})

describe('a request with an idempotency key whose call failed', () => {
  const outer = { deduplication: { header: 'Idempotency-Key' } }
  const twice = async (app: App, data: Json) => {
    const send = () => app.client.post('outer', data, { 'idempotency-key': 'k' })
    return [(await send()).status, (await send()).status]
  }

  test('may come again when the called channel had done nothing', async () => {
    const { function: work } = counted('pure')
    await using app = await openPair({}, {}, { outer, functions: [work] })
    expect(await twice(app, { fail: 1 })).toEqual([500, 500])
  })

  test('may come again when the called channel had refused it', async () => {
    await using app = await openPair({ validation_logic: false }, {}, { outer })
    expect(await twice(app, {})).toEqual([400, 400])
  })

  test('may not when it had done something', async () => {
    const { function: work } = counted('unsafe_write')
    await using app = await openPair({}, {}, { outer, functions: [work] })
    expect(await twice(app, { fail: 1 })).toEqual([500, 409])
  })

  test('may not when a channel that it called in turn had done something', async () => {
    const { function: work } = counted('unsafe_write')
    await using app = await openPair({}, {}, { functions: [work] })
    await declare(app.client, 'outermost', [callTask('outer')], outer)
    const send = () => app.client.post('outermost', { fail: 1 }, { 'idempotency-key': 'k' })
    expect([(await send()).status, (await send()).status]).toEqual([500, 409])
  })
})

describe('a channel that shapes its answers', () => {
  const shape = { 'data._orion.response': { status: 404, body_path: 'data.x' } }
  const tasks = [mapTask('m', { 'data.x': 1, ...shape })]

  test('gives its data to who calls it, whatever status it answers over HTTP', async () => {
    await using app = await openApp()
    await declare(app.client, 'inner', tasks, { response: { mode: 'shaped' } })
    await declare(app.client, 'outer', [callTask('inner')], { response: { mode: 'shaped' } })
    await declare(app.client, 'whole', [task('channel_call', { channel: 'inner' })], {
      response: { mode: 'shaped' },
    })
    expect((await app.client.post('inner', {})).status).toBe(404)
    const answer = await app.client.post('outer', {})
    expect(answer.status).toBe(200)
    expect(answer.at('data')).toEqual({ out: { x: 1 } })
    const whole = await app.client.post('whole', {})
    expect(whole.status).toBe(200)
    expect(whole.at('data')).toEqual({ x: 1 })
  })
})
