import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import type { RequestOptions } from './harness/client.ts'
import { expectEnvelope, expectHouseHeaders } from './harness/envelope.ts'
import { channel, echoWorkflow, mapTask, parseTask, workflow } from './harness/samples.ts'

const PROBLEM = {
  body: {
    type: 'about:blank',
    status: '{status}',
    title: '{code}',
    detail: '{message}',
    instance: '{channel}/{request_id}',
    at: '{timestamp}',
  },
  content_type: 'application/problem+json',
}
const IN_ALL_CASES = { default: PROBLEM }

async function openWith(error_bodies: Json, config: JsonObject = {}, tasks?: Json): Promise<App> {
  const app = await openApp()
  const definition = tasks === undefined ? echoWorkflow('w') : workflow('w', tasks)
  await app.client.declare(definition, channel('w', { config: { response: { error_bodies }, ...config } }))
  return app
}

async function send(app: App, options: RequestOptions) {
  const headers = { 'x-request-id': 'r-1', ...options.headers }
  return app.client.request('POST', '/api/v1/data/w', { ...options, headers })
}

const failing = [parseTask(), mapTask('m', { 'data.x': { throw: 'x' } })]
const BROKEN = [
  ['malformed JSON', 400, 'BAD_REQUEST', { body: '{"data":' }],
  ['a missing data', 400, 'VALIDATION_ERROR', { body: { a: 1 } }],
  ['another content type', 415, 'UNSUPPORTED_MEDIA_TYPE', { body: 'x', headers: { 'content-type': 'a/b' } }],
  ['what a guard refuses', 400, 'BAD_REQUEST', { body: { data: { refuse: true } } }],
  ['an origin', 403, 'FORBIDDEN', { body: { data: {} }, headers: { origin: 'https://evil.example' } }],
  ['a run that fails', 500, 'ENGINE_ERROR', { body: { data: {} } }],
] as const

describe('every error of a channel is told in its own words', () => {
  test.each(BROKEN)('%s: %d %s', async (_, status, code, options) => {
    const guards = {
      origin_allow_list: ['https://a.example'],
      validation_logic: { '!': { var: 'data.refuse' } },
    }
    await using app = await openWith(IN_ALL_CASES, guards, failing)
    const answer = await send(app, options)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expectHouseHeaders(answer, 'r-1')
    expect(answer.body).toEqual({
      type: 'about:blank',
      status: String(status),
      title: code,
      detail: expect.any(String),
      instance: 'w/r-1',
      at: expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    })
  })

  test('a body that is too large: 413, by its declared length and by what comes', async () => {
    await using app = await openWith({ 413: { body: '"at most {status}"' } })
    const body = `{"data":"${'x'.repeat(1_100_000)}"}`
    for (const headers of [{ 'content-length': '9999999999' }, { 'content-type': 'application/json' }]) {
      const answer = await send(app, { body, headers })
      expect([answer.status, answer.text]).toEqual([413, '"at most 413"'])
    }
    const nowhere = await app.client.request('POST', '/api/v1/data/nowhere', {
      body,
      headers: { 'content-length': '9999999999' },
    })
    expectEnvelope(nowhere, 413, 'PAYLOAD_TOO_LARGE')
  })

  test('a run that takes too long: 504', async () => {
    const numbers = Array.from({ length: 9000 }, (_, at) => at)
    const sum: Json = {
      reduce: [{ var: 'data.in' }, { '+': [{ var: 'current' }, { var: 'accumulator' }] }, 0],
    }
    const sums = Array.from({ length: 60 }, (_, at) => mapTask(`m${at}`, { [`data.sum${at}`]: sum }))
    const slow = [parseTask(), ...sums]
    await using app = await openWith({ 504: { body: '{"slow":"{message}"}' } }, { timeout_ms: 1 }, slow)
    const answer = await send(app, { body: { data: numbers } })
    expect([answer.status, answer.body]).toEqual([
      504,
      { slow: "Workflow execution on channel 'w' exceeded 1ms timeout" },
    ])
    const traces = await app.client.request('GET', '/api/v1/data/traces')
    expect(JSON.parse(String(traces.at('data.0.result_json')))).toMatchObject({
      status: 'failed',
      data: { in: numbers },
    })
  })

  test('a place that is full: 503, with its retry-after', async () => {
    await using app = await openWith(
      { 503: { body: 'later', content_type: 'text/plain' } },
      {
        backpressure: { max_concurrent: 0 },
      },
    )
    const answer = await send(app, { body: { data: 1 } })
    expect([answer.status, answer.text]).toEqual([503, 'later'])
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(answer.headers.get('content-type')).toBe('text/plain')
  })

  test('to HEAD, too, without the body', async () => {
    const app = await openApp()
    await using _ = app
    const config = { origin_allow_list: [], response: { error_bodies: IN_ALL_CASES } }
    await app.client.declare(echoWorkflow('w'), channel('w', { config, methods: ['HEAD'] }))
    const answer = await app.client.request('HEAD', '/api/v1/data/w', {
      headers: { origin: 'https://a.example' },
    })
    expect([answer.status, answer.text]).toEqual([403, ''])
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
  })
})

describe('the usual envelope remains', () => {
  test('for a status that has no body of its own', async () => {
    await using app = await openWith({ 429: PROBLEM })
    expectEnvelope(await send(app, { body: '{' }), 400, 'BAD_REQUEST')
  })

  test('for what is no error of the channel', async () => {
    await using app = await openWith(IN_ALL_CASES)
    expectEnvelope(await app.client.request('POST', '/api/v1/data/nowhere'), 404, 'NOT_FOUND')
    expectEnvelope(await app.client.request('GET', '/api/v1/data/w'), 405, 'METHOD_NOT_ALLOWED')
  })

  test('for what the workflow itself answers', async () => {
    const tasks = [mapTask('m', { 'data.own': true, 'data._orion.response.status': 500 })]
    await using app = await openWith(IN_ALL_CASES, {}, tasks)
    await app.client.declare(
      workflow('own', tasks),
      channel('own', { config: { response: { mode: 'shaped', error_bodies: IN_ALL_CASES } } }),
    )
    const answer = await app.client.post('own', {})
    expect([answer.status, answer.text]).toEqual([500, '{"own":true}'])
  })
})

test('the log tells the cause, which the caller does not see', async () => {
  await using app = await openWith(IN_ALL_CASES, {}, failing)
  const answer = await send(app, { body: { data: {} } })
  expect(answer.at('detail')).toBe('An internal engine error occurred')
  expect((await app.log()).some(line => line.includes('Request failed') && line.includes('r-1'))).toBe(true)
})

test('what a caller sends cannot break out of its place', async () => {
  await using app = await openApp()
  const page = { body: '<p>{message} {request_id}</p>', content_type: 'text/html' }
  const config = { origin_allow_list: [] }
  for (const [id, body] of [
    ['html', page],
    ['json', { body: '{"m":"{message}","r":"{request_id}"}' }],
  ] as const) {
    const response = { error_bodies: { 403: body } }
    await app.client.declare(echoWorkflow(id), channel(id, { config: { ...config, response } }))
  }
  const headers = { origin: '"><script>alert(1)</script>', 'x-request-id': '"/><b>' }
  const html = await app.client.post('html', {}, headers)
  expect([html.status, html.text.match(/<[^>]*>/g)]).toEqual([403, ['<p>', '</p>']])
  const json = await app.client.post('json', {}, headers)
  expect(json.at('r')).toBe('"/><b>')
  expect(String(json.at('m'))).toContain(headers.origin)
})
