import { expect, test } from 'bun:test'
import { callerMetadata } from './caller-metadata.ts'

test('a caller keeps its own keys, in its order', () => {
  const metadata = {
    tenant: 'acme',
    nested: { headers: 1 },
    list: [1],
    orion: 1,
    kafka: 2,
    Params: 3,
    _Orion: 4,
  }
  expect(JSON.stringify(callerMetadata(metadata))).toBe(JSON.stringify(metadata))
})

test.each([
  'params',
  'query',
  'headers',
  'cookies',
  'http_method',
  'auth',
  'identity',
  'oauth',
  'trigger',
  'vars',
  'channel',
  'progress',
  'attempt',
  'idempotency_key',
  '_orion',
  '_orion_call_depth',
  '_orionx',
  'kafka_',
  'kafka_topic',
])('a caller cannot set %s', key => {
  expect(callerMetadata({ [key]: { x: 1 }, kept: 1 })).toEqual({ kept: 1 })
})

test('anything but an object is nothing', () => {
  for (const metadata of [undefined, null, 1, 'text', true, [{ a: 1 }]]) {
    expect(callerMetadata(metadata)).toEqual({})
  }
})

test('__proto__ is a key like any other', () => {
  const kept = callerMetadata(JSON.parse('{"__proto__":{"admin":true},"constructor":1}'))
  expect(Object.keys(kept)).toEqual(['__proto__', 'constructor'])
  expect(Object.getPrototypeOf(kept)).toBe(Object.prototype)
})

test('the result is an object of its own', () => {
  const metadata = { a: 1 }
  expect(callerMetadata(metadata)).not.toBe(metadata)
})
