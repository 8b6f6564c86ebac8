import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { connect } from 'node:net'
import { join } from 'node:path'
import { startServer } from '../harness/binary.ts'
import { logTask, workflow } from '../harness/samples.ts'
import { exported, importing } from '../harness/transfers.ts'
import { until } from '../harness/until.ts'

/** Together more than a socket and what lies before it hold. */
const COUNT = 600
const LONG = 'x'.repeat(25_000)

async function openFull() {
  const server = await startServer({ env: { ORION_INGEST__MAX_PAYLOAD_SIZE: '20000000' } })
  const items = Array.from({ length: COUNT }, (_, at) => workflow(`w${at}`, [logTask(LONG)]))
  const answer = await importing(server, 'workflows', items)
  expect(answer.at('imported')).toBe(COUNT)
  return server
}

test('an export over a socket is whole, and HEAD of it is empty', async () => {
  await using server = await openFull()
  expect(await exported(server, 'workflows')).toHaveLength(COUNT)
  const head = await server.client.request('HEAD', '/api/v1/admin/workflows/export')
  expect([head.status, head.text]).toEqual([200, ''])
  expect((await server.client.request('GET', '/healthz')).status).toBe(200)
})

test('a client that goes away in the middle is no harm', async () => {
  await using server = await openFull()
  for (let round = 0; round < 5; round++) {
    const gone = new AbortController()
    const response = await fetch(`${server.url}/api/v1/admin/workflows/export`, { signal: gone.signal })
    await response.body?.getReader().read()
    gone.abort()
  }
  expect(await exported(server, 'workflows')).toHaveLength(COUNT)
  expect(await server.stop()).toBe(0)
})

test('an export waits for its reader; one that breaks off does not look whole, and the log says so', async () => {
  await using server = await openFull()
  const reader = await openReader(server.port)
  using database = new Database(join(server.folder, 'orion.db'))
  database.run('pragma busy_timeout = 5000')
  database.run('alter table workflows rename to gone')
  const text = await reader.rest()
  expect(text).toStartWith('HTTP/1.1 200 OK')
  expect(text).toContain('"w0"')
  expect(text).not.toContain(']}\r\n0\r\n')
  await until('The log says that an export broke off', async () =>
    (await server.log()).includes('an export broke off') ? true : undefined,
  )
  expect((await server.client.request('GET', '/healthz')).status).toBe(200)
})

/** Asks for an export, and reads no more than its beginning until it is told to. */
async function openReader(port: number) {
  const began = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  let text = ''
  const socket = connect(port, '127.0.0.1')
  socket.once('data', () => {
    socket.pause()
    began.resolve()
  })
  socket.on('data', chunk => {
    text += String(chunk)
    if (text.endsWith('\r\n0\r\n\r\n')) ended.resolve()
  })
  socket.on('close', () => ended.resolve())
  socket.on('error', () => ended.resolve())
  socket.write('GET /api/v1/admin/workflows/export HTTP/1.1\r\nhost: localhost\r\n\r\n')
  await began.promise
  return {
    async rest() {
      socket.resume()
      await ended.promise
      socket.destroy()
      return text
    },
  }
}
