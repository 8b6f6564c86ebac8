import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { ConnectorError, unavailable } from '../src/connector/failure.ts'
import { openApp } from './harness/app.ts'
import type { Client } from './harness/client.ts'
import { farSideFunction } from './harness/far-side-function.ts'
import { handClock } from './harness/hand-clock.ts'
import { openLoopLag } from './harness/loop-lag.ts'
import { channel, task, workflow } from './harness/samples.ts'
import { tempFolder } from './harness/temp-folder.ts'

const BREAKERS = `
[engine.circuit_breaker]
enabled = true
failure_threshold = 2
recovery_timeout_secs = 10
`

const kept = { id: 'kept', name: 'kept', connector_type: 'cache', config: { backend: 'memory' } }

async function declareAsking(client: Client, config = {}): Promise<void> {
  expect((await client.admin('POST', 'connectors', kept)).status).toBe(201)
  const tasks = [task('far_side', { connector: 'kept' })]
  await client.declare(workflow('ask', tasks), channel('ask', { config }))
}

test('no call outlives its deadline, whatever the far side and its client do', async () => {
  const deaf = farSideFunction(() => new Promise(() => undefined))
  await using app = await openApp({ functions: [deaf] })
  await declareAsking(app.client, { timeout_ms: 100 })
  using lag = openLoopLag()
  const beganMs = performance.now()
  const answers = await Promise.all(Array.from({ length: 20 }, () => app.client.post('ask', {})))
  const tookMs = performance.now() - beganMs
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(504))
  expect(answers[0]?.at('error.code')).toBe('TIMEOUT')
  expect(tookMs - lag.worstMs).toBeLessThan(200)
})

test('a breaker opens, says so everywhere, lets one call through and closes', async () => {
  let isDown = true
  const asked = () => (isDown ? Promise.reject(unavailable('kept', 'refused')) : Promise.resolve('here'))
  const clock = handClock()
  await using app = await openApp({ config: BREAKERS, functions: [farSideFunction(asked)], clock })
  const { client } = app
  await declareAsking(client)
  for (let n = 0; n < 2; n++) {
    const failed = await client.post('ask', {})
    expect([failed.status, failed.at('error.code')]).toEqual([503, 'UPSTREAM_UNAVAILABLE'])
  }
  const refused = await client.post('ask', {})
  expect([refused.status, refused.at('error.code')]).toEqual([503, 'CIRCUIT_OPEN'])
  expect(refused.headers.get('retry-after')).toBe('10')

  const health = await client.request('GET', '/health')
  expect(health.status).toBe(200)
  expect(health.body).toMatchObject({
    status: 'degraded',
    components: { connectors: 'degraded' },
    connectors: { circuit_breakers: { 'ask:kept': 'open' } },
  })
  expect((await client.admin('GET', 'connectors/circuit-breakers')).at('reasons')).toEqual({
    'ask:kept': 'refused',
  })
  expect((await client.admin('GET', 'engine/status')).at('errors_total')).toMatchObject({
    breaker_opened: 1,
    connector_cache: 2,
  })

  isDown = false
  clock.advance(10)
  expect((await client.post('ask', {})).status).toBe(200)
  expect((await client.request('GET', '/health')).at('status')).toBe('ok')
})

test('a defect of a client is ours: 500, the breaker hears nothing', async () => {
  const broken = farSideFunction(() => Promise.reject(new TypeError('undefined is not a function')))
  await using app = await openApp({ config: BREAKERS, functions: [broken] })
  await declareAsking(app.client)
  for (let n = 0; n < 3; n++) {
    const answer = await app.client.post('ask', {})
    expect([answer.status, answer.at('error.code')]).toEqual([500, 'ENGINE_ERROR'])
    expect(answer.text).not.toContain('undefined')
  }
  expect((await app.client.request('GET', '/health')).at('connectors.circuit_breakers')).toEqual({})
})

describe('an error of the far side', () => {
  const failures = [
    ['DATA_ERROR', 400],
    ['CONSTRAINT_VIOLATED', 409],
    ['UPSTREAM_ERROR', 502],
    ['UPSTREAM_UNAVAILABLE', 503],
    ['TIMEOUT_ERROR', 504],
  ] as const

  test.each(failures)('%s is %d to the caller, who sees no note', async (code, status) => {
    const failing = () => Promise.reject(new ConnectorError(code, 'It failed', { note: 'db.internal:5432' }))
    await using app = await openApp({ functions: [farSideFunction(failing)] })
    await declareAsking(app.client)
    const answer = await app.client.post('ask', {})
    expect([answer.status, answer.at('error.code')]).toEqual([status, code])
    expect(answer.text).not.toContain('db.internal')
  })
})

describe('a test of a connector', () => {
  test('really connects, enabled or not', async () => {
    await using app = await openApp()
    await app.client.admin('POST', 'connectors', { ...kept, enabled: false })
    const { status, body } = await app.client.admin('POST', 'connectors/kept/test')
    expect(status).toBe(200)
    expect(body).toEqual({
      data: {
        reachable: true,
        supported: true,
        stage: null,
        message: 'the memory of this process',
        duration_ms: expect.any(Number),
      },
    })
    expect((await app.client.admin('POST', 'connectors/other/test')).at('error.code')).toBe('NOT_FOUND')
  })

  test('says when this version cannot', async () => {
    await using app = await openApp()
    const config = { brokers: ['localhost:9092'], topic: 't' }
    await app.client.admin('POST', 'connectors', { id: 'k', name: 'k', connector_type: 'kafka', config })
    expect((await app.client.admin('POST', 'connectors/k/test')).at('data')).toMatchObject({
      reachable: false,
      supported: false,
      message: 'this version does not connect to kafka connectors',
    })
  })
})

test('a secret that was changed beside Orion holds from the next reload of connectors on', async () => {
  await using folder = await tempFolder()
  const file = join(folder.path, 'token')
  await Bun.write(file, 'first')
  const seen: (string | null)[] = []
  using far = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch(request) {
      seen.push(request.headers.get('authorization'))
      return Response.json({})
    },
  })
  await using app = await openApp({ config: `[secrets]\nfile_dirs = ["${folder.path}"]` })
  const { client } = app
  const auth = { type: 'bearer', token: `file://${file}` }
  const config = { url: far.url.href, allow_private_urls: true, auth }
  await client.admin('POST', 'connectors', { id: 'far', name: 'far', connector_type: 'http', config })
  const get = task('http_call', { connector: 'far', output: 'data.far' })
  await client.declare(workflow('ask', [get]), channel('ask'))
  await client.post('ask', {})
  await Bun.write(file, 'second')
  await client.post('ask', {})
  expect((await client.admin('POST', 'connectors/reload')).status).toBe(200)
  await client.post('ask', {})
  expect(seen).toEqual(['Bearer first', 'Bearer first', 'Bearer second'])
})

test('connectors are read anew on demand, which is written down', async () => {
  await using app = await openApp()
  const { client } = app
  await client.admin('POST', 'connectors', kept)
  const { generation } = Object((await client.admin('GET', 'engine/status')).body)
  const answer = await client.admin('POST', 'connectors/reload')
  expect([answer.status, answer.body]).toEqual([
    200,
    { data: { reloaded: true, connectors: 1, load_issues: [] } },
  ])
  expect((await client.admin('GET', 'engine/status')).at('generation')).toBe(generation + 1)
  expect((await client.admin('GET', 'audit-logs')).at('data.0')).toMatchObject({
    action: 'reload',
    resource_type: 'connector',
    resource_id: 'manual',
  })
})
