import { describe, expect, test } from 'bun:test'
import type { Clock } from '../src/std/clock.ts'
import type { Json, JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import type { Answer } from './harness/client.ts'
import { expectEnvelope } from './harness/envelope.ts'
import { channel, logWorkflow } from './harness/samples.ts'

/** Time as the test moves it, in milliseconds. */
interface HandClock extends Clock {
  ms: number
}

function handClock(): HandClock {
  const startMs = Date.UTC(2026, 10, 21)
  return {
    ms: 0,
    now() {
      return startMs + this.ms
    },
    monotonic() {
      return this.ms
    },
  }
}

type AppOptions = Parameters<typeof openApp>[0]

async function openAt(options: AppOptions = {}) {
  const clock = handClock()
  const app = await openApp({ clock, ...options })
  return { clock, app, client: app.client, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() }
}

/** A channel `orders` with this configuration. */
async function serve({ client }: App, config: JsonObject, rest: JsonObject = {}): Promise<void> {
  await client.declare(logWorkflow('orders'), channel('orders', { config, ...rest }))
}

const ONE = { requests_per_second: 1, burst: 1 }
const TRUST_ALL = { ORION_SERVER__TRUSTED_PROXIES: '127.0.0.1' }
const LIMITED = {
  ORION_RATE_LIMIT__ENABLED: 'true',
  ORION_RATE_LIMIT__DEFAULT_RPS: '1',
  ORION_RATE_LIMIT__DEFAULT_BURST: '2',
}

function limitOf({ headers }: Answer): (string | null)[] {
  return ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset', 'retry-after'].map(name =>
    headers.get(name),
  )
}

describe("a channel's own limit", () => {
  test('admits the burst, refuses with 429 and when to come again, and admits again then', async () => {
    await using open = await openAt()
    await serve(open.app, { rate_limit: { requests_per_second: 2, burst: 2 } })
    const answers: Answer[] = []
    for (let n = 0; n < 3; n++) answers.push(await open.client.post('orders', n))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429])
    expect(answers.map(limitOf)).toEqual([
      ['2', '1', '1', null],
      ['2', '0', '1', null],
      ['2', '0', '1', '1'],
    ])
    const refused = answers[2]
    if (refused) expectEnvelope(refused, 429, 'RATE_LIMITED')
    expect(refused?.at('error.message')).toBe('Too many requests')
    open.clock.ms += 500
    expect((await open.client.post('orders', 1)).status).toBe(200)
    expect((await open.client.admin('GET', 'engine/status')).status).toBe(200)
  })

  test('belongs to the channel, however it is reached', async () => {
    await using open = await openAt()
    await serve(open.app, { rate_limit: ONE }, { route_pattern: '/shop/{id}/orders' })
    expect((await open.client.post('shop/7/orders', 1)).status).toBe(200)
    expect((await open.client.post('orders', 1)).status).toBe(429)
    expect((await open.client.post('shop/8/orders', 1)).status).toBe(429)
  })

  test('counts clients by their address', async () => {
    await using open = await openAt({ env: TRUST_ALL })
    await serve(open.app, { rate_limit: ONE })
    const from = async (address: string) =>
      (await open.client.post('orders', 1, { 'x-forwarded-for': address })).status
    expect([await from('192.0.2.1'), await from('192.0.2.1'), await from('192.0.2.2')]).toEqual([
      200, 429, 200,
    ])
  })

  test('refuses before the body is looked at, whatever it is', async () => {
    await using open = await openAt()
    await serve(open.app, { rate_limit: ONE })
    await open.client.post('orders', 1)
    for (const body of ['{', '', 'x'.repeat(100_000)]) {
      expectEnvelope(await open.client.request('POST', '/api/v1/data/orders', { body }), 429, 'RATE_LIMITED')
    }
  })

  test('refuses without reading the body', async () => {
    await using open = await openAt()
    await serve(open.app, { rate_limit: ONE })
    await open.client.post('orders', 1)
    const { body, isRead } = unreadBody()
    const headers = { 'content-type': 'application/json' }
    const request = new Request('http://orion.test/api/v1/data/orders', { method: 'POST', headers, body })
    expect((await open.app.orion.fetch(request)).status).toBe(429)
    expect(isRead()).toBe(false)
  })

  test('with a key in the body reads it first', async () => {
    await using open = await openAt()
    await serve(open.app, { rate_limit: { ...ONE, key_logic: { var: 'data.user' } } })
    const by = async (user: Json) => (await open.client.post('orders', { user })).status
    expect([await by('ann'), await by('ann'), await by('bob'), await by(1), await by('1')]).toEqual([
      200, 429, 200, 200, 200,
    ])
    const malformed = await open.client.request('POST', '/api/v1/data/orders', { body: '{' })
    expectEnvelope(malformed, 400, 'BAD_REQUEST')
  })

  test('sees credentials in its key, which the workflow does not', async () => {
    await using open = await openAt()
    await serve(open.app, { rate_limit: { ...ONE, key_logic: { var: 'headers.x-api-key' } } })
    const by = async (key: string) => (await open.client.post('orders', 1, { 'x-api-key': key })).status
    expect([await by('a'), await by('a'), await by('b')]).toEqual([200, 429, 200])
  })

  test.each([
    ['shared', [200, 429, 429]],
    ['reject', [429, 429, 429]],
    ['client_ip', [200, 429, 200]],
  ])('on_missing_key %s', async (on_missing_key, statuses) => {
    await using open = await openAt({ env: TRUST_ALL })
    await serve(open.app, { rate_limit: { ...ONE, key_logic: { var: 'headers.x-tenant' }, on_missing_key } })
    const from = async (address: string) =>
      (await open.client.post('orders', 1, { 'x-forwarded-for': address })).status
    expect([await from('192.0.2.1'), await from('192.0.2.1'), await from('192.0.2.2')]).toEqual(statuses)
  })

  test('is stored nowhere: a refusal leaves no trace', async () => {
    await using open = await openAt()
    await serve(open.app, { rate_limit: ONE })
    await open.client.post('orders', 1)
    await open.client.post('orders', 2)
    expect((await open.client.request('GET', '/api/v1/data/traces')).at('total')).toBe(1)
  })

  test.each([
    [{ requests_per_second: 0 }, 'config.rate_limit.requests_per_second'],
    [{ burst: 5 }, 'config.rate_limit.requests_per_second'],
    [{ ...ONE, on_missing_key: 'never' }, 'config.rate_limit.on_missing_key'],
    [{ ...ONE, rps: 1 }, 'config.rate_limit.rps'],
  ])('%j is refused with its place', async (rate_limit: JsonObject, path) => {
    await using open = await openAt()
    const refused = await open.client.admin('POST', 'channels', channel('orders', { config: { rate_limit } }))
    expectEnvelope(refused, 400, 'VALIDATION_ERROR')
    expect(refused.at('error.details.0.path')).toBe(path)
  })
})

describe('principal_rate_limit', () => {
  test.each<JsonObject>([{}, { auth: { mode: 'api_key', keys: ['k'] } }])(
    'without tokens (%j) is refused',
    async rest => {
      await using open = await openAt()
      const config = { principal_rate_limit: { ...ONE, key_logic: { var: 'claims.sub' } }, ...rest }
      const refused = await open.client.admin('POST', 'channels', channel('orders', { config }))
      expectEnvelope(refused, 400, 'VALIDATION_ERROR')
      expect(refused.at('error.details.0.path')).toBe('config.principal_rate_limit')
    },
  )
})

describe('a reload', () => {
  test('keeps the buckets of a limit that did not change, and begins anew with one that did', async () => {
    await using open = await openAt()
    await serve(open.app, { rate_limit: ONE })
    const status = async () => (await open.client.post('orders', 1)).status
    expect([await status(), await status()]).toEqual([200, 429])

    await open.client.admin('POST', 'engine/reload')
    expect(await status()).toBe(429)

    await activateVersion(open.app, { rate_limit: ONE, timeout_ms: 999 })
    expect(await status()).toBe(429)

    await activateVersion(open.app, { rate_limit: { ...ONE, burst: 2 } })
    expect([await status(), await status(), await status()]).toEqual([200, 200, 429])
  })
})

describe('the limit of the platform', () => {
  test('is off unless it is enabled', async () => {
    await using open = await openAt()
    const answer = await open.client.admin('GET', 'channels')
    expect(limitOf(answer)).toEqual([null, null, null, null])
  })

  test.each([
    ['GET', '/api/v1/admin/workflows'],
    ['GET', '/api/v1/admin/nope'],
    ['GET', '/api/v1/data/nobody'],
    ['POST', '/api/v1/data/nobody'],
    ['GET', '/api/v1/data/%zz'],
    ['GET', '/api/v1/data/traces'],
    ['GET', '/health'],
    ['GET', '/docs/'],
    ['GET', '/api/v1/openapi.json'],
    ['GET', '/nowhere'],
  ])('counts %s %s, and tells how it stands on every answer', async (method, path) => {
    await using open = await openAt({ env: LIMITED })
    const first = await open.client.request(method, path)
    expect(first.status).not.toBe(429)
    expect(limitOf(first)).toEqual(['2', '1', '1', null])
    await open.client.request(method, path)
    const refused = await open.client.request(method, path)
    expectEnvelope(refused, 429, 'RATE_LIMITED')
    expect(limitOf(refused)).toEqual(['2', '0', '2', '1'])
    open.clock.ms += 1000
    expect((await open.client.request(method, path)).status).not.toBe(429)
  })

  test.each(['/healthz', '/readyz'])('never counts %s', async path => {
    await using open = await openAt({ env: LIMITED })
    for (let n = 0; n < 10; n++) expect((await open.client.request('GET', path)).status).toBe(200)
  })

  test('counts a body that is declared too large', async () => {
    await using open = await openAt({ env: { ...LIMITED, ORION_INGEST__MAX_PAYLOAD_SIZE: '10' } })
    const statuses: number[] = []
    for (let n = 0; n < 3; n++)
      statuses.push((await open.client.post('nobody', 1, { 'content-length': '11' })).status)
    expect(statuses).toEqual([413, 413, 429])
  })

  test('is asked before the admin key, so that guesses are limited', async () => {
    const env = { ...LIMITED, ORION_ADMIN_AUTH__ENABLED: 'true', ORION_ADMIN_AUTH__API_KEY: 'right' }
    await using open = await openAt({ env })
    const statuses: number[] = []
    for (let n = 0; n < 3; n++) statuses.push((await open.client.admin('GET', 'workflows')).status)
    expect(statuses).toEqual([401, 401, 429])
  })

  test('is asked before a body is read', async () => {
    await using open = await openAt({ env: LIMITED })
    await open.client.request('GET', '/health')
    await open.client.request('GET', '/health')
    const { body, isRead } = unreadBody()
    const request = new Request('http://orion.test/api/v1/admin/workflows', { method: 'POST', body })
    expect((await open.app.orion.fetch(request)).status).toBe(429)
    expect(isRead()).toBe(false)
  })

  test('has a bucket for each client, which groups share that have no limit of their own', async () => {
    await using open = await openAt({ env: { ...LIMITED, ...TRUST_ALL } })
    const from = async (address: string, path: string) =>
      (await open.client.request('GET', path, { headers: { 'x-forwarded-for': address } })).status
    expect(await from('192.0.2.1', '/health')).toBe(200)
    expect(await from('192.0.2.1', '/api/v1/data/nobody')).toBe(404)
    expect(await from('192.0.2.1', '/api/v1/data/traces')).toBe(429)
    expect(await from('192.0.2.2', '/health')).toBe(200)
  })

  test('of admin and data may be their own; half of the rate and one may come at once', async () => {
    const toml =
      '[rate_limit]\nenabled = true\ndefault_rps = 1\ndefault_burst = 1\nendpoints = { admin_rps = 4, data_rps = 0 }'
    await using open = await openAt({ config: toml })
    const limit = async (path: string) =>
      (await open.client.request('GET', path)).headers.get('ratelimit-limit')
    expect([
      await limit('/api/v1/admin/workflows'),
      await limit('/api/v1/data/nobody'),
      await limit('/health'),
    ]).toEqual(['3', '1', '1'])
  })

  test('does not count a channel that has a limit of its own, and counts the others', async () => {
    await using open = await openAt({
      env: { ORION_RATE_LIMIT__ENABLED: 'true', ORION_RATE_LIMIT__ENDPOINTS__DATA_RPS: '1' },
    })
    await serve(open.app, { rate_limit: { requests_per_second: 5, burst: 5 } })
    await open.client.declare(logWorkflow('free'), channel('free'))
    const statuses: number[] = []
    for (let n = 0; n < 5; n++) statuses.push((await open.client.post('orders', n)).status)
    expect(statuses).toEqual([200, 200, 200, 200, 200])
    expect((await open.client.post('orders', 5)).headers.get('ratelimit-limit')).toBe('5')
    expect((await open.client.post('free', 1)).status).toBe(200)
    expect((await open.client.post('free', 1)).status).toBe(429)
  })
})

describe('a store that fails', () => {
  test('is told by /health until it answers again, and the limit goes on in memory', async () => {
    let down = false
    const take = () => {
      if (down) throw new Error('down')
      return { admitted: true, remaining: 7, retryAfterMs: 0, resetMs: 0 }
    }
    await using open = await openAt({ guardStores: { buckets: () => ({ take }) } })
    await serve(open.app, { rate_limit: ONE })
    const health = async () => (await open.client.request('GET', '/health')).body
    await open.client.post('orders', 1)
    expect(await health()).toMatchObject({ status: 'ok', components: { guards: 'ok' } })

    down = true
    expect((await open.client.post('orders', 1)).status).toBe(200)
    expect((await open.client.post('orders', 1)).status).toBe(429)
    const ill = await open.client.request('GET', '/health')
    expect(ill.status).toBe(200)
    expect(ill.body).toMatchObject({ status: 'degraded', components: { guards: 'degraded' } })

    down = false
    expect((await open.client.post('orders', 1)).status).toBe(200)
    expect(await health()).toMatchObject({ status: 'ok', components: { guards: 'ok' } })
  })

  test('is not told any more when nothing asks it', async () => {
    const take = () => Promise.reject(new Error('down'))
    await using open = await openAt({ guardStores: { buckets: () => ({ take }) } })
    await serve(open.app, { rate_limit: { ...ONE, on_store_error: 'deny' } })
    const refused = await open.client.post('orders', 1)
    expectEnvelope(refused, 503, 'SERVICE_UNAVAILABLE')
    expect(refused.headers.get('retry-after')).toBe('1')
    await open.client.setStatus('channels', 'orders', 'archived')
    expect((await open.client.request('GET', '/health')).at('status')).toBe('ok')
  })
})

/** A body that says whether it was asked for. */
function unreadBody() {
  let pulls = 0
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        pulls++
        controller.enqueue(new TextEncoder().encode('{"data":1}'))
        controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  return { body, isRead: () => pulls > 0 }
}

async function activateVersion({ client }: App, config: JsonObject): Promise<void> {
  await client.admin('POST', 'channels/orders/versions')
  await client.admin('PUT', 'channels/orders', { config })
  expect((await client.setStatus('channels', 'orders', 'active')).status).toBe(200)
}
