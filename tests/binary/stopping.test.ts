import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { freePort, type RunningServer, runCommand, startServer } from '../harness/binary.ts'
import { lockDatabase } from '../harness/lock.ts'
import { openConnection, type RawConnection } from '../harness/raw-connection.ts'
import { channel, echoWorkflow } from '../harness/samples.ts'
import { tempFolder } from '../harness/temp-folder.ts'
import { until } from '../harness/until.ts'

const CLEAN = 'Orion shut down cleanly'

async function serving(env: Readonly<Record<string, string>> = {}): Promise<RunningServer> {
  const server = await startServer({ env })
  await server.client.declare(echoWorkflow('echo'), channel('echo'))
  return server
}

async function listening({ port }: RunningServer): Promise<boolean> {
  try {
    using _ = await openConnection(port)
    return true
  } catch {
    return false
  }
}

function stopsListening(server: RunningServer): Promise<true> {
  return until('The server stops accepting', async () => !(await listening(server)) || undefined)
}

const request = (line: string, body = '') =>
  `${line} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`

/** A kept-alive connection with one request behind it. */
async function keptAlive(port: number): Promise<RawConnection> {
  const connection = await openConnection(port)
  connection.write(request('GET /readyz'))
  expect((await connection.answer()).status).toBe(200)
  return connection
}

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', signal => {
  test('ends an idle server within a second, with 0, and closes its database whole', async () => {
    await using server = await serving()
    await server.client.post('echo', 1)
    using _ = await keptAlive(server.port)
    const beganMs = performance.now()
    expect(await server.stop(signal)).toBe(0)
    expect(performance.now() - beganMs).toBeLessThan(1_000)
    expect(await server.log()).toContain(CLEAN)
    expect(await Bun.file(join(server.folder, 'orion.db-wal')).exists()).toBe(false)
  })
})

describe('a server that is told to stop', () => {
  test('answers what is in flight, closes those connections, and takes nothing more', async () => {
    await using server = await serving({ ORION_STORAGE__BUSY_TIMEOUT_MS: '60000' })
    using inFlight = await keptAlive(server.port)
    using half = await keptAlive(server.port)
    using lock = lockDatabase(server.folder)
    inFlight.write(request('POST /api/v1/data/echo', '{"data":"in flight"}'))
    const split = request('POST /api/v1/data/echo', '{"data":"half"}')
    half.write(split.slice(0, -8))
    await server.client.request('GET', '/healthz')

    const stopped = server.stop()
    await stopsListening(server)
    half.write(split.slice(-8))
    lock[Symbol.dispose]()
    for (const [connection, data] of [
      [inFlight, 'in flight'],
      [half, 'half'],
    ] as const) {
      const { status, headers, body } = await connection.answer()
      expect({ status, connection: headers.get('connection'), data: JSON.parse(body).data }).toEqual({
        status: 200,
        connection: 'close',
        data: { in: data },
      })
      await connection.closed()
    }
    expect(await stopped).toBe(0)
    using database = new Database(join(server.folder, 'orion.db'), { readonly: true })
    expect(database.query('select input_json from traces order by input_json').values()).toEqual([
      ['"half"'],
      ['"in flight"'],
    ])
  })

  test('ends in time when a request does not end, and says so', async () => {
    await using server = await serving({ ORION_SERVER__SHUTDOWN_DRAIN_SECS: '1' })
    using stuck = await keptAlive(server.port)
    stuck.write(request('POST /api/v1/data/echo', '{"data":"never whole"}').slice(0, -3))
    await server.client.request('GET', '/healthz')
    const beganMs = performance.now()
    expect(await server.stop()).toBe(0)
    expect(performance.now() - beganMs).toBeWithin(900, 5_000)
    await stuck.closed()
    expect(await server.log()).toMatch(/drain/i)
  })

  test('ends at once at the second signal', async () => {
    await using server = await serving()
    using stuck = await keptAlive(server.port)
    stuck.write(request('POST /api/v1/data/echo', '{"data":"never whole"}').slice(0, -3))
    await server.client.request('GET', '/healthz')
    process.kill(server.pid, 'SIGTERM')
    await stopsListening(server)
    expect(await server.stop()).toBe(1)
    expect(await server.log()).not.toContain(CLEAN)
  })

  test('in a load cuts no connection, loses no answer and no trace', async () => {
    await using server = await serving()
    const answered: string[] = []
    async function untilTold(): Promise<void> {
      using connection = await openConnection(server.port)
      for (;;) {
        connection.write(request('POST /api/v1/data/echo', `{"data":${answered.length}}`))
        const { status, headers, body } = await connection.answer()
        expect(status).toBe(200)
        answered.push(JSON.parse(body).id)
        if (headers.get('connection') === 'close') return connection.closed()
      }
    }
    const clients = Promise.all(Array.from({ length: 16 }, untilTold))
    await until('The load runs', () => answered.length > 500 || undefined)
    expect(await server.stop()).toBe(0)
    await clients
    using database = new Database(join(server.folder, 'orion.db'), { readonly: true })
    const stored = new Set(database.query('select id from traces').values().flat())
    expect(answered.filter(id => !stored.has(id))).toEqual([])
  })

  test('is not ready any more, on connections that it had', async () => {
    await using server = await serving()
    using probe = await keptAlive(server.port)
    process.kill(server.pid, 'SIGTERM')
    await until(
      'The signal has arrived',
      async () => (await server.log()).includes('Shutdown signal') || undefined,
    )
    probe.write(request('GET /readyz'))
    const { status, headers, body } = await probe.answer()
    expect({ status, connection: headers.get('connection'), ready: JSON.parse(body).status }).toEqual({
      status: 503,
      connection: 'close',
      ready: 'not_ready',
    })
    expect(await server.exited).toBe(0)
  })
})

describe('a port that is in use', () => {
  test('is refused with what to do about it; the first server serves on, its database unharmed', async () => {
    await using server = await serving()
    await using other = await tempFolder()
    const { code, stdout, stderr } = await runCommand([], {
      folder: other.path,
      env: { ORION_SERVER__HOST: '127.0.0.1', ORION_SERVER__PORT: String(server.port) },
    })
    expect(code).toBe(1)
    expect(stderr).toContain(`Cannot listen on 127.0.0.1:${server.port}: another process listens there`)
    expect(stdout + stderr).not.toMatch(/^\s+at /m)
    expect((await server.client.post('echo', 1)).status).toBe(200)
  })

  test('is refused beside a server on all addresses, and the other way round', async () => {
    await using server = await startServer({ env: { ORION_SERVER__HOST: '0.0.0.0' } })
    await using other = await tempFolder()
    const on = (host: string) =>
      runCommand([], {
        folder: other.path,
        env: { ORION_SERVER__HOST: host, ORION_SERVER__PORT: String(server.port) },
      })
    expect(await on('0.0.0.0')).toMatchObject({ code: 1 })
  })

  test('an address that this machine does not have is told as such', async () => {
    await using folder = await tempFolder()
    const { code, stderr } = await runCommand([], {
      folder: folder.path,
      env: { ORION_SERVER__HOST: '192.0.2.1', ORION_SERVER__PORT: String(freePort()) },
    })
    expect({ code, stderr }).toMatchObject({ code: 1 })
    expect(stderr).toContain('Cannot listen on 192.0.2.1')
    expect(stderr).toContain('server.host')
  })
})
