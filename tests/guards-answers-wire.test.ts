import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Json } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import { freePort } from './harness/binary.ts'
import { openClient } from './harness/client.ts'
import { longTier } from './harness/needs.ts'
import { openConnection, type RawConnection } from './harness/raw-connection.ts'
import { channel, mapTask, parseTask, workflow } from './harness/samples.ts'

const PORT = freePort()
const CONFIG = {
  request: { body_mode: 'payload' },
  response: {
    mode: 'shaped',
    cookies: true,
    allowed_headers: ['location', 'etag', 'link', 'content-type', 'x-own'],
  },
}

let app: App

beforeAll(async () => {
  app = await openApp({ env: { ORION_SERVER__PORT: String(PORT), ORION_SERVER__HOST: '127.0.0.1' } })
  app.orion.listen()
  await app.client.declare(
    workflow('mirror', [mapTask('m', { 'data.text': 'body' }), parseTask('_orion.response')]),
    channel('mirror', { config: CONFIG, methods: ['POST', 'HEAD', 'GET'] }),
  )
})

afterAll(() => app[Symbol.asyncDispose]())

function ask(connection: RawConnection, response: Json) {
  const body = JSON.stringify(response)
  const head = [
    'POST /api/v1/data/mirror HTTP/1.1',
    'host: localhost',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  connection.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  return connection.answer()
}

/** Everything that an answer of this channel may have. */
const KNOWN = [
  ...CONFIG.response.allowed_headers,
  'set-cookie',
  'x-content-type-options',
  'x-frame-options',
  'content-security-policy',
  'referrer-policy',
  'permissions-policy',
  'x-request-id',
  'x-orion-workflow-version',
  'date',
  'content-length',
]

const fragment = fc.oneof(
  fc.constantFrom(
    '\r\nx-split: 1',
    '\nx-split: 1',
    '\rx-split: 1',
    '\r\n\r\nHTTP/1.1 200 OK',
    '\0',
    '\u010d\u010ax-split: 1',
    '\u2028',
    '; Domain=evil.example',
    '%0d%0a',
    '\u0085',
    '"',
    ',',
    ': ',
  ),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.string({ unit: 'grapheme', maxLength: 5 }),
)
const text = fc.array(fragment, { maxLength: 4 }).map(parts => parts.join('').toWellFormed())
const value = fc.oneof(text, fc.array(text, { maxLength: 3 }), fc.integer(), fc.constant(null))
const headers = fc.dictionary(
  fc.oneof(text, fc.constantFrom(...KNOWN, 'Connection', 'transfer-encoding')),
  value,
)
const cookie = fc.record(
  {
    name: fc.oneof(text, fc.constant('a')),
    value: fc.oneof(text, fc.constant('1')),
    path: text.map(tail => `/${tail}`),
    domain: text,
    expires: text,
    same_site: fc.oneof(text, fc.constant('None')),
    max_age: fc.oneof(fc.integer(), fc.double()),
  },
  { requiredKeys: ['name', 'value'] },
)

test('no header and no cookie that a workflow can write splits its answer', async () => {
  using connection = await openConnection(PORT)
  const written = fc.record({
    headers,
    cookies: fc.array(cookie, { maxLength: 3 }),
    body_path: fc.constant('text'),
  })
  await fc.assert(
    fc.asyncProperty(written, async response => {
      const answer = await ask(connection, JSON.parse(JSON.stringify(response)))
      expect([answer.status, answer.body]).toEqual([200, '"body"'])
      for (const name of answer.headers.keys()) expect(KNOWN).toContain(name)
      expect(answer.headers.get('content-length')).toBe('6')
      expect(answer.headers.get('set-cookie') ?? '').not.toContain('Domain=evil')
    }),
    { numRuns: longTier ? 20_000 : 500 },
  )
})

describe('on the wire', () => {
  test.each([204, 205, 304])('%d has no body, and the connection goes on', async status => {
    using connection = await openConnection(PORT)
    for (let round = 0; round < 2; round++) {
      const answer = await ask(connection, { status, headers: { etag: '"1"' } })
      expect([answer.status, answer.headers.get('etag'), answer.body]).toEqual([status, '"1"', ''])
      expect([undefined, '0']).toContain(answer.headers.get('content-length'))
      expect(answer.headers.has('content-type')).toBe(false)
    }
    expect((await ask(connection, { body_path: 'text' })).body).toBe('"body"')
  })

  test.each([201, 299, 422, 599])('%d is sent', async status => {
    using connection = await openConnection(PORT)
    expect((await ask(connection, { status, body_path: 'text' })).status).toBe(status)
  })

  test('latin1 is latin1, and each cookie has a line of its own', async () => {
    const client = openClient((path, init) => fetch(`http://127.0.0.1:${PORT}${path}`, init))
    const body = {
      headers: { 'x-own': 'é' },
      cookies: [
        { name: 'a', value: '1' },
        { name: 'b', value: '2', expires: '2030-01-01T00:00:00Z' },
      ],
    }
    const answer = await client.request('POST', '/api/v1/data/mirror', { body })
    expect(answer.headers.get('x-own')).toBe('é')
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2; Expires=Tue, 01 Jan 2030 00:00:00 GMT'])
  })

  test('HEAD has the head that GET has', async () => {
    const client = openClient((path, init) => fetch(`http://127.0.0.1:${PORT}${path}`, init))
    const get = await client.request('GET', '/api/v1/data/mirror')
    const head = await client.request('HEAD', '/api/v1/data/mirror')
    expect([get.text, head.text]).toEqual(['{"text":"body"}', ''])
    for (const name of ['content-type', 'content-length', 'x-orion-workflow-version']) {
      expect(head.headers.get(name)).toBe(get.headers.get(name))
    }
  })
})
