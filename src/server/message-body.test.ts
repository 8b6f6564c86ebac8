import { describe, expect, test } from 'bun:test'
import type { Body, BodyMode } from '../dispatch/arrival.ts'
import { OrionError } from '../errors.ts'
import type { Json } from '../std/json.ts'
import { readMessage } from './message-body.ts'

const JSON_TYPE = 'application/json'

function read(mode: BodyMode, body: string | Uint8Array, type: string | null): Body {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  const found = readMessage(bytes, type, mode)
  if (found instanceof Promise) throw new Error('small bodies are read at once')
  return found
}

function refusal(mode: BodyMode, body: string | Uint8Array, type: string | null): string {
  try {
    read(mode, body, type)
  } catch (error) {
    if (error instanceof OrionError) return `${error.status} ${error.code}`
    throw error
  }
  return 'not refused'
}

const payloadOf = (body: string | Uint8Array, type: string) => read('payload', body, type).payload

describe('as payload', () => {
  test.each<[Json]>([[{ data: 1, metadata: { a: 1 } }], [{ a: 1 }], [[1]], ['text'], [5], [null], [false]])(
    '%j is taken whole, and its caller has no metadata',
    body => {
      expect(read('payload', JSON.stringify(body), JSON_TYPE)).toEqual({ payload: body, metadata: undefined })
    },
  )

  test('__proto__ in a JSON body stays a key', () => {
    const payload = payloadOf('{"__proto__":{"admin":true}}', JSON_TYPE)
    expect(Object.keys(Object(payload))).toEqual(['__proto__'])
  })

  test.each(['application/json', 'APPLICATION/JSON; charset=utf-8', 'application/vnd.api+JSON'])(
    '%s is JSON',
    type => {
      expect(payloadOf('{"a":1}', type)).toEqual({ a: 1 })
    },
  )

  test.each([
    'application/xml',
    'text/xml',
    'Application/SOAP+xml; charset="UTF-8"',
    'application/atom+xml',
    'image/svg+xml',
    'text/plain',
    'TEXT/csv; header=present',
    'text/html',
  ])('%s is the text', type => {
    expect(payloadOf('<a>é</a>', type)).toBe('<a>é</a>')
  })

  test('a byte order mark is no part of a text', () => {
    expect(payloadOf('\ufeff<a/>', 'text/xml')).toBe('<a/>')
  })

  test.each([
    null,
    '',
    'json',
    '/',
    'application/octet-stream',
    'multipart/form-data; boundary=x',
    'image/png',
    'application/+json',
    'application/jsonp',
    'application/json, text/plain',
    'text',
  ])('%p is 415', type => {
    expect(refusal('payload', '{}', type)).toBe('415 UNSUPPORTED_MEDIA_TYPE')
  })

  test('malformed JSON is 400', () => {
    expect(refusal('payload', '{', JSON_TYPE)).toBe('400 BAD_REQUEST')
  })
})

test.each<BodyMode>(['envelope', 'payload', 'auto'])('no body is {} as %s, whatever its type', mode => {
  for (const type of [null, 'image/png', 'application/xml', JSON_TYPE]) {
    expect(read(mode, '', type)).toEqual({ payload: {}, metadata: undefined })
  }
})

describe('a charset', () => {
  const latin1 = new Uint8Array([0x3c, 0x61, 0x3e, 0xe9, 0x3c, 0x2f, 0x61, 0x3e])

  test.each(['iso-8859-1', 'ISO-8859-1', '"iso-8859-1"', 'latin1'])('%s is read', charset => {
    expect(payloadOf(latin1, `text/xml; charset=${charset}`)).toBe('<a>é</a>')
  })

  test.each(['utf-16', 'shift_jis', 'constructor', '""'])('%s is 415', charset => {
    expect(refusal('payload', 'x', `text/plain; charset=${charset}`)).toBe('415 UNSUPPORTED_MEDIA_TYPE')
  })

  test('is what the document declares, where its type names none', () => {
    const declared = Buffer.concat([Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?>'), latin1])
    expect(payloadOf(declared, 'application/xml')).toEndWith('<a>é</a>')
    expect(refusal('payload', declared, 'application/xml; charset=utf-8')).toBe('400 BAD_REQUEST')
    expect(refusal('payload', '<?xml version="1.0" encoding="utf-16"?><a/>', 'text/xml')).toBe(
      '415 UNSUPPORTED_MEDIA_TYPE',
    )
  })

  test('is kept by the bytes', () => {
    expect(refusal('payload', latin1, 'text/plain')).toBe('400 BAD_REQUEST')
  })
})

describe('a form', () => {
  const form = (text: string) => payloadOf(text, 'application/x-www-form-urlencoded; charset=UTF-8')

  test('is an object of texts', () => {
    expect(form('name=J%C3%BCrgen+M&n=1&empty=&bare&=x')).toEqual({
      name: 'Jürgen M',
      n: '1',
      empty: '',
      bare: '',
      '': 'x',
    })
  })

  test('has lists of what comes more than once', () => {
    expect(form('a=1&b=2&a=3&a=4')).toEqual({ a: ['1', '3', '4'], b: '2' })
  })

  test('keeps a question mark at its beginning', () => {
    expect(form('?a=1')).toEqual({ '?a': '1' })
  })

  test('has no power over prototypes', () => {
    const found = form('__proto__=x&__proto__=y&constructor=z')
    expect(Object.getPrototypeOf(found)).toBe(Object.prototype)
    expect(JSON.stringify(found)).toBe('{"__proto__":["x","y"],"constructor":"z"}')
  })

  test('has 1000 fields at most', () => {
    expect(
      Object.keys(Object(form(Array.from({ length: 1000 }, (_, n) => `f${n}=1`).join('&')))),
    ).toHaveLength(1000)
    expect(refusal('payload', 'a&'.repeat(1000), 'application/x-www-form-urlencoded')).toBe('400 BAD_REQUEST')
  })
})

describe('auto', () => {
  test('an object with data is the envelope', () => {
    expect(read('auto', '{"data":[1],"metadata":{"a":1}}', JSON_TYPE)).toEqual({
      payload: [1],
      metadata: { a: 1 },
    })
    expect(read('auto', '{"data":null}', JSON_TYPE)).toEqual({ payload: null, metadata: undefined })
  })

  test.each<[Json]>([[{ metadata: { a: 1 } }], [[{ data: 1 }]], ['data'], [{ Data: 1 }]])(
    '%j is the payload',
    body => {
      expect(read('auto', JSON.stringify(body), JSON_TYPE)).toEqual({ payload: body, metadata: undefined })
    },
  )

  test('what is not JSON is the payload', () => {
    expect(read('auto', 'data=1', 'application/x-www-form-urlencoded').payload).toEqual({ data: '1' })
    expect(read('auto', '<a/>', 'text/xml').payload).toBe('<a/>')
    expect(refusal('auto', 'x', null)).toBe('415 UNSUPPORTED_MEDIA_TYPE')
  })
})

test('the envelope takes JSON alone', () => {
  for (const type of ['text/xml', 'text/plain', 'application/x-www-form-urlencoded', null]) {
    expect(refusal('envelope', '{"data":1}', type)).toBe('415 UNSUPPORTED_MEDIA_TYPE')
  }
})

test('a large body is read in turns, in every mode', async () => {
  const big = { data: 'x'.repeat(100_000), metadata: { a: 1 } }
  const bytes = Buffer.from(JSON.stringify(big))
  const modes: readonly [BodyMode, Json][] = [
    ['envelope', big.data],
    ['auto', big.data],
    ['payload', big],
  ]
  for (const [mode, payload] of modes) {
    const found = readMessage(bytes, JSON_TYPE, mode)
    expect(found).toBeInstanceOf(Promise)
    expect((await found).payload).toEqual(payload)
  }
})
