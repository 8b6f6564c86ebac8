import { expect, test } from 'bun:test'
import type { Json } from './json.ts'
import { isTooLarge } from './json-size.ts'

test('a text is measured by its letters, its keys and its punctuation', () => {
  expect(isTooLarge('x'.repeat(98), 100)).toBe(false)
  expect(isTooLarge('x'.repeat(99), 100)).toBe(true)
  expect(isTooLarge({ ['k'.repeat(200)]: 1 }, 100)).toBe(true)
  expect(
    isTooLarge(
      Array.from({ length: 40 }, () => 1),
      100,
    ),
  ).toBe(false)
  expect(
    isTooLarge(
      Array.from({ length: 60 }, () => 1),
      100,
    ),
  ).toBe(true)
  for (const scalar of [null, true, 1]) expect(isTooLarge(scalar, 1)).toBe(false)
})

test('what is never more than the limit when written is never too large', () => {
  const value = { a: [1, 'two', { three: null }], b: { c: true } }
  expect(isTooLarge(value, JSON.stringify(value).length)).toBe(false)
})

test('a value whose shared parts make an endless text is refused at once', () => {
  let value: Json = ['x']
  for (let doubling = 0; doubling < 200; doubling++) value = [value, value]
  expect(isTooLarge(value, 1_000_000)).toBe(true)
})

test('a value too deep to be written is refused', () => {
  const nested = (levels: number) => {
    let value: Json = 1
    for (let level = 0; level < levels; level++) value = { v: value }
    return value
  }
  expect(isTooLarge(nested(500), 1_000_000)).toBe(false)
  expect(isTooLarge(nested(501), 1_000_000)).toBe(true)
  expect(isTooLarge(nested(100_000), 10_000_000)).toBe(true)
})

test('an own __proto__ counts', () => {
  expect(isTooLarge(JSON.parse(`{"__proto__":"${'x'.repeat(100)}"}`), 100)).toBe(true)
})
