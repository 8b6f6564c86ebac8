import { Database } from 'bun:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { JsonObject } from '../../src/std/json.ts'
import { type RunningServer, runCommand, startServer } from '../harness/binary.ts'
import { type Client, openClient } from '../harness/client.ts'
import { exchangeRaw } from '../harness/raw-connection.ts'
import { channel, echoWorkflow, mapTask, parseTask, workflow } from '../harness/samples.ts'
import { until } from '../harness/until.ts'

/** Words that nobody but their owner may see again. */
const SECRET = 'zz-secret'
/** Words of callers, which belong into answers and traces and never into the log. */
const PAYLOAD = 'zz-payload'

const ADMIN_KEY = `${SECRET}-admin-key`
const CONFIG = `
[admin_auth]
enabled = true
api_key = "\${ADMIN_KEY}"
api_keys = ["${SECRET}-second-key"]
[logging]
level = "trace"
format = "json"
`
const ENV = { ADMIN_KEY, UNUSED: `${SECRET}-unused` }

let server: RunningServer
let admin: Client
/** Everything that was answered. */
let answers = ''
/** The id of each request that was answered. */
const answered: string[] = []

beforeAll(async () => {
  server = await startServer({ config: CONFIG, env: ENV })
  admin = openClient(
    async (path, init) => {
      const response = await fetch(server.url + path, init)
      answered.push(response.headers.get('x-request-id') ?? 'none')
      const text = await response.clone().text()
      answers += `${init.method} ${path} -> ${JSON.stringify([...response.headers])} ${text}\n`
      return response
    },
    { authorization: `Bearer ${ADMIN_KEY}` },
  )
  await useEverything()
})
afterAll(() => server[Symbol.asyncDispose]())

async function lines(): Promise<JsonObject[]> {
  const text = await server.log()
  const logged = text.split('\n').filter(line => line !== '' && !line.startsWith('Note: '))
  return logged.map(line => Object(JSON.parse(line)))
}

/** The access lines of these requests, once each has one. */
function accessLinesOf(ids: readonly string[]): Promise<JsonObject[]> {
  return until('Each request has its line', async () => {
    const fields = (await lines()).map(line => Object(line.fields))
    const found = fields.filter(field => field.message === 'HTTP request' && ids.includes(field.request_id))
    return found.length < ids.length ? undefined : found
  })
}

const CONNECTORS: readonly JsonObject[] = [
  {
    connector_type: 'http',
    config: {
      url: `https://ann:${SECRET}-url@a.example`,
      auth: { type: 'bearer', token: `${SECRET}-token` },
      headers: { 'x-key': `${SECRET}-header` },
    },
  },
  { connector_type: 'db', config: { connection_string: `postgres://ann:${SECRET}-db@db.example/x` } },
  { connector_type: 'cache', config: { backend: 'redis', url: `redis://:${SECRET}-redis@r.example` } },
  // Refused ones, whose answers tell what was wrong.
  { connector_type: 'http', config: { url: `ftp://ann:${SECRET}-ftp@a.example` } },
  { connector_type: 'http', config: { url: `https://ann:${SECRET}-bad@:::` } },
  {
    connector_type: 'http',
    config: { url: 'https://a.example', auth: { type: 'bearer', tokn: `${SECRET}-tokn` } },
  },
  {
    connector_type: 'http',
    config: { url: 'https://a.example', auth: { type: 'bearer', token: [`${SECRET}-list`] } },
  },
  { connector_type: 'http', config: { url: 'https://a.example', auth: `${SECRET}-auth` } },
  { connector_type: 'http', config: { url: 'https://a.example', headers: { 'x-key': [`${SECRET}-list`] } } },
  { connector_type: 'http', config: { url: 'https://a.example', headers: { 'x-key': `${SECRET}\r\nx: y` } } },
  { connector_type: 'db', config: { connection_string: [`${SECRET}-list`] } },
  { connector_type: 'db', config: `${SECRET}-config` },
]

async function useEverything(): Promise<void> {
  for (const [at, connector] of CONNECTORS.entries()) {
    await admin.admin('POST', 'connectors', { id: `c${at}`, name: `c${at}`, ...connector })
  }
  await admin.admin('PUT', 'connectors/c0', { config: { url: `https://ann:${SECRET}-new@a.example` } })
  for (const path of ['connectors', 'connectors/c0', 'connectors/c1', 'audit-logs'])
    await admin.admin('GET', path)
  await admin.admin('DELETE', 'connectors/c2')

  await admin.declare(echoWorkflow('echo'), channel('echo'))
  const copy = workflow('copy', [
    parseTask(),
    mapTask('copy', { 'data.headers': { var: 'metadata.headers' }, 'data.query': { var: 'metadata.query' } }),
  ])
  await admin.declare(copy, channel('copy'))
  await admin.declare(
    workflow('fail', [mapTask('fail', { 'data.x': { throw: { var: 'metadata.word' } } })]),
    channel('fail'),
  )
  await admin.declare(
    workflow('text', [
      {
        id: 'p',
        name: 'p',
        function: { name: 'parse_json', input: { source: 'payload.text', target: 'in' } },
      },
    ]),
    channel('text'),
  )
  await useTraffic()
  await admin.request('GET', '/api/v1/data/traces?limit=1000')
}

async function useTraffic(): Promise<void> {
  const headers = { cookie: `session=${SECRET}-cookie`, 'x-word': `${PAYLOAD}-header` }
  for (const path of ['echo', 'copy', `copy?word=${PAYLOAD}-query`, 'fail', 'text', `${PAYLOAD}-path`]) {
    await admin.post(path, { word: PAYLOAD, text: `{"word": ${PAYLOAD}` }, headers)
  }
  for (const body of [
    `{"data": ${PAYLOAD}`,
    `{"data": "${PAYLOAD}`,
    `["${PAYLOAD}"]`,
    `{"${PAYLOAD}": 12345678901234567890}`,
    `{"data":{"${PAYLOAD}":"\\ud800"}}`,
    `{"data":{},"metadata":{"word":"${PAYLOAD}"}}`,
  ]) {
    await admin.request('POST', '/api/v1/data/fail', { body })
    await admin.request('POST', '/api/v1/admin/workflows', { body })
  }
  await admin.request('POST', `/api/v1/data/echo/${PAYLOAD}`, { body: '{}' })
  await admin.request('GET', `/api/v1/admin/workflows?sort_by=${PAYLOAD}&limit=${PAYLOAD}`)
  await admin.request('GET', `/${PAYLOAD}`)
}

describe('the log', () => {
  test('is one JSON object a line, with a time, a level, a message and a target', async () => {
    for (const line of await lines()) {
      expect(line).toMatchObject({
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        level: expect.stringMatching(/^(TRACE|DEBUG|INFO|WARN|ERROR)$/),
        fields: { message: expect.any(String) },
        target: expect.any(String),
      })
    }
  })

  test('has one access line for each request, each with an id of its own', async () => {
    expect(new Set(answered).size).toBe(answered.length)
    const access = await accessLinesOf(answered)
    expect(access.map(line => line.request_id)).toEqual(answered)
    for (const line of access) {
      expect(line).toMatchObject({
        'http.method': expect.stringMatching(/^[A-Z]+$/),
        'http.route': expect.any(String),
        'http.status_code': expect.any(Number),
        duration_ms: expect.any(Number),
      })
    }
  })

  test('holds nothing of what callers send, and no secret', async () => {
    const log = await server.log()
    expect(log.split('\n').filter(line => line.includes(PAYLOAD))).toEqual([])
    expect(log.split('\n').filter(line => line.includes(SECRET))).toEqual([])
  })

  test('cannot be made to lie by what a client sends', async () => {
    const plain = 'a","fields":{"message":"forged'
    const ids: string[] = []
    for (const id of [plain, 'x'.repeat(201), 'ü', 'a b']) {
      const answer = await exchangeRaw(
        server.port,
        `GET /healthz HTTP/1.1\nhost: localhost\nx-request-id: ${id}`,
      )
      ids.push(answer.headers.get('x-request-id') ?? 'none')
    }
    expect(ids).toEqual([plain, ...Array(3).fill(expect.stringMatching(/^[0-9a-f-]{36}$/))])
    expect((await accessLinesOf(ids)).length).toBe(ids.length)
  })
})

describe('what is answered', () => {
  test('tells no secret: reads, refusals, audit and traces', () => {
    expect(answers.split('\n').filter(line => line.includes(SECRET))).toEqual([])
    expect(answers).toContain(PAYLOAD)
  })

  test('to a wrong key is not told what a right one would be', async () => {
    for (const authorization of [`Bearer ${SECRET}-wrong`, `Basic ${SECRET}`, SECRET]) {
      const answer = await server.client.request('GET', '/api/v1/admin/workflows', {
        headers: { authorization },
      })
      expect(answer.status).toBe(401)
      expect(answer.text).not.toContain(SECRET)
    }
    expect(await server.log()).not.toContain(SECRET)
  })
})

test('the database holds traces without the credentials of callers', async () => {
  using database = new Database(join(server.folder, 'orion.db'), { readonly: true })
  for (const table of ['traces', 'audit_logs', 'workflows', 'channels']) {
    const rows = JSON.stringify(database.query(`select * from ${table}`).all())
    expect({ table, leak: rows.includes(SECRET) }).toEqual({ table, leak: false })
  }
})

describe('validate-config', () => {
  test('shows what holds without a credential', async () => {
    const { code, stdout, stderr } = await runCommand(['validate-config', '-c', 'config.toml'], {
      folder: server.folder,
      env: { ...ENV, ORION_STORAGE__URL: 'sqlite:x.db' },
    })
    expect(code).toBe(0)
    expect(stdout).toContain('Configuration is valid')
    expect(stdout + stderr).not.toContain(SECRET)
  })

  test.each([
    ['a database that we cannot open', { ORION_STORAGE__URL: `mysql://ann:${SECRET}@db/x` }, ''],
    ['a key that is no text', {}, '[admin_auth]\napi_key = 99887766554433\n'],
    ['a key that is a list', {}, `[admin_auth]\napi_key = ["${SECRET}"]\n`],
    ['a key with a typo', {}, `[admin_auth]\napi_kye = "${SECRET}"\n`],
    ['a key that does not end', {}, `[admin_auth]\napi_key = "${SECRET}\n`],
    ['a variable that is not there', {}, `[admin_auth]\napi_key = "${SECRET}\${NOT_THERE}"\n`],
  ])('tells of %s without quoting it', async (_, env, toml) => {
    const file = join(server.folder, 'mistaken.toml')
    await Bun.write(file, toml)
    const { code, stdout, stderr } = await runCommand(['validate-config', '-c', file], {
      folder: server.folder,
      env,
    })
    expect({ code, stdout }).toMatchObject({ code: 1 })
    expect(stderr).toContain('Configuration error')
    expect(stdout + stderr).not.toContain(SECRET)
    expect(stdout + stderr).not.toContain('99887766554433')
  })
})
