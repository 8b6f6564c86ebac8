import { describe, expect, test } from 'bun:test'
import { engineStatus, testServer } from '../test-server.ts'

type Changes = Parameters<typeof testServer>[0]

async function ask(path: string, changes?: Changes) {
  const response = await testServer(changes).ask('GET', path)
  return { status: response.status, body: JSON.parse(await response.text()) }
}

const issue = { channel: 'c', channel_id: 'c', workflow_id: null, reason: 'broken' }
const quarantine: Changes = {
  live: {
    status: () => engineStatus({ load_issues: { channels: [issue], workflows: [], connectors: [] } }),
  },
}
const broken: [string, Changes][] = [
  ['says no', { databaseHealthy: () => Promise.resolve(false) }],
  ['fails', { databaseHealthy: () => Promise.reject(new Error('disk')) }],
  ['hangs', { databaseHealthy: () => Promise.withResolvers<boolean>().promise, healthTimeoutMs: 1 }],
]

describe('/health', () => {
  test('of a whole server', async () => {
    expect(await ask('/health')).toEqual({
      status: 200,
      body: {
        status: 'ok',
        version: '0.1.0',
        git_hash: 'abc',
        build_timestamp: '1',
        uptime_seconds: 7,
        workflows_loaded: 2,
        components: { database: 'ok', engine: 'ok', channels: 'ok', guards: 'ok', connectors: 'ok' },
        connectors: { circuit_breakers: {}, broken: [] },
      },
    })
  })

  test('with a quarantined channel is degraded, and stays 200 so that the others keep serving', async () => {
    const { status, body } = await ask('/health', quarantine)
    expect(status).toBe(200)
    expect(body.status).toBe('degraded')
    expect(body.components).toMatchObject({ channels: 'degraded', guards: 'ok', connectors: 'ok' })
  })

  test('with a guard whose store does not answer is degraded, and stays 200', async () => {
    const { status, body } = await ask('/health', { failingStores: () => ['orders: rate_limit'] })
    expect(status).toBe(200)
    expect(body.status).toBe('degraded')
    expect(body.components).toMatchObject({ channels: 'ok', guards: 'degraded', connectors: 'ok' })
  })

  test('names connectors that cannot be used, and stays 200', async () => {
    const lost = { connector: 'crm', connector_id: 'c', stage: 'secret', reason: 'S3CRET' }
    const load_issues = { channels: [], workflows: [], connectors: [lost] }
    const { status, body } = await ask('/health', { live: { status: () => engineStatus({ load_issues }) } })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      status: 'degraded',
      components: { channels: 'ok', connectors: 'degraded' },
      connectors: { circuit_breakers: {}, broken: ['crm'] },
    })
    expect(JSON.stringify(body)).not.toContain('S3CRET')
  })

  test('names circuit breakers that are not closed, and stays 200', async () => {
    const { status, body } = await ask('/health', { openBreakers: () => ({ 'orders:shop': 'half_open' }) })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      status: 'degraded',
      components: { channels: 'ok', connectors: 'degraded' },
      connectors: { circuit_breakers: { 'orders:shop': 'half_open' }, broken: [] },
    })
  })

  test.each(broken)('with a database that %s is 503', async (_name, changes) => {
    const { status, body } = await ask('/health', changes)
    expect(status).toBe(503)
    expect(body.status).toBe('degraded')
    expect(body.components.database).toBe('error')
  })
})

test('/healthz lives without a database', async () => {
  expect(await ask('/healthz', { databaseHealthy: () => Promise.resolve(false) })).toEqual({
    status: 200,
    body: { status: 'ok' },
  })
})

describe('/readyz', () => {
  test('of a whole server, and of one with a quarantined channel, is ready', async () => {
    const ready = {
      status: 200,
      body: { status: 'ready', components: { database: 'ok', engine: 'ok', initialized: true } },
    }
    expect(await ask('/readyz')).toEqual(ready)
    expect(await ask('/readyz', quarantine)).toEqual(ready)
  })

  test.each(broken)('with a database that %s is not', async (_name, changes) => {
    expect(await ask('/readyz', changes)).toEqual({
      status: 503,
      body: { status: 'not_ready', components: { database: 'error', engine: 'ok', initialized: true } },
    })
  })

  test('is not any more once the server begins to stop, while /health still is', async () => {
    const { server, ask: askServer } = testServer()
    server.beginDrain()
    const response = await askServer('GET', '/readyz')
    expect(response.status).toBe(503)
    expect(JSON.parse(await response.text()).components.initialized).toBe(false)
    expect((await askServer('GET', '/health')).status).toBe(200)
  })
})
