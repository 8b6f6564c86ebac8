import { describe, expect, test } from 'bun:test'
import type { Json } from '../src/std/json.ts'
import { openApp } from './harness/app.ts'
import { expectEnvelope } from './harness/envelope.ts'
import { channel, echoWorkflow, mapTask, parseTask, workflow } from './harness/samples.ts'
import { slowClock, TAKES_TIME } from './harness/slow-clock.ts'

/** On a slow clock, seconds of work in small tasks. */
const slowWorkflow = workflow('slow', [
  parseTask(),
  ...Array.from({ length: 30 }, (_, at) => mapTask(`m${at}`, { [`data.time${at}`]: TAKES_TIME })),
])
/** A thousand operations of work. */
const COSTLY: Json = { map: [Array.from({ length: 1000 }, (_, at) => at), { '+': [{ var: '' }, 1] }] }

describe('timeout_ms', () => {
  test('ends a run that takes longer with 504 and a failed trace', async () => {
    await using app = await openApp({ clock: slowClock() })
    const { client } = app
    await client.declare(slowWorkflow, channel('slow', { config: { timeout_ms: 1000 } }))
    const answer = await client.post('slow', {})
    expectEnvelope(answer, 504, 'TIMEOUT')
    expect(answer.at('error.message')).toBe("Workflow execution on channel 'slow' exceeded 1000ms timeout")
    const traces = await client.request('GET', '/api/v1/data/traces')
    expect(traces.body).toMatchObject({
      data: [
        {
          channel: 'slow',
          status: 'failed',
          error_message: "Workflow execution on channel 'slow' exceeded 1000ms timeout",
        },
      ],
      total: 1,
    })
    const collected = JSON.parse(String(traces.at('data.0.result_json')))
    expect(collected).toMatchObject({ status: 'failed', data: { in: {} } })
  })

  test('counts what the last task takes as well', async () => {
    await using app = await openApp({ clock: slowClock() })
    const last = mapTask('m', { 'data.times': Array(30).fill(TAKES_TIME) })
    await app.client.declare(
      workflow('slow', [parseTask(), last]),
      channel('slow', { config: { timeout_ms: 1000 } }),
    )
    expectEnvelope(await app.client.post('slow', {}), 504, 'TIMEOUT')
  })

  test('leaves a run that is faster alone', async () => {
    await using app = await openApp({ clock: slowClock() })
    await app.client.declare(slowWorkflow, channel('slow', { config: { timeout_ms: 60_000 } }))
    const answer = await app.client.post('slow', {})
    expect([answer.status, typeof answer.at('data.time29')]).toEqual([200, 'string'])
  })

  test('is engine.default_timeout_ms where a channel names none', async () => {
    await using app = await openApp({ env: { ORION_ENGINE__DEFAULT_TIMEOUT_MS: '1000' }, clock: slowClock() })
    const { client } = app
    await client.declare(slowWorkflow, channel('slow'))
    await client.admin(
      'POST',
      'channels',
      channel('patient', { workflow_id: 'slow', config: { timeout_ms: 60_000 } }),
    )
    await client.setStatus('channels', 'patient', 'active')
    expectEnvelope(await client.post('slow', {}), 504, 'TIMEOUT')
    expect((await client.post('patient', {})).status).toBe(200)
  })

  test('can be changed by a new version', async () => {
    await using app = await openApp({ clock: slowClock() })
    const { client } = app
    await client.declare(slowWorkflow, channel('slow', { config: { timeout_ms: 1000 } }))
    expect((await client.post('slow', {})).status).toBe(504)
    await client.admin('POST', 'channels/slow/versions')
    await client.admin('PUT', 'channels/slow', { config: {} })
    expect((await client.post('slow', {})).status).toBe(504)
    await client.setStatus('channels', 'slow', 'active')
    expect((await client.post('slow', {})).status).toBe(200)
  })
})

describe('what a channel is not told', () => {
  test('without a config every input and every origin is fine', async () => {
    await using app = await openApp()
    await app.client.declare(echoWorkflow('echo'), channel('echo'))
    for (const data of [null, 0, '', [], {}, { email: 'nonsense' }]) {
      expect((await app.client.post('echo', data, { origin: 'https://evil.example' })).status).toBe(200)
    }
  })

  test('what messages may cost is bounded by the configuration', async () => {
    await using app = await openApp({ env: { ORION_ENGINE__MESSAGE_OPS_BUDGET: '1000' } })
    await app.client.declare(workflow('costly', [mapTask('m', { 'data.out': COSTLY })]), channel('costly'))
    expectEnvelope(await app.client.post('costly', {}), 500, 'ENGINE_ERROR')
  })
})

test('a config of very many strange keys is refused with the first thousand', async () => {
  await using app = await openApp()
  const config = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`key${n}`, 1]))
  const answer = await app.client.admin('POST', 'channels', channel('c', { config }))
  expectEnvelope(answer, 400, 'VALIDATION_ERROR')
  expect(answer.at('error.details')).toBeArrayOfSize(1000)
})

describe('channels.include and channels.exclude', () => {
  test('choose by name which channels are served', async () => {
    await using app = await openApp({
      config: '[channels]\ninclude = ["web-*", "api"]\nexclude = ["*-debug"]\n',
    })
    const { client } = app
    await client.declare(echoWorkflow('echo'))
    for (const id of ['web-shop', 'api', 'web-a-debug-debug', 'api2', 'batch']) {
      await client.admin('POST', 'channels', channel(id, { workflow_id: 'echo' }))
      expect((await client.setStatus('channels', id, 'active')).status).toBe(200)
    }
    const statuses = await Promise.all(
      ['web-shop', 'api', 'web-a-debug-debug', 'api2', 'batch', 'API'].map(
        async id => (await client.post(id, {})).status,
      ),
    )
    expect(statuses).toEqual([200, 200, 404, 404, 404, 200])
    const { body } = await client.admin('GET', 'engine/status')
    expect(Object(body).channels.toSorted()).toEqual(['api', 'web-shop'])
  })

  test('leave neither the routes nor the names of the rest; a slash and a dot are characters like others', async () => {
    await using app = await openApp({ config: '[channels]\ninclude = ["team*"]\nexclude = ["*.debug"]\n' })
    const { client } = app
    await client.declare(echoWorkflow('echo'))
    const names = { a: 'team/web', b: 'team/web.debug', c: 'other/web' }
    for (const [id, name] of Object.entries(names)) {
      const declared = channel(id, { name, route_pattern: `/by-route/${id}`, workflow_id: 'echo' })
      expect((await client.admin('POST', 'channels', declared)).status).toBe(201)
      expect((await client.setStatus('channels', id, 'active')).status).toBe(200)
    }
    const byRoute = Object.keys(names).map(async id => (await client.post(`by-route/${id}`, {})).status)
    expect(await Promise.all(byRoute)).toEqual([200, 404, 404])
    const byName = Object.values(names).map(
      async name => (await client.post(encodeURIComponent(name), {})).status,
    )
    expect(await Promise.all(byName)).toEqual([200, 404, 404])
  })
})
