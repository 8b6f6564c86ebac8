import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type App, openApp } from './harness/app.ts'
import { expectEnvelope, problemsOf } from './harness/envelope.ts'
import { channel, echoWorkflow } from './harness/samples.ts'

/** Every route that reads a body. */
const ROUTES = [
  'POST /api/v1/admin/workflows',
  'PUT /api/v1/admin/workflows/echo',
  'PATCH /api/v1/admin/workflows/echo/status',
  'POST /api/v1/admin/channels',
  'PUT /api/v1/admin/channels/echo',
  'PATCH /api/v1/admin/channels/echo/status',
  'POST /api/v1/admin/connectors',
  'PUT /api/v1/admin/connectors/echo',
  'POST /api/v1/data/echo',
] as const

const TYPE = { 'content-type': 'application/json' }

let app: App

beforeAll(async () => {
  app = await openApp({ env: { ORION_INGEST__MAX_PAYLOAD_SIZE: '20000' } })
  await app.client.declare(echoWorkflow('echo'), channel('echo'))
  for (const kind of ['workflows', 'channels']) await app.client.admin('POST', `${kind}/echo/versions`)
  await app.client.admin('POST', 'connectors', {
    id: 'echo',
    name: 'echo',
    connector_type: 'cache',
    config: { backend: 'memory' },
  })
})

afterAll(() => app[Symbol.asyncDispose]())

function send(route: string, body: string, headers: Record<string, string> = TYPE) {
  const [method = '', path = ''] = route.split(' ')
  return app.client.request(method, path, { body, headers })
}

describe.each(ROUTES)('%s', route => {
  test.each([
    ['{', 1, 2],
    ['{"a":1,}', 1, 8],
    ['{\n  "a": nope\n}', 2, 8],
    ['{"a":1} x', 1, 9],
    ['{"ä":"🚀",}', 1, 10],
    ["{'a':1}", 1, 2],
    ['[1 2]', 1, 4],
    ['{"a":01}', 1, 7],
    ['\n\n"open', 3, 6],
    ['{"a":"\n"}', 1, 7],
    ['{"a":tru}', 1, 6],
    ['{"a":"\\x"}', 1, 7],
  ])('%p is malformed at line %p, column %p', async (body, line, column) => {
    const answer = await send(route, body)
    expectEnvelope(answer, 400, 'BAD_REQUEST')
    expect(String(answer.at('error.message'))).toStartWith('Invalid JSON body: ')
    expect(String(answer.at('error.message'))).toContain(`line ${line}, column ${column}`)
  })

  test('numbers beyond the range of numbers are refused, each with its place', async () => {
    const answer = await send(
      route,
      '{"a":[1,12345678901234567890e300],"b":{"c":-1e999,"d":9007199254740993},"e":1e300}',
    )
    expectEnvelope(answer, 400, 'NUMBER_OUT_OF_RANGE')
    expect(problemsOf(answer)).toEqual({
      'a[1]': 'OUT_OF_RANGE',
      'b.c': 'OUT_OF_RANGE',
    })
  })

  test('half of a surrogate pair, a byte order mark and bytes that are no UTF-8 are refused', async () => {
    expectEnvelope(await send(route, '{"a":"\\udc00"}'), 400, 'BAD_REQUEST')
    expectEnvelope(await send(route, '\ufeff{}'), 400, 'BAD_REQUEST')
    const [method = '', path = ''] = route.split(' ')
    const bytes = new Uint8Array([0x22, 0xff, 0x22])
    const response = await app.orion.fetch(
      new Request(`http://orion.test${path}`, { method, body: bytes, headers: TYPE }),
    )
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { error: { code: 'BAD_REQUEST', message: 'Invalid JSON body: it is not valid UTF-8' } },
    ])
  })

  test('128 levels of nesting are refused', async () => {
    const answer = await send(route, '['.repeat(128) + ']'.repeat(128))
    expectEnvelope(answer, 400, 'BAD_REQUEST')
    expect(answer.at('error.message')).toBe('Invalid JSON body: it nests deeper than 127 levels')
    const code = (await send(route, '['.repeat(127) + ']'.repeat(127))).at('error.code')
    expect(code).toBe('VALIDATION_ERROR')
  })

  test('a body above the limit is 413, though its type is wrong too', async () => {
    expectEnvelope(
      await send(route, 'x'.repeat(20_001), { 'content-type': 'text/plain' }),
      413,
      'PAYLOAD_TOO_LARGE',
    )
  })

  test.each([
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
    'text/json',
    'application/+json',
  ])('a body as %s is 415', async type => {
    const answer = await send(route, '{}', { 'content-type': type })
    expectEnvelope(answer, 415, 'UNSUPPORTED_MEDIA_TYPE')
    expect(answer.at('error.message')).toBe('Content-Type must be application/json for requests with a body')
  })

  test('white space around the JSON and a charset are fine', async () => {
    const answer = await send(route, ' \r\n\t[] ', {
      'content-type': 'application/problem+json; charset=UTF-8',
    })
    expect(answer.at('error.code')).toBe('VALIDATION_ERROR')
  })
})

test('a declared length above the limit is refused before anything else is looked at', async () => {
  const headers = { ...TYPE, 'content-length': '20001' }
  const declared = (path: string) => app.client.request('POST', path, { body: '{', headers })
  expectEnvelope(await declared('/api/v1/data/nobody'), 413, 'PAYLOAD_TOO_LARGE')
  expectEnvelope(await declared('/api/v1/data/echo'), 413, 'PAYLOAD_TOO_LARGE')
})

test('127 levels go in and come out', async () => {
  const deep = '['.repeat(126) + ']'.repeat(126)
  const answer = await send('POST /api/v1/data/echo', `{"data":${deep}}`)
  expect(answer.status).toBe(200)
  expect(answer.text).toContain(deep)
})

test('integers of any size, fractions and exponents go in and come out', async () => {
  const answer = await send(
    'POST /api/v1/data/echo',
    '{"data":[9007199254740992,-9007199254740993,12345678901234567890123,0.1,1e21]}',
  )
  expect(answer.text).toContain('[9007199254740992,-9007199254740993,12345678901234567890123,0.1,1e+21]')
})

test('the order of keys is kept, but for integers, which come first', async () => {
  const answer = await send('POST /api/v1/data/echo', '{"data":{"z":1,"a":2,"10":3,"9":4}}')
  expect(answer.text).toContain('{"9":4,"10":3,"z":1,"a":2}')
})
