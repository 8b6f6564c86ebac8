import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BINARY, buildBinary } from '../../scripts/build.ts'
import { type RunningServer, type ServerOptions, startServer } from '../harness/binary.ts'
import { channel, echoWorkflow } from '../harness/samples.ts'
import { until } from '../harness/until.ts'

async function serving(options: ServerOptions = {}): Promise<RunningServer> {
  const server = await startServer({
    ...options,
    env: { ORION_LOGGING__FORMAT: 'json', ORION_STORAGE__BUSY_TIMEOUT_MS: '100', ...options.env },
  })
  await server.client.declare(echoWorkflow('echo'), channel('echo'))
  await server.client.declare(echoWorkflow('free'), channel('free', { config: { tracing: { mode: 'off' } } }))
  return server
}

function openDatabase({ folder }: RunningServer): Database {
  const database = new Database(join(folder, 'orion.db'))
  database.run('pragma busy_timeout = 5000')
  return database
}

/** What an outage of storage means to those who ask meanwhile. */
async function expectOutage({ client }: RunningServer): Promise<void> {
  const answered = await client.post('echo', { first: 'of the outage' })
  expect({ status: answered.status, data: answered.at('data.in') }).toEqual({
    status: 200,
    data: { first: 'of the outage' },
  })
  const refused = await client.post('echo', { second: true })
  expect({ status: refused.status, code: refused.at('error.code') }).toEqual({
    status: 503,
    code: 'SERVICE_UNAVAILABLE',
  })
  expect(refused.headers.get('retry-after')).toBe('1')
  // What leaves no trace needs no storage.
  expect((await client.post('free', 1)).status).toBe(200)
  expect((await client.request('GET', '/healthz')).status).toBe(200)
}

async function expectWritesRefused({ client }: RunningServer): Promise<void> {
  const answers = await Promise.all([
    client.admin('POST', 'workflows', echoWorkflow('during-outage')),
    client.admin('POST', 'channels', channel('during-outage')),
    client.admin('POST', 'connectors', {
      id: 'during-outage',
      name: 'during-outage',
      connector_type: 'http',
      config: { url: 'https://a.example' },
    }),
    client.setStatus('workflows', 'echo', 'archived'),
    client.admin('DELETE', 'channels/echo'),
  ])
  for (const answer of answers) {
    expect({ status: answer.status, code: answer.at('error.code') }).toEqual({
      status: 500,
      code: 'STORAGE_ERROR',
    })
    // Nothing of the driver reaches the caller.
    expect(answer.text).not.toMatch(/sqlite|locked|full|disk|table/i)
  }
}

/** New work is taken on by itself, and nothing of what was refused has happened. */
async function expectRecovery({ client }: RunningServer): Promise<void> {
  const recovered = async () => (await client.post('echo', { after: true })).status === 200 || undefined
  await until('Work is taken on again', recovered)
  expect((await client.admin('GET', 'workflows/during-outage')).status).toBe(404)
  expect((await client.admin('POST', 'workflows', echoWorkflow('after-outage'))).status).toBe(201)
  const { body } = await client.request('GET', '/api/v1/data/traces?limit=1000')
  const traces: { input_json: string | null }[] = Object(body).data
  expect(traces.map(trace => trace.input_json)).toContain('{"after":true}')
  expect((await client.request('GET', '/health')).at('status')).toBe('ok')
}

function expectCounted(log: string): void {
  const lines = log.split('\n').filter(line => line.startsWith('{'))
  const last = lines
    .map(line => JSON.parse(line).fields)
    .find(({ message }) => message === 'Orion shut down cleanly')
  expect(last.trace_write).toBeGreaterThan(0)
}

describe('while the database cannot be written', () => {
  test('because another process holds its lock: answers go out, new work is refused, then it recovers', async () => {
    await using server = await serving()
    const other = openDatabase(server)
    other.run('begin immediate')
    await expectOutage(server)
    await expectWritesRefused(server)
    // Reading goes on.
    expect((await server.client.admin('GET', 'workflows')).at('total')).toBe(2)
    other.close()
    await expectRecovery(server)
    expect(await server.stop()).toBe(0)
    expectCounted(await server.log())
  })

  test('because a table is missing', async () => {
    await using server = await serving()
    await server.client.post('echo', 1)
    using other = openDatabase(server)
    other.run('alter table traces rename to elsewhere')
    await expectOutage(server)
    const list = await server.client.request('GET', '/api/v1/data/traces')
    expect({ status: list.status, code: list.at('error.code') }).toEqual({
      status: 500,
      code: 'STORAGE_ERROR',
    })
    other.run('alter table elsewhere rename to traces')
    await expectRecovery(server)
    expect(await server.stop()).toBe(0)
    expectCounted(await server.log())
  })

  test('because the disk is full', async () => {
    await buildBinary()
    // A limit on the size of files, whose signal is ignored, is a full disk to a database.
    const command = ['sh', '-c', 'trap "" XFSZ; ulimit -S -f 2048; exec "$0"', BINARY]
    await using server = await serving({ command, env: { ORION_LOGGING__LEVEL: 'error' } })
    const filler = 'x'.repeat(100_000)
    await until('The disk is full', async () => {
      const { status } = await server.client.post('echo', filler)
      expect([200, 503]).toContain(status)
      return status === 503 || undefined
    })
    await expectWritesRefused(server)
    expect((await server.client.post('free', 1)).status).toBe(200)
    expect(Bun.spawnSync(['prlimit', `--pid=${server.pid}`, '--fsize=unlimited:unlimited']).success).toBe(
      true,
    )
    await expectRecovery(server)
    expect(await server.stop()).toBe(0)
    expect(await server.log()).not.toContain('Unhandled error')
    using database = openDatabase(server)
    expect(database.query('pragma integrity_check').values()).toEqual([['ok']])
  })
})

describe('a database that breaks while it is served', () => {
  test('makes coded errors and a degraded health, never an end of the process', async () => {
    await using server = await serving()
    for (let n = 0; n < 50; n++) await server.client.post('echo', 'x'.repeat(5_000))
    await writeFile(join(server.folder, 'orion.db'), 'no database any more'.repeat(1_000))
    await writeFile(join(server.folder, 'orion.db-wal'), '')
    const paths = ['admin/workflows', 'admin/channels', 'admin/audit-logs', 'data/traces']
    for (const path of paths) {
      const { status } = await server.client.request('GET', `/api/v1/${path}`)
      expect([200, 500]).toContain(status)
    }
    for (let n = 0; n < 10; n++) {
      const { status, text } = await server.client.post('echo', n)
      expect({ text, known: [200, 503].includes(status) }).toEqual({ text, known: true })
    }
    expect((await server.client.request('GET', '/healthz')).status).toBe(200)
    expect(await server.stop()).toBe(0)
    const log = await server.log()
    expect(log).not.toContain('INTERNAL_ERROR')
    expect(log).not.toContain('Unhandled error')
  })
})
