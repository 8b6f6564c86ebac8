import { describe, expect, test } from 'bun:test'
import type { JsonObject } from '../../std/json.ts'
import { testArrival } from '../test-arrival.ts'
import { fingerprintOf, requestKey } from './request-key.ts'

function keyOf(auth?: JsonObject, text = 'k', channel = 'orders'): string {
  return requestKey(channel, auth, text)
}

function token(claims: JsonObject): JsonObject {
  return { mode: 'jwt', claims }
}

describe('the key of a request', () => {
  test('is as long for a key of one letter as for one of a thousand', () => {
    expect(keyOf(undefined, 'k')).toMatch(/^[0-9a-f]{64}$/)
    expect(keyOf(undefined, 'k'.repeat(1000))).toHaveLength(64)
  })

  test('is of one channel, one key and one caller', () => {
    const callers: (JsonObject | undefined)[] = [
      undefined,
      { mode: 'hmac' },
      { mode: 'api_key', key_id: 'key-1' },
      { mode: 'api_key', key_id: 'key-2' },
      token({ sub: 'ada' }),
      token({ sub: 'ada', iss: 'one' }),
      token({ sub: 'ada', iss: 'two' }),
      token({ sub: 'bob' }),
      token({ role: 'admin' }),
      token({ role: 'guest' }),
      token({}),
    ]
    const keys = callers.flatMap(auth =>
      ['orders', 'payments'].flatMap(channel => ['k', 'K'].map(text => keyOf(auth, text, channel))),
    )
    expect(new Set(keys).size).toBe(callers.length * 4)
  })

  test('cannot be that of another caller or channel, whatever the client writes', () => {
    expect(keyOf(undefined, '",null]\nk')).not.toBe(keyOf(undefined, 'k'))
    expect(requestKey('a","x', undefined, 'k')).not.toBe(requestKey('a', undefined, 'x","k'))
  })

  test('stays the same with the next token of a caller', () => {
    const first = { iss: 'one', sub: 'ada', iat: 1, exp: 2, nbf: 1, jti: 'a', auth_time: 1, scope: 'read' }
    const next = { ...first, iat: 5, exp: 6, nbf: 5, jti: 'b', auth_time: 5, scope: 'write' }
    expect(keyOf(token(first))).toBe(keyOf(token(next)))
    const { sub: _one, scope: _read, ...service } = first
    const { sub: _two, scope: _write, ...later } = next
    expect(keyOf(token({ ...service, client: 'c' }))).toBe(keyOf(token({ client: 'c', ...later })))
  })
})

test('a request is the same with the same method, path, query and bytes', () => {
  const base = { method: 'POST', path: '/api/v1/data/orders', rawQuery: 'a=1' }
  const print = (changes: object, body = '{"a":1}') =>
    fingerprintOf(testArrival({ ...base, ...changes }).facts, Buffer.from(body))
  expect(print({})).toBe(print({}))
  const others = [
    print({ method: 'PUT' }),
    print({ path: '/api/v1/data/order' }),
    print({ rawQuery: 'a=2' }),
    print({ rawQuery: '' }),
    print({ path: '/api/v1/data/orders\na=1', rawQuery: '' }),
    print({}, '{"a": 1}'),
    print({}, ''),
  ]
  expect(new Set([print({}), ...others]).size).toBe(others.length + 1)
})
