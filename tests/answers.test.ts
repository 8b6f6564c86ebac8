import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { openApp } from './harness/app.ts'
import type { Answer, Client } from './harness/client.ts'
import { expectEnvelope, expectHouseHeaders } from './harness/envelope.ts'
import { channel, echoWorkflow, mapTask, parseTask, workflow } from './harness/samples.ts'
import { slowClock, TAKES_TIME } from './harness/slow-clock.ts'
import { tempFolder } from './harness/temp-folder.ts'

const KEYED = { ORION_ADMIN_AUTH__ENABLED: 'true', ORION_ADMIN_AUTH__API_KEYS: 'right-key' }
const HOUSE_ERRORS: readonly (readonly [
  string,
  number,
  string,
  Readonly<Record<string, string>>,
  (client: Client) => Promise<Answer>,
])[] = [
  ['a malformed body', 400, 'BAD_REQUEST', {}, client => client.admin('POST', 'workflows', '{')],
  ['a wrong shape', 400, 'VALIDATION_ERROR', {}, client => client.admin('POST', 'workflows', {})],
  [
    'a number that is too large',
    400,
    'NUMBER_OUT_OF_RANGE',
    {},
    client => client.admin('POST', 'workflows', '1e999'),
  ],
  ['no key', 401, 'UNAUTHORIZED', KEYED, client => client.admin('GET', 'workflows')],
  [
    'a wrong key',
    401,
    'UNAUTHORIZED',
    KEYED,
    client =>
      client.request('GET', '/api/v1/admin/workflows', { headers: { authorization: 'Bearer wrong' } }),
  ],
  ['no key on a path that is not there', 401, 'UNAUTHORIZED', KEYED, client => client.admin('GET', 'nope')],
  [
    'an admin request through a proxy, without keys',
    403,
    'FORBIDDEN',
    {},
    client =>
      client.request('GET', '/api/v1/admin/workflows', { headers: { 'x-forwarded-for': '10.0.0.1' } }),
  ],
  ['an unknown path', 404, 'NOT_FOUND', {}, client => client.request('GET', '/nope')],
  ['an unknown channel', 404, 'NOT_FOUND', {}, client => client.post('nobody', {})],
  ['an unknown id', 404, 'NOT_FOUND', {}, client => client.admin('GET', 'workflows/nobody')],
  [
    'another method on the control plane',
    405,
    'METHOD_NOT_ALLOWED',
    {},
    client => client.request('PUT', '/health'),
  ],
  [
    'another method on the data plane',
    405,
    'METHOD_NOT_ALLOWED',
    {},
    client => client.request('GET', '/api/v1/data/echo'),
  ],
  ['a second draft', 409, 'CONFLICT', {}, client => client.admin('POST', 'workflows', echoWorkflow('echo'))],
  [
    'a large body on the control plane',
    413,
    'PAYLOAD_TOO_LARGE',
    { ORION_INGEST__MAX_PAYLOAD_SIZE: '10000' },
    client => client.admin('POST', 'workflows', 'x'.repeat(10_001)),
  ],
  [
    'a large body on the data plane',
    413,
    'PAYLOAD_TOO_LARGE',
    { ORION_INGEST__MAX_PAYLOAD_SIZE: '10000' },
    client => client.post('echo', 'x'.repeat(10_001)),
  ],
  [
    'another type of body',
    415,
    'UNSUPPORTED_MEDIA_TYPE',
    {},
    client =>
      client.request('POST', '/api/v1/admin/workflows', {
        body: '{}',
        headers: { 'content-type': 'text/xml' },
      }),
  ],
  ['a task that fails', 500, 'ENGINE_ERROR', {}, client => client.post('failing', {})],
  [
    'a large result',
    502,
    'RESPONSE_TOO_LARGE',
    { ORION_QUEUE__MAX_RESULT_SIZE_BYTES: '50' },
    client => client.post('echo', {}),
  ],
  ['a run that takes too long', 504, 'TIMEOUT', {}, client => client.post('slow', {})],
]

/** On a slow clock, longer than its channel gives it. */
const SLOW = Array.from({ length: 30 }, (_, at) => mapTask(`m${at}`, { 'data.time': TAKES_TIME }))

async function declareAll({ declare }: Client): Promise<void> {
  await declare(echoWorkflow('echo'), channel('echo'))
  await declare(workflow('failing', [mapTask('m', { 'data.x': { throw: 'zz-inner' } })]), channel('failing'))
  await declare(workflow('slow', [parseTask(), ...SLOW]), channel('slow', { config: { timeout_ms: 1000 } }))
}

describe('errors', () => {
  test.each(HOUSE_ERRORS)('%s is %p %s', async (_, status, code, env, ask) => {
    await using app = await openApp({ env, ...(code === 'TIMEOUT' && { clock: slowClock() }) })
    if (env !== KEYED) await declareAll(app.client)
    const answer = await ask(app.client)
    expectEnvelope(answer, status, code)
    expect(answer.text).not.toContain('zz-inner')
  })

  test('a body one byte below the limit is taken', async () => {
    await using app = await openApp({ env: { ORION_INGEST__MAX_PAYLOAD_SIZE: '1000' } })
    await app.client.declare(echoWorkflow('echo'), channel('echo'))
    const fill = (length: number) => `{"data":"${'x'.repeat(length - 11)}"}`
    const send = (length: number) => app.client.request('POST', '/api/v1/data/echo', { body: fill(length) })
    expect((await send(1000)).status).toBe(200)
    expect((await send(1001)).status).toBe(413)
  })
})

describe('what only a damaged database brings about', () => {
  async function damaged(sql: string) {
    await using undo = new AsyncDisposableStack()
    const folder = undo.use(await tempFolder())
    const file = join(folder.path, 'orion.db')
    const app = undo.use(await openApp({ env: { ORION_STORAGE__URL: `sqlite:${file}` } }))
    await app.client.declare(echoWorkflow('echo'), channel('echo'))
    using database = new Database(file)
    const triggers = database.query("select name from sqlite_master where type = 'trigger'").all()
    for (const trigger of triggers) database.run(`drop trigger ${Object(trigger).name}`)
    database.run(sql)
    const owned = undo.move()
    return { client: app.client, log: app.log, [Symbol.asyncDispose]: () => owned.disposeAsync() }
  }

  test('a row that cannot be read is 500 and says nothing of it, the log does', async () => {
    await using app = await damaged("update workflows set tasks_json = 'zz-not json'")
    const answer = await app.client.admin('GET', 'workflows/echo')
    expectEnvelope(answer, 500, 'INTERNAL_ERROR')
    expect(answer.text).not.toContain('zz-')
    expect((await app.log()).join('\n')).toContain(String(answer.at('error.request_id')))
    expect((await app.client.request('GET', '/health')).status).toBe(200)
  })

  test('a channel whose config nothing enforces is quarantined, the others serve', async () => {
    await using app = await damaged(`update channels set config_json = '{"oauth2_login":{}}'`)
    await app.client.admin('POST', 'channels', channel('sound', { workflow_id: 'echo' }))
    await app.client.setStatus('channels', 'sound', 'active')
    expect((await app.client.post('sound', {})).status).toBe(200)
    const answer = await app.client.post('echo', {})
    expectEnvelope(answer, 503, 'SERVICE_UNAVAILABLE')
    expect(String(answer.at('error.message'))).toStartWith("Channel 'echo' is quarantined")
    expect((await app.client.admin('GET', 'engine/status')).at('load_issues.channels')).toMatchObject([
      {
        channel: 'echo',
        channel_id: 'echo',
        workflow_id: 'echo',
        reason: expect.stringContaining('config.oauth2_login'),
      },
    ])
    const health = await app.client.request('GET', '/health')
    expect([health.status, health.at('status'), health.at('components.channels')]).toEqual([
      200,
      'degraded',
      'degraded',
    ])
  })

  test('a channel whose workflow cannot be loaded is quarantined, and is mended by a new version', async () => {
    await using app = await damaged(
      `update workflows set tasks_json = '[{"id":"a","name":"a","function":{"name":"nope","input":{}}}]'`,
    )
    expect((await app.client.admin('POST', 'engine/reload')).at('load_issues.channels.0.channel')).toBe(
      'echo',
    )
    expectEnvelope(await app.client.post('echo', {}), 503, 'SERVICE_UNAVAILABLE')
    await app.client.admin('POST', 'workflows/echo/versions')
    await app.client.admin('PUT', 'workflows/echo', { tasks: [parseTask()] })
    expect((await app.client.setStatus('workflows', 'echo', 'active')).status).toBe(200)
    expect((await app.client.post('echo', { a: 1 })).at('data.in')).toEqual({ a: 1 })
  })
})

describe('answers that are no errors', () => {
  test.each([
    ['GET', '/health', 200],
    ['GET', '/healthz', 200],
    ['GET', '/readyz', 200],
    ['GET', '/docs', 307],
    ['GET', '/docs/', 200],
    ['GET', '/docs/swagger-ui.css', 200],
    ['GET', '/api/v1/openapi.json', 200],
    ['GET', '/api/v1/data/traces', 200],
    ['GET', '/api/v1/admin/workflows', 200],
    ['POST', '/api/v1/data/echo', 200],
    ['POST', '/api/v1/admin/workflows/echo/versions', 201],
    ['DELETE', '/api/v1/admin/workflows/echo', 204],
  ] as const)('%s %s carries what every answer carries', async (method, path, status) => {
    await using app = await openApp()
    await app.client.declare(echoWorkflow('echo'), channel('echo'))
    const answer = await app.client.request(method, path)
    expect(answer.status).toBe(status)
    expectHouseHeaders(answer)
    expect(answer.headers.get('server')).toBeNull()
    expect(answer.headers.get('x-powered-by')).toBeNull()
  })

  test('/docs goes to /docs/, whose page runs under a policy of its own, from this server alone', async () => {
    await using app = await openApp()
    expect((await app.client.request('GET', '/docs')).headers.get('location')).toBe('/docs/')
    const page = await app.client.request('GET', '/docs/')
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("script-src 'self'")
    expect(policy).not.toContain('unsafe')
    expect(page.text).not.toMatch(/https?:\/\//)
    for (const [, file] of page.text.matchAll(/(?:src|href)="\.\/([^"]+)"/g)) {
      expect((await app.client.request('GET', `/docs/${file}`)).status).toBe(200)
    }
  })
})

describe('x-request-id', () => {
  const paths = ['/health', '/nope', '/api/v1/admin/workflows', '/api/v1/data/nobody', '/api/v1/data/traces']

  test.each(paths)('of the client comes back from %s', async path => {
    await using app = await openApp()
    for (const id of ['abc-123', 'x'.repeat(200), '!#$%&()*+,-./:;<=>?@[]^_`{|}~']) {
      const answer = await app.client.request('GET', path, { headers: { 'x-request-id': id } })
      expect(answer.headers.get('x-request-id')).toBe(id)
      if (answer.status >= 400) expect(answer.at('error.request_id')).toBe(id)
    }
  })

  test.each(paths)('that is too long or holds a space is replaced, on %s', async path => {
    await using app = await openApp()
    for (const id of ['x'.repeat(201), 'a b', 'é']) {
      const answer = await app.client.request('GET', path, { headers: { 'x-request-id': id } })
      expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
    }
  })

  test('is made anew for every request', async () => {
    await using app = await openApp()
    const ids = await Promise.all(
      Array.from({ length: 100 }, async () =>
        (await app.client.request('GET', '/healthz')).headers.get('x-request-id'),
      ),
    )
    expect(new Set(ids).size).toBe(100)
  })

  test('is in the access line, which has no payload and no raw path', async () => {
    await using app = await openApp()
    await app.client.declare(echoWorkflow('echo'), channel('echo'))
    await app.client.post(
      'echo',
      { secret: 'zz-payload' },
      { 'x-request-id': 'find-me', authorization: 'zz-auth' },
    )
    const lines = (await app.log()).filter(line => line.includes('find-me')).map(line => JSON.parse(line))
    expect(lines).toHaveLength(1)
    expect(JSON.stringify(lines)).not.toContain('zz-')
    expect(JSON.stringify(lines)).toContain('/api/v1/data/*')
  })
})

describe('HEAD', () => {
  test.each([
    '/health',
    '/healthz',
    '/docs/',
    '/api/v1/openapi.json',
    '/api/v1/admin/workflows',
    '/api/v1/data/traces',
  ])('%s answers like GET, without a body', async path => {
    await using app = await openApp()
    const [get, head] = [await app.client.request('GET', path), await app.client.request('HEAD', path)]
    expect([head.status, head.text]).toEqual([get.status, ''])
    expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'))
    expectHouseHeaders(head)
  })

  test('of what is not there has no body either', async () => {
    await using app = await openApp()
    const answer = await app.client.request('HEAD', '/nope')
    expect([answer.status, answer.text]).toEqual([404, ''])
    const wrong = await app.client.request('HEAD', '/api/v1/admin/engine/reload')
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST'])
  })

  test('reaches a channel that answers it', async () => {
    await using app = await openApp()
    await app.client.declare(echoWorkflow('echo'), channel('echo', { methods: ['HEAD'] }))
    const answer = await app.client.request('HEAD', '/api/v1/data/echo')
    expect([answer.status, answer.text]).toEqual([200, ''])
    expectHouseHeaders(answer)
  })
})
