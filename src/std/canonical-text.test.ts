import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { CanonicalText } from './canonical-text.ts'
import type { Json, JsonObject } from './json.ts'

function digest(...parts: (Json | undefined)[]): string {
  const text = new CanonicalText(10_000)
  for (const part of parts) text.value(part)
  expect(text.isTooLong).toBe(false)
  return text.digest()
}

/** Made of the characters that the text itself is made of. */
const syntax = fc.string({ unit: fc.constantFrom('"', ':', '{', '[', '1', '-', ';', 'a'), maxLength: 4 })
const { tree } = fc.letrec<{ tree: Json }>(tie => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Json>(null, true, false, 0, 1, -1, 1.5, 1e21, 2n ** 60n),
    syntax,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(syntax, tie('tree'), { maxKeys: 3 }),
  ),
}))
const parts = fc.array(fc.option(tree, { nil: undefined }), { maxLength: 4 })

function reordered(value: Json): Json {
  if (Array.isArray(value)) return value.map(reordered)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reordered(member)]),
  )
}

describe('lists of values', () => {
  test('that are equal have one digest, those that differ never', () => {
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        expect(digest(...one) === digest(...other)).toBe(Bun.deepEquals(one, other, true))
      }),
      { numRuns: 3000 },
    )
  })

  test('have one digest whatever the order of keys', () => {
    fc.assert(fc.property(tree, value => expect(digest(reordered(value))).toBe(digest(value))))
  })
})

describe.each<[string, Json | undefined, Json | undefined]>([
  ['a text and a number', '1', 1],
  ['null and nothing', null, undefined],
  ['null and a text', null, 'null'],
  ['an exact integer and a number', 10n ** 20n, 1e20],
  ['false and zero', false, 0],
  ['an empty list and an empty object', [], {}],
  ['a nested and a flat list', [[1], 2], [[1, 2]]],
  ['one text and two', ['a"1:b'], ['a', 'b']],
  ['halves of different surrogate pairs', '\ud800', '\ud801'],
  ['half a surrogate pair and what UTF-8 makes of it', '\ud800', '\ufffd'],
])('%s', (_, one, other) => {
  test('are told apart', () => expect(digest(one)).not.toBe(digest(other)))
})

test('__proto__ is a key like others', () => {
  const value: JsonObject = JSON.parse('{"__proto__": 1}')
  expect(digest(value)).not.toBe(digest({}))
  expect(digest(value)).not.toBe(digest(JSON.parse('{"__proto__": 2}')))
})

test('members are an object of the named keys alone', () => {
  const text = new CanonicalText(100)
  text.members({ b: 1, a: 2, c: 3 }, ['b', 'a'])
  expect(text.digest()).toBe(digest({ a: 2, b: 1 }))
})

describe('too long', () => {
  const tooLong = (value: Json) => {
    const text = new CanonicalText(1000)
    text.value(value)
    return text.isTooLong
  }

  test('is a long text, list or object', () => {
    expect(tooLong('x'.repeat(1001))).toBe(true)
    expect(tooLong(Array.from({ length: 1000 }, () => 1))).toBe(true)
    expect(tooLong({ a: 'x'.repeat(500), b: 'y'.repeat(500), c: 1 })).toBe(true)
    expect(tooLong(['x'.repeat(900)])).toBe(false)
  })

  test('is a value of shared parts whose text would be endless', () => {
    let value: Json = ['x']
    for (let doubling = 0; doubling < 100; doubling++) value = [value, value]
    expect(tooLong(value)).toBe(true)
  })

  test('is a value that is too deep', () => {
    let value: Json = []
    for (let depth = 0; depth < 100_000; depth++) value = [value]
    const text = new CanonicalText(10_000_000)
    text.value(value)
    expect(text.isTooLong).toBe(true)
  })
})
