import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../../std/json.ts'
import { type Shape, shapeOf, shapeRules, takeResponse } from './written-response.ts'

const DATA: JsonObject = {
  order: { id: 7, lines: [{ sku: 'A' }], note: 'text', none: null },
  page: '<p>hi</p>',
  data: { own: 1 },
}

function shaped(response: JsonObject, config = {}): Shape {
  return shapeOf(response, DATA, shapeRules(config))
}

const cookies = (...written: Json[]) => shaped({ cookies: written }, { cookies: true })
const droppedFrom = ({ dropped }: Shape) => dropped.map(({ code, path }) => `${code} ${path}`)
const AT = 'data._orion.response'

describe('what the workflow wrote is taken out of data', () => {
  test('with the key around it when that is empty then', () => {
    const response = { status: 201 }
    const data = { a: 1, _orion: { response } }
    expect(takeResponse(data)).toEqual({ written: response, rest: { a: 1 } })
    expect(data).toEqual({ a: 1, _orion: { response } })
    expect(takeResponse({ _orion: { response, more: 1 }, b: 2 })?.rest).toEqual({ _orion: { more: 1 }, b: 2 })
  })

  test('and nothing else counts', () => {
    for (const data of [{}, { _orion: {} }, { _orion: 5 }, { response: {} }, 'text', null, [1]]) {
      expect(takeResponse(data)).toBeUndefined()
    }
    expect(takeResponse(JSON.parse('{"_orion":{"__proto__":{"response":{}}}}'))).toBeUndefined()
  })
})

describe('a status', () => {
  test.each([200, 201, 204, 299, 302, 404, 418, 500, 599])('%d is sent', status => {
    expect(shaped({ status })).toMatchObject({ status, dropped: [] })
  })

  test.each<[Json]>([[199], [600], [100], [999], [-1], [201.5], ['201'], [true], [[201]], [{}], [2n ** 60n]])(
    '%p is 200, and told',
    status => {
      const shape = shaped({ status })
      expect(shape.status).toBe(200)
      expect(droppedFrom(shape)).toEqual([`OUT_OF_RANGE ${AT}.status`])
    },
  )

  test('that is not there, or null, is 200', () => {
    expect(shaped({})).toMatchObject({ status: 200, dropped: [] })
    expect(shaped({ status: null })).toMatchObject({ status: 200, dropped: [] })
  })

  test.each([204, 205, 304])('%d has no body', status => {
    expect(shaped({ status })).toMatchObject({ body: undefined, dropped: [] })
    expect(droppedFrom(shaped({ status, body_path: 'order', raw: true }))).toEqual([
      `NOT_ALLOWED ${AT}.body_path`,
      `NOT_ALLOWED ${AT}.raw`,
    ])
  })
})

describe('a header', () => {
  test('of the usual ones is set, in any spelling', () => {
    const headers = { Location: '/orders/7', 'cache-control': 'no-store', ETAG: '"x"', LINK: ['<a>', '<b>'] }
    expect(shaped({ headers })).toMatchObject({
      headers: [
        ['location', '/orders/7'],
        ['cache-control', 'no-store'],
        ['etag', '"x"'],
        ['link', '<a>'],
        ['link', '<b>'],
      ],
      dropped: [],
    })
  })

  test('content-type is the type of the body', () => {
    expect(shaped({ headers: { 'Content-Type': 'text/plain' } })).toMatchObject({
      contentType: 'text/plain',
      headers: [],
    })
  })

  test('that is not allowed is dropped', () => {
    const shape = shaped({ headers: { 'x-own': '1', server: 'me', 'set-cookie': 'a=b' } })
    expect(shape.headers).toEqual([])
    expect(droppedFrom(shape)).toEqual([
      `NOT_ALLOWED ${AT}.headers.x-own`,
      `NOT_ALLOWED ${AT}.headers.server`,
      `NOT_ALLOWED ${AT}.headers.set-cookie`,
    ])
  })

  test('is allowed by the list of the channel, which stands for the usual one', () => {
    const shape = shaped(
      { headers: { 'x-own': '1', 'Set-Cookie': ['a=b', 'c=d'], location: '/' } },
      { allowed_headers: ['X-Own', 'set-cookie'] },
    )
    expect(shape.headers).toEqual([
      ['x-own', '1'],
      ['set-cookie', 'a=b'],
      ['set-cookie', 'c=d'],
    ])
    expect(droppedFrom(shape)).toEqual([`NOT_ALLOWED ${AT}.headers.location`])
  })

  test.each([
    'connection',
    'Keep-Alive',
    'transfer-encoding',
    'te',
    'trailer',
    'upgrade',
    'Content-Length',
    'content-encoding',
    'X-Request-Id',
    'x-orion-cache',
    'RateLimit-Limit',
    'idempotent-replayed',
    'access-control-allow-origin',
    'content-security-policy',
    'x-frame-options',
    'date',
  ])('%s is never set, whatever the list says', name => {
    const shape = shaped({ headers: { [name]: '1' } }, { allowed_headers: [name] })
    expect(shape.headers).toEqual([])
    expect(droppedFrom(shape)).toEqual([`NOT_ALLOWED ${AT}.headers.${name}`])
  })

  test.each(['a\rb', 'a\nb', 'a\r\nset-cookie: x=1', 'a\0b', 'a\x01b', 'a\x7fb', 'Ā', '🚀', '\u2028'])(
    'with the value %j is dropped, and the value not told',
    value => {
      const shape = shaped({ headers: { etag: value, location: ['/', value] } })
      expect(shape.headers).toEqual([])
      expect(droppedFrom(shape)).toEqual([
        `INVALID_FORMAT ${AT}.headers.etag`,
        `TYPE_MISMATCH ${AT}.headers.location`,
      ])
      expect(JSON.stringify(shape.dropped)).not.toContain(JSON.stringify(value).slice(1, -1))
    },
  )

  test.each<[Json]>([[5], [true], [{}], [[1]], [[null]]])('with the value %j is dropped', value => {
    const shape = shaped({ headers: { etag: value } })
    expect(shape.headers).toEqual([])
    expect(shape.dropped).toHaveLength(1)
  })

  test('that is null is not set', () => {
    expect(shaped({ headers: { etag: null }, cookies: null })).toMatchObject({ headers: [], dropped: [] })
    expect(shaped({ headers: null })).toMatchObject({ dropped: [] })
  })

  test('that comes in two spellings counts once', () => {
    const shape = shaped({ headers: { location: '/a', Location: '/b' } })
    expect(shape.headers).toEqual([['location', '/a']])
    expect(droppedFrom(shape)).toEqual([`DUPLICATE ${AT}.headers.Location`])
  })

  test('with latin1 and a tab is sent', () => {
    expect(shaped({ headers: { etag: '"é\tx"' } }).headers).toEqual([['etag', '"é\tx"']])
  })

  test('that is too long, or one too many, is dropped', () => {
    expect(droppedFrom(shaped({ headers: { etag: 'x'.repeat(8193) } }))).toEqual([
      `TOO_LONG ${AT}.headers.etag`,
    ])
    const many = shaped({ headers: { link: Array.from({ length: 65 }, () => 'x') } })
    expect(many.headers).toHaveLength(64)
    expect(droppedFrom(many)).toEqual([`TOO_LONG ${AT}.headers.link[64]`])
    const large = shaped({ headers: { link: Array.from({ length: 4 }, () => 'x'.repeat(8000)) } })
    expect(large.headers).toHaveLength(2)
  })

  test('headers that are no object are told', () => {
    expect(droppedFrom(shaped({ headers: ['a'] }))).toEqual([`TYPE_MISMATCH ${AT}.headers`])
  })
})

describe('a cookie', () => {
  test('is written as RFC 6265 has it', () => {
    const cookie = {
      name: 'session',
      value: 'a=b/c',
      path: '/shop',
      domain: 'example.com',
      max_age: 60,
      expires: '2026-11-21T14:00:00+01:00',
      http_only: true,
      secure: true,
      same_site: 'lax',
    }
    expect(cookies(cookie)).toMatchObject({
      headers: [
        [
          'set-cookie',
          'session=a=b/c; Path=/shop; Domain=example.com; Max-Age=60; Expires=Sat, 21 Nov 2026 13:00:00 GMT; HttpOnly; Secure; SameSite=Lax',
        ],
      ],
      dropped: [],
    })
  })

  test('may be quoted, empty, and end at an HTTP date; null is as if it was left out', () => {
    const shape = cookies(
      { name: 'a', value: '"x"', path: null, secure: null },
      { name: 'b', value: '', max_age: 0, secure: false, http_only: false },
      { name: 'c', value: '1', expires: 'Sat, 21 Nov 2026 13:00:00 GMT' },
    )
    expect(shape.headers.map(([, value]) => value)).toEqual([
      'a="x"',
      'b=; Max-Age=0',
      'c=1; Expires=Sat, 21 Nov 2026 13:00:00 GMT',
    ])
  })

  test('for other sites is for encrypted connections alone', () => {
    for (const same_site of ['None', 'none', 'NONE']) {
      expect(cookies({ name: 'a', value: '1', same_site, secure: false }).headers).toEqual([
        ['set-cookie', 'a=1; Secure; SameSite=None'],
      ])
    }
  })

  test.each<[string, JsonObject]>([
    ['name', { name: '', value: '1' }],
    ['name', { name: 'a b', value: '1' }],
    ['name', { name: 'a=b', value: '1' }],
    ['name', { name: 'ä', value: '1' }],
    ['name', { value: '1' }],
    ['value', { name: 'a' }],
    ['value', { name: 'a', value: 5 }],
    ['value', { name: 'a', value: 'x; Domain=evil.example' }],
    ['value', { name: 'a', value: 'x\r\nset-cookie: b=2' }],
    ['value', { name: 'a', value: 'x y' }],
    ['value', { name: 'a', value: '"x' }],
    ['value', { name: 'a', value: 'x,y' }],
    ['value', { name: 'a', value: 'é' }],
    ['path', { name: 'a', value: '1', path: 'shop' }],
    ['path', { name: 'a', value: '1', path: '/; Domain=evil.example' }],
    ['path', { name: 'a', value: '1', path: '/\n' }],
    ['domain', { name: 'a', value: '1', domain: 'a;b' }],
    ['domain', { name: 'a', value: '1', domain: '' }],
    ['max_age', { name: 'a', value: '1', max_age: -1 }],
    ['max_age', { name: 'a', value: '1', max_age: '60' }],
    ['max_age', { name: 'a', value: '1', max_age: 1e300 }],
    ['expires', { name: 'a', value: '1', expires: 'tomorrow' }],
    ['expires', { name: 'a', value: '1', expires: '2026-13-45T99:00:00Z' }],
    ['expires', { name: 'a', value: '1', expires: 'Sat, 21 Nov 2026 13:00:00 GMT\r\nx: y' }],
    ['same_site', { name: 'a', value: '1', same_site: 'Strict; Secure' }],
    ['http_only', { name: 'a', value: '1', http_only: 'yes' }],
    ['httponly', { name: 'a', value: '1', httponly: true }],
  ])('with a wrong %s is dropped whole: %j', (key, cookie) => {
    const shape = cookies({ name: 'good', value: '1' }, cookie)
    expect(shape.headers).toEqual([['set-cookie', 'good=1']])
    expect(shape.dropped).toMatchObject([{ path: `${AT}.cookies[1].${key}` }])
    expect(JSON.stringify(shape.dropped)).not.toContain('evil')
  })

  test('needs a channel that allows cookies', () => {
    const shape = shaped({ cookies: [{ name: 'a', value: '1' }] })
    expect(shape.headers).toEqual([])
    expect(droppedFrom(shape)).toEqual([`NOT_ALLOWED ${AT}.cookies`])
  })

  test('is one of 50 at most, in a list', () => {
    const many = cookies(...Array.from({ length: 51 }, (_, n) => ({ name: `c${n}`, value: '1' })))
    expect(many.headers).toHaveLength(50)
    expect(droppedFrom(many)).toEqual([`TOO_LONG ${AT}.cookies`])
    const noList = shaped({ cookies: { name: 'a', value: '1' } }, { cookies: true })
    expect(droppedFrom(noList)).toEqual([`TYPE_MISMATCH ${AT}.cookies`])
    expect(droppedFrom(cookies('a=1'))).toEqual([`TYPE_MISMATCH ${AT}.cookies[0]`])
  })
})

describe('a body', () => {
  test.each<[Json, Json]>([
    ['order', DATA.order ?? null],
    ['order.id', 7],
    ['data.order.id', 7],
    ['data', DATA],
    ['data.data.own', 1],
    ['order.none', null],
    ['order.missing', null],
    ['missing.path', null],
    ['order.lines.0', null],
    ['order.lines.length', null],
    ['order.note.length', null],
    ['', null],
    ['order.', null],
    ['__proto__', null],
    ['constructor.name', null],
    [null, DATA],
  ])('body_path %j is %j', (body_path, value) => {
    expect(shaped({ body_path })).toMatchObject({ body: { value, raw: false }, dropped: [] })
  })

  test('without a path is all of data', () => {
    expect(shaped({ status: 201 }).body).toEqual({ value: DATA, raw: false })
    expect(shaped({ body_path: 5 })).toMatchObject({
      body: { value: DATA },
      dropped: [{ code: 'TYPE_MISMATCH', path: `${AT}.body_path` }],
    })
  })

  test('that is raw is the text itself', () => {
    expect(shaped({ body_path: 'page', raw: true })).toMatchObject({
      body: { value: DATA.page, raw: true },
      contentType: undefined,
      dropped: [],
    })
  })

  test('that is raw and no text is JSON', () => {
    const shape = shaped({ body_path: 'order', raw: true })
    expect(shape.body).toEqual({ value: DATA.order ?? null, raw: false })
    expect(droppedFrom(shape)).toEqual([`TYPE_MISMATCH ${AT}.raw`])
    expect(droppedFrom(shaped({ raw: 'yes' }))).toEqual([`TYPE_MISMATCH ${AT}.raw`])
  })
})

test('a key that a response does not have is told with the nearest one', () => {
  const { dropped } = shaped({ header: {}, statuscode: 5 })
  expect(dropped).toMatchObject([
    { code: 'UNKNOWN_KEY', path: `${AT}.header`, message: expect.stringContaining('"headers"') },
    { code: 'UNKNOWN_KEY', path: `${AT}.statuscode` },
  ])
})

test('no more than 50 things are told', () => {
  const headers = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`x-${n}`, '1']))
  expect(shaped({ headers }).dropped).toHaveLength(50)
})
