import { expect, test } from 'bun:test'
import { channelFilter } from './channel-filter.ts'

const serves = (name: string, include: string[], exclude: string[] = []) =>
  channelFilter({ include, exclude })(name)

test('an empty list includes everything and excludes nothing', () => {
  expect(serves('orders', [])).toBe(true)
})

test('a name is served when something includes it and nothing excludes it', () => {
  expect(serves('orders', ['orders'])).toBe(true)
  expect(serves('orders', ['payments'])).toBe(false)
  expect(serves('orders', ['payments', 'ord*'])).toBe(true)
  expect(serves('orders', ['*'], ['orders'])).toBe(false)
  expect(serves('orders', [], ['*'])).toBe(false)
})

test.each([
  ['*-debug', 'a-debug-debug', true],
  ['*-debug', '-debug', true],
  ['*-debug', 'a-debugger', false],
  ['a*b*c', 'a--b--b--c', true],
  ['a*b*c', 'acb', false],
  ['a**c', 'ac', true],
  ['orders*', 'orders\nv2', true],
  ['Orders', 'orders', false],
  ['a.c', 'abc', false],
  ['a?c', 'abc', false],
  ['[ab]', 'a', false],
  ['{a,b}', 'a', false],
  ['a/*', 'a/b/c', true],
  ['*', 'a/b', true],
  ['a**', 'a/b/c', true],
  ['**/c', 'a/b/c', true],
  ['a/b', 'axb', false],
  ['*', '.hidden', true],
  ['!a', '!a', true],
  ['!a', 'b', false],
  ['\\*', '\\a', true],
  ['*ö💩', 'xö💩', true],
  ['$^|()+\\', '$^|()+\\', true],
])('the pattern %s fits %p: %p', (pattern, name, fits) => {
  expect(serves(name, [pattern])).toBe(fits)
})

test('a name that almost fits a pattern of many stars is told at once', () => {
  const almost = 'a'.repeat(255)
  expect(serves(almost, [`${'*a'.repeat(60)}*b`])).toBe(false)
  expect(serves(`${almost}b`, [`${'*a'.repeat(60)}*b`])).toBe(true)
})
