import { describe, expect, test } from 'bun:test'
import type { JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import { startServer } from './harness/binary.ts'
import { type Answer, openClient } from './harness/client.ts'
import { expectEnvelope, expectHouseHeaders } from './harness/envelope.ts'
import { channel, echoWorkflow } from './harness/samples.ts'

const APP = 'https://app.example.com'
const EVIL = 'https://evil.example'
const WORKFLOWS = '/api/v1/admin/workflows'
const ORDERS = '/api/v1/data/orders'

/** Its `[cors]` lists one origin. */
const LISTED = { ORION_CORS__ALLOWED_ORIGINS: APP }
const KEYED = { ORION_ADMIN_AUTH__ENABLED: 'true', ORION_ADMIN_AUTH__API_KEY: 'right' }

async function serve({ client }: App, config: JsonObject = {}, rest: JsonObject = {}): Promise<void> {
  await client.declare(echoWorkflow('orders'), channel('orders', { config, ...rest }))
}

/** With an admin key, and a channel `orders`. */
async function openKeyed(env: Record<string, string> = {}): Promise<App> {
  const app = await openApp({ env: { ...env, ...KEYED } })
  const headers = { authorization: 'Bearer right' }
  const send = (path: string, init: RequestInit) =>
    app.orion.fetch(new Request(`http://orion.test${path}`, init))
  await openClient(send, headers).declare(echoWorkflow('orders'), channel('orders'))
  return app
}

function preflight(
  { client }: App,
  path: string,
  method: string,
  { origin = APP, headers }: { origin?: string; headers?: string } = {},
): Promise<Answer> {
  return client.request('OPTIONS', path, {
    headers: {
      origin,
      'access-control-request-method': method,
      ...(headers !== undefined && { 'access-control-request-headers': headers }),
    },
  })
}

/** The CORS headers of an answer and `vary`, by the end of their names. */
function corsOf({ headers }: Answer): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [name, value] of headers) {
    if (name === 'vary') found.vary = value
    if (name.startsWith('access-control-')) found[name.slice('access-control-'.length)] = value
  }
  return found
}

const VARY_PREFLIGHT = 'Access-Control-Request-Method, Access-Control-Request-Headers'

describe('a preflight', () => {
  test.each([
    [WORKFLOWS, 'POST', 'GET, HEAD, POST'],
    [`${WORKFLOWS}/w`, 'PUT', 'GET, HEAD, PUT, DELETE'],
    [`${WORKFLOWS}/w/status`, 'PATCH', 'PATCH'],
    ['/health', 'GET', 'GET, HEAD'],
    ['/api/v1/data/traces', 'GET', 'GET, HEAD'],
    [ORDERS, 'POST', 'POST'],
  ])('of %s for %s is granted, without a key', async (path, method, methods) => {
    await using app = await openKeyed()
    const granted = await preflight(app, path, method, { headers: 'authorization,content-type,x-own' })
    expect(granted.status).toBe(204)
    expect(granted.text).toBe('')
    expectHouseHeaders(granted)
    expect(corsOf(granted)).toEqual({
      'allow-origin': '*',
      'allow-methods': methods,
      'allow-headers': 'authorization,content-type,x-own',
      'expose-headers': '*',
      'max-age': '600',
      vary: VARY_PREFLIGHT,
    })
  })

  test('of what is not there is 404, of a method that is not 405 on a channel', async () => {
    await using app = await openApp()
    await serve(app)
    for (const path of ['/nowhere', '/api/v1/data/nobody', '/api/v1/admin/nothing']) {
      const refused = await preflight(app, path, 'POST')
      expectEnvelope(refused, 404, 'NOT_FOUND')
      expect(corsOf(refused)['allow-origin']).toBe('*')
    }
    expectEnvelope(await preflight(app, ORDERS, 'DELETE'), 405, 'METHOD_NOT_ALLOWED')
  })

  test('of a page that is not listed is granted nothing', async () => {
    await using app = await openApp({ env: LISTED })
    await serve(app)
    for (const path of [WORKFLOWS, ORDERS]) {
      const refused = await preflight(app, path, 'POST', { origin: EVIL })
      expect(refused.status).toBe(204)
      expect(corsOf(refused)).toEqual({ vary: 'Origin' })
      expect(corsOf(await preflight(app, path, 'POST'))).toMatchObject({ 'allow-origin': APP })
    }
  })

  test('is granted what the configuration says', async () => {
    const config = `[cors]
      allowed_origins = ["${APP}"]
      allow_credentials = true
      allowed_headers = ["content-type"]
      exposed_headers = ["x-request-id"]
      max_age_secs = 5`
    await using app = await openApp({ config })
    expect(corsOf(await preflight(app, WORKFLOWS, 'POST', { headers: 'x-other' }))).toEqual({
      'allow-origin': APP,
      'allow-credentials': 'true',
      'allow-methods': 'GET, HEAD, POST',
      'allow-headers': 'content-type',
      'expose-headers': 'x-request-id',
      'max-age': '5',
      vary: `${VARY_PREFLIGHT}, Origin`,
    })
  })

  test('runs no workflow, and leaves no trace', async () => {
    await using app = await openApp()
    await serve(app, {}, { methods: ['OPTIONS', 'POST'] })
    expect((await preflight(app, ORDERS, 'POST')).status).toBe(204)
    expect((await app.client.request('GET', '/api/v1/data/traces')).at('total')).toBe(0)
  })

  test.each<[string, Record<string, string>]>([
    ['nothing', {}],
    ['an origin only', { origin: APP }],
    ['a method only', { 'access-control-request-method': 'POST' }],
  ])('is none with %s: a channel may answer OPTIONS', async (_what, headers) => {
    await using app = await openApp()
    await serve(app, {}, { methods: ['OPTIONS', 'POST'] })
    const answer = await app.client.request('OPTIONS', ORDERS, { headers })
    expect(answer.status).toBe(200)
    expect(answer.at('status')).toBe('ok')
    expectEnvelope(await app.client.request('OPTIONS', '/health', { headers }), 405, 'METHOD_NOT_ALLOWED')
  })

  test('is counted by the limit of the platform, not by that of its channel', async () => {
    const config = '[rate_limit]\nenabled = true\ndefault_burst = 3\nendpoints.admin_rps = 1000'
    await using app = await openApp({ config, clock: { now: () => 0, monotonic: () => 0 } })
    await serve(app, { rate_limit: { requests_per_second: 1, burst: 1 } })
    const statuses: number[] = []
    for (let n = 0; n < 3; n++) statuses.push((await preflight(app, ORDERS, 'POST')).status)
    expect(statuses).toEqual([204, 204, 204])
    const refused = await preflight(app, ORDERS, 'POST')
    expectEnvelope(refused, 429, 'RATE_LIMITED')
    expect(corsOf(refused)['allow-origin']).toBe('*')
    expect((await app.client.post('orders', 1)).status).toBe(200)
  })
})

describe('an answer', () => {
  const ways: [string, number, (app: App, headers: Record<string, string>) => Promise<Answer>][] = [
    ['a run', 200, ({ client }, headers) => client.post('orders', 1, headers)],
    [
      'a malformed body',
      400,
      ({ client }, headers) => client.request('POST', ORDERS, { body: '{', headers }),
    ],
    ['a wrong key', 401, ({ client }, headers) => client.request('GET', WORKFLOWS, { headers })],
    ['nothing', 404, ({ client }, headers) => client.request('GET', '/nowhere', { headers })],
    ['a wrong method', 405, ({ client }, headers) => client.request('PUT', ORDERS, { headers })],
    ['health', 200, ({ client }, headers) => client.request('GET', '/health', { headers })],
    ['a page', 200, ({ client }, headers) => client.request('GET', '/docs/', { headers })],
  ]

  test.each(ways)('to %s may be read by every page', async (_what, status, ask) => {
    await using app = await openKeyed()
    const answer = await ask(app, { origin: APP })
    expect(answer.status).toBe(status)
    expect(corsOf(answer)).toEqual({ 'allow-origin': '*', 'expose-headers': '*' })
    expect(corsOf(await ask(app, {}))).toEqual({})
  })

  test.each(ways)(
    'to %s may be read by the page that is listed, and by no other',
    async (_what, status, ask) => {
      await using app = await openKeyed(LISTED)
      const answer = await ask(app, { origin: APP })
      expect(answer.status).toBe(status)
      expect(corsOf(answer)).toEqual({ 'allow-origin': APP, 'expose-headers': '*', vary: 'Origin' })
      expect(corsOf(await ask(app, { origin: EVIL }))).toEqual({ vary: 'Origin' })
      expect(corsOf(await ask(app, {}))).toEqual({ vary: 'Origin' })
    },
  )

  test('of a failed run may be read as well', async () => {
    await using app = await openApp()
    const failing = {
      ...echoWorkflow('orders'),
      tasks: [
        {
          id: 'v',
          name: 'v',
          function: { name: 'map', input: { mappings: [{ path: 'data.x', logic: { throw: 'no' } }] } },
        },
      ],
    }
    await app.client.declare(failing, channel('orders'))
    const answer = await app.client.post('orders', 1, { origin: APP })
    expectEnvelope(answer, 500, 'ENGINE_ERROR')
    expect(corsOf(answer)).toEqual({ 'allow-origin': '*', 'expose-headers': '*' })
  })

  test('that is limited may be read as well, with how the limit stands', async () => {
    await using app = await openApp()
    await serve(app, { rate_limit: { requests_per_second: 1, burst: 1, key_logic: 'all' } })
    await app.client.post('orders', 1)
    const answer = await app.client.post('orders', 1, { origin: APP })
    expectEnvelope(answer, 429, 'RATE_LIMITED')
    expect(corsOf(answer)).toEqual({ 'allow-origin': '*', 'expose-headers': '*' })
    expect(answer.headers.get('ratelimit-remaining')).toBe('0')
  })
})

describe("a channel's own list", () => {
  const lists: [string, JsonObject][] = [
    ['cors.allowed_origins', { cors: { allowed_origins: [APP] } }],
    ['origin_allow_list', { origin_allow_list: [APP] }],
  ]

  test.each(lists)('(%s) takes the place of the server’s', async (_name, config) => {
    await using app = await openApp()
    await serve(app, config)
    const answer = await app.client.post('orders', 1, { origin: APP })
    expect(answer.status).toBe(200)
    expect(corsOf(answer)).toEqual({ 'allow-origin': APP, 'expose-headers': '*', vary: 'Origin' })
    expect((await preflight(app, ORDERS, 'POST')).status).toBe(204)
    expect((await app.client.post('orders', 1)).status).toBe(200)
  })

  test.each(lists)('(%s) refuses every other page with 403, its preflight too', async (_name, config) => {
    await using app = await openApp()
    await serve(app, config)
    for (const refused of [
      await app.client.post('orders', 1, { origin: EVIL }),
      await preflight(app, ORDERS, 'POST', { origin: EVIL }),
    ]) {
      expectEnvelope(refused, 403, 'FORBIDDEN')
      expect(refused.at('error.message')).toBe(`Origin '${EVIL}' is not allowed for channel 'orders'`)
      expect(corsOf(refused)).toEqual({ vary: 'Origin' })
    }
    expect((await app.client.request('GET', '/health', { headers: { origin: EVIL } })).status).toBe(200)
  })

  test('that is empty refuses every page', async () => {
    await using app = await openApp()
    await serve(app, { cors: { allowed_origins: [] } })
    expectEnvelope(await app.client.post('orders', 1, { origin: APP }), 403, 'FORBIDDEN')
    expect((await app.client.post('orders', 1)).status).toBe(200)
  })

  test('may be wider than the server’s', async () => {
    await using app = await openApp({ env: LISTED })
    await serve(app, { cors: { allowed_origins: ['*'] } })
    expect(corsOf(await app.client.post('orders', 1, { origin: EVIL }))['allow-origin']).toBe('*')
  })

  test('comes with methods, headers, credentials and max-age', async () => {
    await using app = await openApp()
    const cors = {
      allowed_origins: [APP],
      allowed_methods: ['POST', 'patch'],
      allowed_headers: ['x-own'],
      exposed_headers: ['etag'],
      allow_credentials: true,
      max_age_secs: 60,
    }
    await serve(app, { cors })
    expect(corsOf(await preflight(app, ORDERS, 'POST', { headers: 'x-other' }))).toEqual({
      'allow-origin': APP,
      'allow-credentials': 'true',
      'allow-methods': 'POST, PATCH',
      'allow-headers': 'x-own',
      'expose-headers': 'etag',
      'max-age': '60',
      vary: `${VARY_PREFLIGHT}, Origin`,
    })
  })

  test('leaves what it does not say to the server', async () => {
    await using app = await openApp({ env: LISTED })
    await serve(app, { cors: { max_age_secs: 60 } })
    expect(corsOf(await preflight(app, ORDERS, 'POST'))).toMatchObject({
      'allow-origin': APP,
      'max-age': '60',
    })
    expect(corsOf(await app.client.post('orders', 1, { origin: EVIL }))).toEqual({ vary: 'Origin' })
  })
})

describe('the admin API without a key', () => {
  test.each([EVIL, 'null', 'https://localhost.evil.example', 'http://127.0.0.1.evil.example'])(
    'does not answer a page of %s in a browser of this machine, whatever CORS says',
    async origin => {
      await using server = await startServer()
      const asked = { headers: { origin }, body: echoWorkflow('w') }
      expectEnvelope(await server.client.request('POST', WORKFLOWS, asked), 403, 'FORBIDDEN')
      expectEnvelope(await server.client.request('GET', WORKFLOWS, { headers: { origin } }), 403, 'FORBIDDEN')
      const preflighted = { origin, 'access-control-request-method': 'DELETE' }
      expect((await server.client.request('OPTIONS', `${WORKFLOWS}/w`, { headers: preflighted })).text).toBe(
        '',
      )
      expect((await server.client.request('DELETE', `${WORKFLOWS}/w`, { headers: { origin } })).status).toBe(
        403,
      )
      expect((await server.client.admin('GET', 'workflows')).at('total')).toBe(0)
    },
  )

  test('answers a page of this machine', async () => {
    await using app = await openApp()
    const headers = { origin: 'http://localhost:3000' }
    const answer = await app.client.request('GET', WORKFLOWS, { headers })
    expect(answer.status).toBe(200)
    expect(corsOf(answer)['allow-origin']).toBe('*')
  })
})

test('a HEAD and an answer over a socket carry the same headers', async () => {
  await using server = await startServer({ env: LISTED })
  for (const method of ['GET', 'HEAD']) {
    const answer = await server.client.request(method, '/health', { headers: { origin: APP } })
    expect(corsOf(answer)).toEqual({ 'allow-origin': APP, 'expose-headers': '*', vary: 'Origin' })
  }
})
