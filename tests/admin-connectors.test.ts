import { describe, expect, test } from 'bun:test'
import { openApp } from './harness/app.ts'
import { channel, echoWorkflow } from './harness/samples.ts'

const HTTP = {
  id: 'billing',
  name: 'Billing',
  connector_type: 'http',
  config: { url: 'https://billing.example/v1' },
}
const CACHE = { id: 'sessions', name: 'Sessions', connector_type: 'cache', config: { backend: 'memory' } }

describe('connectors', () => {
  test('live from create to delete', async () => {
    await using app = await openApp()
    const { client } = app
    const created = await client.admin('POST', 'connectors', HTTP)
    expect(created.status).toBe(201)
    expect(created.at('data')).toMatchObject({
      id: 'billing',
      name: 'Billing',
      connector_type: 'http',
      enabled: true,
    })
    expect((await client.admin('GET', 'connectors/billing')).at('data')).toEqual(created.at('data') ?? null)

    const list = await client.admin('GET', 'connectors')
    expect(list.body).toEqual({ data: [created.at('data') ?? null], total: 1, limit: 50, offset: 0 })

    const updated = await client.admin('PUT', 'connectors/billing', { name: 'Payments' })
    expect([updated.status, updated.at('data.name')]).toEqual([200, 'Payments'])

    const deleted = await client.admin('DELETE', 'connectors/billing')
    expect([deleted.status, deleted.text]).toEqual([204, ''])
    expect((await client.admin('GET', 'connectors/billing')).status).toBe(404)
    expect((await client.admin('DELETE', 'connectors/billing')).status).toBe(404)
    expect((await client.admin('GET', 'connectors')).body).toEqual({
      data: [],
      total: 0,
      limit: 50,
      offset: 0,
    })
  })

  test('show their config as text, exactly these fields, and times to the millisecond', async () => {
    await using app = await openApp()
    const { body } = await app.client.admin('POST', 'connectors', { ...HTTP, tags: ['money'] })
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(body).toEqual({
      data: {
        id: 'billing',
        name: 'Billing',
        connector_type: 'http',
        config_json: '{"url":"https://billing.example/v1"}',
        enabled: true,
        tags: ['money'],
        created_at: time,
        updated_at: time,
      },
    })
  })

  test('take a custom id, and make one when none is given', async () => {
    await using app = await openApp()
    const { id: _, ...anonymous } = HTTP
    expect((await app.client.admin('POST', 'connectors', CACHE)).at('data.id')).toBe('sessions')
    const made = await app.client.admin('POST', 'connectors', anonymous)
    expect(made.at('data.id')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
    expect((await app.client.admin('GET', `connectors/${made.at('data.id')}`)).status).toBe(200)
  })

  test('can be updated by type and config, and keep their name', async () => {
    await using app = await openApp()
    await app.client.admin('POST', 'connectors', HTTP)
    const answer = await app.client.admin('PUT', 'connectors/billing', {
      connector_type: 'db',
      config: { connection_string: 'sqlite:x.db', max_connections: 3 },
    })
    expect(answer.at('data')).toMatchObject({ name: 'Billing', connector_type: 'db' })
    expect(JSON.parse(String(answer.at('data.config_json')))).toEqual({
      connection_string: '******',
      max_connections: 3,
    })
  })

  test('can be switched off and on', async () => {
    await using app = await openApp()
    await app.client.admin('POST', 'connectors', HTTP)
    for (const enabled of [false, true]) {
      const answer = await app.client.admin('PUT', 'connectors/billing', { enabled })
      expect([answer.status, answer.at('data.enabled')]).toEqual([200, enabled])
      expect((await app.client.admin('GET', 'connectors/billing')).at('data.enabled')).toBe(enabled)
    }
  })

  test('are listed by name, a page at a time', async () => {
    await using app = await openApp()
    for (const one of [CACHE, HTTP]) await app.client.admin('POST', 'connectors', one)
    const page = await app.client.admin('GET', 'connectors?limit=1&offset=1')
    expect(page.body).toMatchObject({ data: [{ name: 'Sessions' }], total: 2, limit: 1, offset: 1 })
  })

  test('take an inner type that agrees', async () => {
    await using app = await openApp()
    const config = { ...HTTP.config, type: 'http' }
    expect((await app.client.admin('POST', 'connectors', { ...HTTP, config })).status).toBe(201)
  })
})

describe('beside them', () => {
  test('a message to an active channel has an id and data', async () => {
    await using app = await openApp()
    await app.client.declare(echoWorkflow('echo'), channel('echo'))
    const answer = await app.client.post('echo', { order: 7 })
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      status: 'ok',
      data: { in: { order: 7 } },
      errors: [],
    })
  })

  test('metadata of the caller reaches the workflow', async () => {
    await using app = await openApp()
    const tasks = [
      {
        id: 'm',
        name: 'm',
        function: {
          name: 'map',
          input: { mappings: [{ path: 'data.source', logic: { var: 'metadata.source' } }] },
        },
      },
    ]
    await app.client.declare({ workflow_id: 'w', name: 'w', tasks }, channel('w'))
    const body = { data: {}, metadata: { source: 'web', nested: { a: [1] } } }
    const answer = await app.client.request('POST', '/api/v1/data/w', { body })
    expect(answer.body).toMatchObject({ status: 'ok', data: { source: 'web' }, errors: [] })
  })

  test('/health tells how the server is', async () => {
    await using app = await openApp()
    await app.client.declare(echoWorkflow('echo'), channel('echo'))
    const answer = await app.client.request('GET', '/health')
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        status: 'ok',
        version: '0.0.0-test',
        git_hash: 'test',
        build_timestamp: expect.stringMatching(/^\d+$/),
        uptime_seconds: expect.any(Number),
        workflows_loaded: 1,
        components: { database: 'ok', engine: 'ok', channels: 'ok', guards: 'ok', connectors: 'ok' },
        connectors: { circuit_breakers: {}, broken: [] },
      },
    ])
    expect((await app.client.request('GET', '/healthz')).body).toEqual({ status: 'ok' })
    expect((await app.client.request('GET', '/readyz')).body).toEqual({
      status: 'ready',
      components: { database: 'ok', engine: 'ok', initialized: true },
    })
  })

  test('a server that begins to stop is not ready, and says so on every answer', async () => {
    await using app = await openApp()
    expect((await app.client.request('GET', '/healthz')).headers.get('connection')).toBeNull()
    app.orion.beginDrain()
    const ready = await app.client.request('GET', '/readyz')
    expect([ready.status, ready.at('status')]).toEqual([503, 'not_ready'])
    for (const path of ['/healthz', '/nope', '/api/v1/data/nobody', '/docs/']) {
      expect((await app.client.request('GET', path)).headers.get('connection')).toBe('close')
    }
  })
})
