import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type RunningServer, startServer } from '../harness/binary.ts'
import type { Answer } from '../harness/client.ts'
import { lockDatabase } from '../harness/lock.ts'
import { exchangeRaw, openConnection, type RawAnswer } from '../harness/raw-connection.ts'
import { channel, echoWorkflow } from '../harness/samples.ts'

const LIMIT = 100_000
/** Longer than the idle time-outs that servers have by default. */
const LONG_PAUSE_MS = 13_000

let server: RunningServer
let begun: Promise<RawAnswer>
let slowRun: Promise<Answer>

beforeAll(async () => {
  server = await startServer({ env: { ORION_INGEST__MAX_PAYLOAD_SIZE: String(LIMIT) } })
  await server.client.declare(echoWorkflow('echo'), channel('echo'))
  begun = pausedRequest()
  slowRun = heldRequest()
})
afterAll(() => server[Symbol.asyncDispose]())

const JSON_POST = 'HTTP/1.1\nhost: localhost\ncontent-type: application/json'
const WAYS_IN = [
  '/api/v1/data/echo',
  '/api/v1/admin/workflows',
  '/api/v1/admin/channels',
  '/api/v1/admin/connectors',
]

/** A client that sends half of its body and thinks about the rest for a long time. */
async function pausedRequest(): Promise<RawAnswer> {
  using connection = await openConnection(server.port)
  connection.write(
    `POST /api/v1/data/echo ${JSON_POST}\ncontent-length: 16\n\n{"data":`.replaceAll('\n', '\r\n'),
  )
  await Bun.sleep(LONG_PAUSE_MS)
  connection.write('{"n":1}}')
  return await connection.answer()
}

/** A request that the server cannot answer for a long time, because it cannot store its trace. */
async function heldRequest(): Promise<Answer> {
  await using slow = await startServer({ env: { ORION_STORAGE__BUSY_TIMEOUT_MS: '60000' } })
  await slow.client.declare(echoWorkflow('echo'), channel('echo'))
  using lock = lockDatabase(slow.folder)
  const answer = slow.client.post('echo', 'slow')
  await Bun.sleep(LONG_PAUSE_MS)
  lock[Symbol.dispose]()
  return await answer
}

function chunked(...chunks: string[]): string {
  return [...chunks, ''].map(chunk => `${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`).join('')
}

function expectTooLarge({ status, headers, body }: RawAnswer): void {
  expect({ status, body: JSON.parse(body) }).toMatchObject({
    status: 413,
    body: { error: { code: 'PAYLOAD_TOO_LARGE', request_id: headers.get('x-request-id') ?? 'none' } },
  })
  expect(headers.get('content-type')).toBe('application/json')
}

describe('a body beyond the limit', () => {
  test.each(WAYS_IN)('is refused by its declared length, before it is sent (%s)', async path => {
    expectTooLarge(await exchangeRaw(server.port, `POST ${path} ${JSON_POST}\ncontent-length: ${LIMIT + 1}`))
  })

  test.each(WAYS_IN)('is refused in the middle when it has no length (%s)', async path => {
    using connection = await openConnection(server.port)
    connection.write(`POST ${path} ${JSON_POST}\ntransfer-encoding: chunked\n\n`.replaceAll('\n', '\r\n'))
    const chunk = 'x'.repeat(LIMIT / 4)
    for (let sent = 0; sent <= LIMIT; sent += chunk.length) {
      connection.write(chunked(chunk).slice(0, -'0\r\n\r\n'.length))
    }
    expectTooLarge(await connection.answer())
  })

  test('of exactly the limit is none', async () => {
    const wrap = '{"data":""}'.length
    const text = 'x'.repeat(LIMIT - wrap)
    expect((await server.client.post('echo', text)).status).toBe(200)
    expect((await server.client.post('echo', `${text}x`)).status).toBe(413)
  })

  test('far beyond leaves the server alive', async () => {
    const answer = exchangeRaw(
      server.port,
      `POST /api/v1/data/echo ${JSON_POST}\ncontent-length: 99999999999999`,
    )
    expect((await answer.catch(() => ({ status: 413 }))).status).toBe(413)
    expect((await server.client.post('echo', 1)).status).toBe(200)
  })
})

describe('a body in chunks', () => {
  test('is one text, wherever it is cut', async () => {
    const bytes = Buffer.from('{"data":{"greeting":"héllo 🚀"}}')
    using connection = await openConnection(server.port)
    connection.write(
      `POST /api/v1/data/echo ${JSON_POST}\ntransfer-encoding: chunked\n\n`.replaceAll('\n', '\r\n'),
    )
    for (const byte of bytes) connection.write(Buffer.from([...Buffer.from('1\r\n'), byte, 13, 10]))
    connection.write('0\r\n\r\n')
    const { status, body } = await connection.answer()
    expect({ status, data: JSON.parse(body).data }).toEqual({
      status: 200,
      data: { in: { greeting: 'héllo 🚀' } },
    })
  })

  test('that is empty is no body', async () => {
    const head = 'POST /api/v1/data/echo HTTP/1.1\nhost: localhost\ntransfer-encoding: chunked'
    const { status, body } = await exchangeRaw(server.port, head, '0\r\n\r\n')
    expect({ status, data: JSON.parse(body).data }).toEqual({ status: 200, data: { in: {} } })
  })
})

describe('one connection', () => {
  test('takes one request at a time: a second one before the answer to the first closes it', async () => {
    using connection = await openConnection(server.port)
    const body = '{"data":1}'
    const head = `POST /api/v1/data/echo ${JSON_POST}\ncontent-length: ${body.length}\n\n`
    connection.write((head.replaceAll('\n', '\r\n') + body).repeat(3))
    await connection.closed()
    expect((await server.client.post('echo', 1)).status).toBe(200)
  })

  test('lives on after refusals', async () => {
    using connection = await openConnection(server.port)
    const send = (head: string, body = '') =>
      connection.write(
        `${head}\nhost: localhost\ncontent-length: ${body.length}\n\n`.replaceAll('\n', '\r\n') + body,
      )
    for (const [status, head, body] of [
      [404, 'GET /nowhere HTTP/1.1', ''],
      [405, 'DELETE /health HTTP/1.1', ''],
      [400, 'POST /api/v1/data/echo HTTP/1.1\ncontent-type: application/json', '{"data":'],
      [415, 'POST /api/v1/data/echo HTTP/1.1\ncontent-type: text/plain', '{"data":1}'],
      [404, 'POST /api/v1/data/nobody HTTP/1.1\ncontent-type: application/json', '{"data":1}'],
      [200, 'GET /healthz HTTP/1.1', ''],
    ] as const) {
      send(head, body)
      expect((await connection.answer()).status).toBe(status)
    }
  })
})

describe('a client that leaves', () => {
  test('in the middle of its body, or before its answer, disturbs nobody', async () => {
    for (let round = 0; round < 50; round++) {
      using connection = await openConnection(server.port)
      const path = WAYS_IN[round % WAYS_IN.length]
      const head = `POST ${path} ${JSON_POST}\ncontent-length: 10\n\n`.replaceAll('\n', '\r\n')
      connection.write(head + '{"data":1}'.slice(0, round % 11))
      if (round % 2 === 0) connection.reset()
    }
    expect((await server.client.post('echo', { still: 'here' })).at('data.in')).toEqual({ still: 'here' })
    expect((await server.client.request('GET', '/health')).at('status')).toBe('ok')
    const log = await server.log()
    expect(log).not.toContain('Unhandled error')
    expect(log).not.toContain('INTERNAL_ERROR')
  })
})

test('a client that pauses for 13 s in the middle of its body is not cut', async () => {
  const { status, body } = await begun
  expect({ status, data: JSON.parse(body).data }).toEqual({ status: 200, data: { in: { n: 1 } } })
})

test('an answer that takes 13 s is not cut', async () => {
  expect((await slowRun).at('data')).toEqual({ in: 'slow' })
})
