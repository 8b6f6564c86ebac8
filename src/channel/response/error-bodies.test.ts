import { describe, expect, test } from 'bun:test'
import type { ErrorBody } from './definition.ts'
import { errorBodies, errorBodyProblems } from './error-bodies.ts'

const FACTS = {
  status: '429',
  code: 'RATE_LIMITED',
  message: 'say "no"\\\n<b>&',
  request_id: 'r-1',
  channel: 'orders',
  timestamp: '2026-01-02T03:04:05.678Z',
}

function rendered(body: ErrorBody['body'], content_type?: string): string | undefined {
  const own = content_type === undefined ? { body } : { body, content_type }
  return errorBodies({ error_bodies: { 429: own } })?.(429)?.render(FACTS)
}

function problem(body: ErrorBody['body'], content_type?: string) {
  const own = content_type === undefined ? { body } : { body, content_type }
  const [first] = errorBodyProblems('bodies', JSON.parse(JSON.stringify({ 429: own })))
  return first
}

describe('placeholders', () => {
  test('are filled in, in a text and in an object', () => {
    expect(rendered('{"s":{status},"c":"{code}","r":"{request_id}","n":"{channel}","t":"{timestamp}"}')).toBe(
      '{"s":429,"c":"RATE_LIMITED","r":"r-1","n":"orders","t":"2026-01-02T03:04:05.678Z"}',
    )
    expect(rendered({ error: { code: '{code}', list: ['{status}', 5, null] } })).toBe(
      '{"error":{"code":"RATE_LIMITED","list":["429",5,null]}}',
    )
  })

  test('stay inside their quotes in JSON', () => {
    for (const type of [undefined, 'application/problem+json; charset=utf-8', 'APPLICATION/JSON']) {
      expect(JSON.parse(rendered('{"m":"{message}"}', type) ?? '')).toEqual({ m: FACTS.message })
    }
    expect(JSON.parse(rendered({ m: '<{message}>' }) ?? '')).toEqual({ m: `<${FACTS.message}>` })
  })

  test('are no markup in markup', () => {
    for (const type of ['text/html', 'text/html; charset=utf-8', 'application/xml', 'image/svg+xml']) {
      expect(rendered('<p>{message}</p>', type)).toBe('<p>say &#34;no&#34;\\\n&#60;b&#62;&#38;</p>')
    }
  })

  test('are as they are in other texts', () => {
    expect(rendered('{code}: {message}', 'text/plain')).toBe(`RATE_LIMITED: ${FACTS.message}`)
  })
})

describe('braces', () => {
  test('of JSON need no escapes', () => {
    expect(rendered('{"error":{"inner":{"code":"{code}"}}}')).toBe(
      '{"error":{"inner":{"code":"RATE_LIMITED"}}}',
    )
    expect(rendered('{"error":{"status":{status}}}')).toBe('{"error":{"status":429}}')
  })

  test('of JSON may be doubled, as the reference wants it', () => {
    expect(rendered('{"error":{"code":"{code}"}}}}')).toBe('{"error":{"code":"RATE_LIMITED"}}')
    expect(rendered('{{"error":{{"code":"{code}"}}}}')).toBe('{"error":{"code":"RATE_LIMITED"}}')
  })

  test('around a name that are doubled are that text', () => {
    expect(rendered('{"help":"write {{code}} or {{nonsense}}"}')).toBe(
      '{"help":"write {code} or {nonsense}"}',
    )
    expect(rendered('{{code}} {{ }} {x y} {Code} {', 'text/plain')).toBe('{code} { } {x y} {Code} {')
  })
})

describe('the body is chosen', () => {
  test('by status, else it is the default one', () => {
    const bodies = errorBodies({ error_bodies: { 429: { body: '"a"' }, default: { body: '"b"' } } })
    expect([429, 500, 404].map(status => bodies?.(status)?.render(FACTS))).toEqual(['"a"', '"b"', '"b"'])
  })

  test('and is the usual one where there is none', () => {
    expect(errorBodies({ error_bodies: { 429: { body: '"a"' } } })?.(500)).toBeUndefined()
    expect(errorBodies({ error_bodies: {} })).toBeUndefined()
    expect(errorBodies({})).toBeUndefined()
  })

  test('with its content type', () => {
    const bodies = errorBodies({
      error_bodies: { 429: { body: 'no', content_type: 'text/plain' }, 500: { body: '{}' } },
    })
    expect([bodies?.(429)?.contentType, bodies?.(500)?.contentType]).toEqual([
      'text/plain',
      'application/json',
    ])
  })
})

describe('refused is', () => {
  test('a placeholder that does not exist, with the nearest one', () => {
    expect(problem('{"m":"{mesage}"}')).toMatchObject({
      path: 'bodies.429.body',
      code: 'UNKNOWN_KEY',
      suggestion: 'message',
    })
    expect(problem({ a: ['{statuscode}'] })).toMatchObject({ code: 'UNKNOWN_KEY', suggestion: 'status' })
    expect(problem('{nonsense_x}', 'text/plain')).toMatchObject({ code: 'UNKNOWN_KEY' })
  })

  test.each(['{"a":', 'no', '{"m":{message}}', '{"c":{code}}', '{"a":"\\{code}"}', '', '{"r":{request_id}}'])(
    'what is no JSON under a JSON content type: %s',
    body => {
      expect(problem(body)).toMatchObject({ path: 'bodies.429.body', code: 'INVALID_FORMAT' })
      expect(problem(body, 'application/problem+json')).toMatchObject({ code: 'INVALID_FORMAT' })
      expect(problem(body, 'text/plain')).toBeUndefined()
    },
  )

  test('an object under another content type', () => {
    expect(problem({ a: 1 }, 'text/html')).toMatchObject({ path: 'bodies.429.body', code: 'INVALID_FORMAT' })
  })

  test('more than 4 KiB', () => {
    expect(problem(`"${'x'.repeat(4094)}"`)).toBeUndefined()
    expect(problem(`"${'é'.repeat(2048)}"`)).toMatchObject({ path: 'bodies.429.body', code: 'TOO_LONG' })
    expect(problem({ a: 'x'.repeat(4096) })).toMatchObject({ code: 'TOO_LONG' })
  })

  test.each(['200', '399', '600', '4xx', '', 'Default', '__proto__', '0429'])('the key %j', key => {
    const bodies = JSON.parse(`{${JSON.stringify(key)}:{"body":"{}"}}`)
    expect(errorBodyProblems('bodies', bodies)).toMatchObject([
      { path: `bodies.${key}`, code: 'UNKNOWN_KEY' },
    ])
  })
})
