import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import { channel, mapTask, workflow } from './harness/samples.ts'

const ECHO = workflow('echo', [mapTask('m', { 'data.metadata': { var: 'metadata' } })])
/** What the server says of every request, in the order in which a workflow sees it. */
const OWN_KEYS = ['http_method', 'headers', 'processed_at', 'engine_version', 'channel']

async function openEcho(): Promise<App> {
  const app = await openApp()
  await app.client.declare(ECHO, channel('echo', { route_pattern: '/echo/{id}' }))
  return app
}

async function metadataFor(
  app: App,
  metadata: Json,
  headers: Record<string, string> = {},
): Promise<JsonObject> {
  const answer = await app.client.request('POST', '/api/v1/data/echo', {
    body: { data: {}, metadata },
    headers,
  })
  expect(answer.status).toBe(200)
  return Object(answer.at('data.metadata'))
}

describe('a caller cannot write', () => {
  test.each([
    'params',
    'query',
    'cookies',
    'auth',
    'identity',
    'oauth',
    'trigger',
    'vars',
    'attempt',
    'progress',
    'idempotency_key',
    '_orion',
    '_orion_call_depth',
    '_orion_call_chain',
    '_orionx',
    'kafka_topic',
    'kafka_',
  ])('metadata.%s', async key => {
    await using app = await openEcho()
    const metadata = await metadataFor(app, { [key]: 'forged', mine: 'kept' })
    expect(Object.keys(metadata).sort()).toEqual([...OWN_KEYS, 'mine'].sort())
    expect(metadata.mine).toBe('kept')
  })

  test.each(['http_method', 'headers', 'channel', 'processed_at', 'engine_version'])(
    'metadata.%s, which the server writes itself',
    async key => {
      await using app = await openEcho()
      const metadata = await metadataFor(app, { [key]: 'forged' })
      expect(Object.keys(metadata).sort()).toEqual(OWN_KEYS.toSorted())
      expect(metadata[key]).not.toBe('forged')
    },
  )

  test('them all at once, with something of its own in each', async () => {
    await using app = await openEcho()
    const metadata = await metadataFor(app, {
      params: { id: 'forged' },
      headers: { authorization: 'forged' },
      auth: { subject: 'root' },
      identity: { role: 'admin' },
    })
    expect(JSON.stringify(metadata)).not.toMatch(/forged|root|admin/)
  })
})

describe('a caller can write', () => {
  test.each([
    'orion',
    'Params',
    'kafka',
    'Kafka_x',
    'param',
    'x_orion',
    'tenant',
    '',
    '__proto__',
    'a.b',
    'PARAMS',
  ])('metadata[%p]', async key => {
    await using app = await openEcho()
    const body = `{"data":{},"metadata":{${JSON.stringify(key)}:{"params":1}}}`
    const headers = { 'content-type': 'application/json' }
    const { text } = await app.client.request('POST', '/api/v1/data/echo', { body, headers })
    expect(text).toContain(`${JSON.stringify(key)}:{"params":1}`)
  })

  test('nothing, when its metadata is no object', async () => {
    await using app = await openEcho()
    for (const metadata of [null, 1, 'x', [1], true]) {
      expect(Object.keys(await metadataFor(app, metadata)).sort()).toEqual(OWN_KEYS.toSorted())
    }
  })
})

describe('the server says', () => {
  test('the parameters of the route, though the caller names others', async () => {
    await using app = await openEcho()
    const body = { data: {}, metadata: { params: { id: 'forged', other: 1 }, query: { q: 'forged' } } }
    const answer = await app.client.request('POST', '/api/v1/data/echo/7?q=real', { body })
    expect(answer.at('data.metadata')).toMatchObject({ params: { id: '7' }, query: { q: 'real' } })
    expect(Object.keys(Object(answer.at('data.metadata.params')))).toEqual(['id'])
  })

  test('the headers in lower case, credentials masked, and the request id', async () => {
    await using app = await openEcho()
    const { headers } = await metadataFor(
      app,
      {},
      {
        Authorization: 'Bearer zz-token',
        Cookie: 'session=zz-cookie',
        'X-Tenant-Id': 'acme',
        'x-request-id': 'mine',
      },
    )
    expect(headers).toMatchObject({
      authorization: '******',
      cookie: '******',
      'x-tenant-id': 'acme',
      'x-request-id': 'mine',
      'content-type': 'application/json',
    })
  })

  test('the request id that it made', async () => {
    await using app = await openEcho()
    const answer = await app.client.request('POST', '/api/v1/data/echo', { body: { data: {} } })
    expect(answer.at('data.metadata.headers.x-request-id')).toBe(answer.headers.get('x-request-id') ?? '')
  })

  test('no credential to the trace and to the log either', async () => {
    await using app = await openEcho()
    await metadataFor(app, { note: 'n' }, { authorization: 'Bearer zz-token', cookie: 'session=zz-cookie' })
    const list = await app.client.request('GET', '/api/v1/data/traces')
    const one = await app.client.request('GET', `/api/v1/data/traces/${list.at('data.0.id')}`)
    expect(list.at('total')).toBe(1)
    expect([list.text, one.text, ...(await app.log())].join('\n')).not.toContain('zz-')
  })
})
