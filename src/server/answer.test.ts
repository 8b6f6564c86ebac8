import { describe, expect, test } from 'bun:test'
import { CorsPolicy } from '../channel/cors/policy.ts'
import { OPEN_CORS } from '../channel/cors/test-cors.ts'
import { OrionError, validationError } from '../errors.ts'
import { errorAnswer, type Failure, jsonAnswer, plainAnswer } from './answer.ts'
import type { Exchange } from './exchange.ts'

function exchange(): Exchange {
  return {
    id: '01a1fceb-3842-7136-9f87-61d1ac29a82c',
    requestId: 'r-1',
    startedMs: 0,
    method: 'GET',
    path: '/',
    query: '',
    route: undefined,
    responseLength: undefined,
    extraHeaders: undefined,
    cors: new CorsPolicy(OPEN_CORS),
    shownLimit: undefined,
    showLimit: () => undefined,
    addHeader: () => undefined,
    clientIp: () => '192.0.2.1',
    peer: () => undefined,
  }
}

const SECURITY = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'strict-origin-when-cross-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
}

async function refused(error: unknown) {
  const failures: Failure[] = []
  const response = errorAnswer(exchange(), error, (_exchange, failure) => failures.push(failure))
  return { response, failures, body: JSON.parse(await response.text()) }
}

describe('every answer', () => {
  test('carries the security headers and the request id', () => {
    for (const response of [
      jsonAnswer(exchange(), 200, '{}'),
      jsonAnswer(exchange(), 503, '{}', { 'retry-after': '1' }),
      plainAnswer(exchange(), 204, null),
      errorAnswer(exchange(), new Error('x'), () => undefined),
    ]) {
      expect(Object.fromEntries(response.headers)).toMatchObject({ ...SECURITY, 'x-request-id': 'r-1' })
    }
  })

  test('has headers of its own: one answer does not leave its own in the next', () => {
    const first = jsonAnswer(exchange(), 200, '{}', { 'x-extra': '1' })
    first.headers.set('connection', 'close')
    const second = jsonAnswer({ ...exchange(), requestId: 'r-2' }, 200, '{}')
    expect(second.headers.get('x-extra')).toBeNull()
    expect(second.headers.get('connection')).toBeNull()
    expect(first.headers.get('x-request-id')).toBe('r-1')
  })

  test('tells its length in bytes', () => {
    const seen = exchange()
    jsonAnswer(seen, 200, '"é"')
    expect(seen.responseLength).toBe(4)
    plainAnswer(seen, 200, new Blob(['abc']))
    expect(seen.responseLength).toBe(3)
  })
})

test('a plain answer may have a policy of its own', () => {
  const response = plainAnswer(exchange(), 200, new Blob(['x']), {
    'content-security-policy': "default-src 'self'",
  })
  expect(response.headers.get('content-security-policy')).toBe("default-src 'self'")
})

describe('an error', () => {
  test('answers by its row in the table, with its details and headers', async () => {
    const { response, body, failures } = await refused(
      new OrionError('METHOD_NOT_ALLOWED', 'no', { headers: { allow: 'GET' } }),
    )
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET')
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(body).toEqual({ error: { code: 'METHOD_NOT_ALLOWED', message: 'no', request_id: 'r-1' } })
    expect(failures).toEqual([])
  })

  test('of a field lists its details', async () => {
    const details = [{ path: 'name', code: 'REQUIRED', message: '"name" is required' }] as const
    const { response, body } = await refused(validationError(details))
    expect(response.status).toBe(400)
    expect(body.error.details).toEqual(details)
  })

  test.each([new TypeError('secret: hunter2'), 'a string', undefined, { code: 'NOT_FOUND', status: 404 }])(
    'that nobody expected (%p) is 500, its cause goes to the report alone',
    async thrown => {
      const { response, body, failures } = await refused(thrown)
      expect(response.status).toBe(500)
      expect(body).toEqual({
        error: { code: 'INTERNAL_ERROR', message: 'An internal error occurred', request_id: 'r-1' },
      })
      expect(failures).toEqual([{ code: 'INTERNAL_ERROR', expected: false, cause: thrown }])
    },
  )

  test('with a cause is reported as expected and shows the cause to nobody', async () => {
    const cause = new Error('disk on fire at /var/lib/orion')
    const { body, failures } = await refused(
      new OrionError('STORAGE_ERROR', 'An internal storage error occurred', { cause }),
    )
    expect(JSON.stringify(body)).not.toContain('fire')
    expect(failures).toEqual([{ code: 'STORAGE_ERROR', expected: true, cause }])
  })

  test('500 without a cause is reported as its own cause', async () => {
    const error = new OrionError('INTERNAL_ERROR', 'The stored row is unreadable')
    expect((await refused(error)).failures).toEqual([
      { code: 'INTERNAL_ERROR', expected: true, cause: error },
    ])
  })

  test.each([
    new OrionError('SERVICE_UNAVAILABLE', 'quarantined'),
    new OrionError('BAD_REQUEST', 'cut short', { cause: new Error('reset') }),
  ])('that says everything (%p) is not reported', async error => {
    expect((await refused(error)).failures).toEqual([])
  })

  test.each([
    new OrionError('TIMEOUT', 'too slow'),
    new OrionError('SERVICE_UNAVAILABLE', 'no traces', { cause: new Error('disk full') }),
  ])('of the server (%p) is reported', async error => {
    expect((await refused(error)).failures).toHaveLength(1)
  })

  test('with nasty text stays JSON', async () => {
    const message = 'a "quote", \u0000, \ud800 and \u2028'
    const { response } = await refused(new OrionError('BAD_REQUEST', message))
    expect(response.status).toBe(400)
  })
})
