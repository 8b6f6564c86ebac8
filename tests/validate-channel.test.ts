import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import { channel, echoWorkflow, mapTask, parseTask, workflow } from './harness/samples.ts'

const VALIDATE = 'channels/validate'
const clean = { valid: true, errors: [], warnings: [] }

async function validated(body: Json, given?: App) {
  await using app = given === undefined ? await openApp() : undefined
  const answer = await (given ?? app)?.client.admin('POST', VALIDATE, body)
  expect(answer?.status).toBe(200)
  return answer?.body
}

describe('a sound channel is valid, without a word', () => {
  test.each<[string, JsonObject]>([
    ['a plain one', channel('orders')],
    ['in capital letters', channel('orders', { channel_type: 'SYNC', protocol: 'REST', methods: ['post'] })],
    ['an export', channel('orders', { version: 2, status: 'active', created_at: 'x', updated_at: 'x' })],
    ['with nulls', channel('orders', { topic: null, tags: null, config: { timeout_ms: null } })],
    ['with guards', channel('orders', { config: { validation_logic: { '!!': { var: 'data.sku' } } } })],
  ])('%s', async (_, body) => {
    expect(await validated(body)).toEqual(clean)
  })

  test('nothing is stored, and nothing is audited', async () => {
    await using app = await openApp()
    expect(await validated(channel('ghost'), app)).toEqual(clean)
    expect((await app.client.admin('GET', 'channels/ghost')).status).toBe(404)
    expect((await app.client.admin('GET', 'audit-logs')).at('pagination.total')).toBe(0)
  })

  test('one that is there already can still be looked at', async () => {
    await using app = await openApp()
    await app.client.declare(echoWorkflow('orders'), channel('orders'))
    expect(await validated(channel('orders'), app)).toEqual(clean)
  })
})

describe('what it would be refused for is what create refuses', () => {
  test.each<[string, Json]>([
    ['nothing', {}],
    ['a wrong method', channel('c', { methods: ['PSOT'] })],
    ['no name', channel('c', { name: '' })],
    ['an unknown key', channel('c', { config: { rate_limt: {} } })],
    ['a wrong type', channel('c', { config: { rate_limit: 42 } })],
    ['logic that does not compile', channel('c', { config: { validation_logic: { a: 1, b: 2 } } })],
    ['guards that say two things', channel('c', { config: { backpressure: {} } })],
    ['what is not available', channel('c', { channel_type: 'async' })],
    ['a field that is not known', channel('c', { pirority: 5 })],
    ['a sound one', channel('c')],
  ])('%s', async (_, body) => {
    await using app = await openApp()
    const answer = await app.client.admin('POST', VALIDATE, body)
    const created = await app.client.admin('POST', 'channels', body)
    expect(answer.at('valid')).toBe(created.status === 201)
    const places = (list: Json | undefined) =>
      (Array.isArray(list) ? list : []).map(entry => [Object(entry).path, Object(entry).code])
    expect(places(answer.at('errors'))).toEqual(places(created.at('error.details')))
  })
})

test('each entry has its rule, its code, its exact place and what would be right', async () => {
  const config = {
    validation_logic: { '!!': { var: 'body.sku' } },
    backpressure: { max_concurrent: 0 },
    cors: { allowed_origins: ['example.com'] },
  }
  expect(await validated(channel('orders', { config, pirority: 1 }))).toEqual({
    valid: false,
    errors: [expect.objectContaining({ path: 'config.cors.allowed_origins[0]', code: 'INVALID_FORMAT' })],
    warnings: [
      {
        field: 'config.validation_logic.!!.var',
        path: 'config.validation_logic.!!.var',
        rule: 'unknown-guard-root',
        code: 'UNKNOWN_GUARD_ROOT',
        message:
          '"body.sku" is always null: "validation_logic" sees data, metadata, headers, query, params, path; did you mean "data.sku"?',
        expected: 'a path that begins with data, metadata, headers, query, params, path',
        suggestion: 'data.sku',
      },
      expect.objectContaining({ rule: 'refuses-everybody', path: 'config.backpressure.max_concurrent' }),
      expect.objectContaining({ rule: 'unknown-field', path: 'pirority', suggestion: 'priority' }),
    ],
  })
})

test('no secret comes back', async () => {
  const auth = { mode: 'api_key', keys: ['hunter2-hunter2'], haeder: 'x' }
  for (const given of [auth, { ...auth, haeder: undefined }, { mode: 'hmac', secret: 'hunter2' }]) {
    const body = await validated(channel('orders', { config: JSON.parse(JSON.stringify({ auth: given })) }))
    expect(JSON.stringify(body)).not.toContain('hunter2')
  }
})

describe('what the workflow reads is held against the key of the cache', () => {
  const greeting = (header: string) => [
    parseTask(),
    mapTask('greet', { 'data.language': { var: `metadata.headers.${header}` } }),
  ]
  const cached = channel('greetings', { config: { cache: { enabled: true } } })
  const missed = async (app: App) => {
    const answer = await app.client.admin('POST', VALIDATE, cached)
    return [answer.at('warnings.0.path'), /header "(.*?)"/.exec(String(answer.at('warnings.0.message')))?.[1]]
  }

  test('of the active version, else of the newest; of none when there is none', async () => {
    await using app = await openApp()
    const { client } = app
    expect(await validated(cached, app)).toEqual(clean)
    await client.admin('POST', 'workflows', workflow('greetings', greeting('accept-language')))
    expect(await missed(app)).toEqual(['config.cache', 'accept-language'])
    await client.admin('PATCH', 'workflows/greetings/status', { status: 'active' })
    await client.admin('POST', 'workflows/greetings/versions')
    await client.admin('PUT', 'workflows/greetings', { tasks: greeting('x-language') })
    expect(await missed(app)).toEqual(['config.cache', 'accept-language'])
    await client.admin('PATCH', 'workflows/greetings/status', { status: 'archived' })
    expect(await missed(app)).toEqual(['config.cache', 'x-language'])
  })
})

describe('a body', () => {
  test.each<[Json]>([[[]], ['text'], [7], [null]])('that is %j is not valid', async body => {
    expect(await validated(JSON.stringify(body))).toMatchObject({
      valid: false,
      errors: [
        { field: '(root)', path: '', code: 'TYPE_MISMATCH', message: 'The body must be a JSON object' },
      ],
    })
  })

  test('that is no JSON is refused as on every route', async () => {
    await using app = await openApp()
    const answer = await app.client.admin('POST', VALIDATE, '{"name": ')
    expect({ status: answer.status, code: answer.at('error.code') }).toEqual({
      status: 400,
      code: 'BAD_REQUEST',
    })
  })

  test('whatever is in it, the answer is 200 and finite', async () => {
    const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`k${at}`, { nonsens: at }]))
    let deep: Json = { '!!': { var: 'body.x' } }
    for (let level = 0; level < 50; level++) deep = { and: [deep, { not: wide[`k${level}`] ?? 1 }] }
    const origins = Array.from({ length: 1000 }, (_, at) => `https://A${at}.example.com`)
    for (const config of [
      { request_schema: wide, validation_logic: deep },
      { request_schema: { properties: wide }, validation_logic: { and: Object.values(wide) } },
      { cors: { allowed_origins: origins }, cache: wide, auth: wide, rate_limit: { key_logic: wide } },
      { auth: { mode: 'api_key', keys: origins } },
    ]) {
      const body = await validated(channel('c', { config }))
      expect(JSON.stringify(body).length).toBeLessThan(1_000_000)
    }
  })
})

test('the document describes the route', async () => {
  await using app = await openApp()
  const document = await app.client.request('GET', '/api/v1/openapi.json')
  expect(document.text).toContain('"/api/v1/admin/channels/validate"')
  expect(document.text).toContain('"validate_channel"')
})

test('the rate of a channel is compared with that of the platform, when it has one', async () => {
  const body = channel('c', { config: { rate_limit: { requests_per_second: 101 } } })
  expect(await validated(body)).toEqual(clean)
  await using app = await openApp({ env: { ORION_RATE_LIMIT__ENABLED: 'true' } })
  expect(await validated(body, app)).toMatchObject({
    valid: true,
    warnings: [{ rule: 'rate-above-platform', path: 'config.rate_limit.requests_per_second' }],
  })
})

test('a mask has nothing behind it, and is told once', async () => {
  await using app = await openApp()
  const body = channel('c', { config: { auth: { mode: 'api_key', keys: ['******'] } } })
  const answer = await app.client.admin('POST', 'channels/validate', body)
  expect(answer.body).toMatchObject({
    valid: false,
    errors: [{ code: 'INVALID_FORMAT', path: 'config.auth.keys[0]' }],
    warnings: [],
  })
  expect((await app.client.admin('POST', 'channels', body)).status).toBe(400)
})
