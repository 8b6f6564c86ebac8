import { expect, test } from 'bun:test'
import { layoutJson } from './json-layout.ts'

test('what fits its line stands on it, but not the whole', () => {
  expect(layoutJson({ a: { '>': [{ var: 'data.total' }, 10] }, b: [], c: {} })).toBe(
    '{\n  "a": { ">": [{ "var": "data.total" }, 10] },\n  "b": [],\n  "c": {}\n}',
  )
  expect([layoutJson([1]), layoutJson({}), layoutJson('x'), layoutJson(2n ** 60n)]).toEqual([
    '[\n  1\n]',
    '{}',
    '"x"',
    '1152921504606846976',
  ])
})

test('a line has 100 characters, with the comma that may follow', () => {
  const text = (length: number) => [{ k: ['x'.repeat(length)] }, 1]
  const [open, item, last] = layoutJson(text(84)).split('\n')
  expect([open, item?.length, last]).toEqual(['[', 100, '  1'])
  expect(layoutJson(text(85)).split('\n')[1]).toBe('  {')
  expect(layoutJson([1, { k: ['x'.repeat(85)] }]).split('\n')[2]).toHaveLength(100)
})

test('of a list of things with several entries each has a line of its own', () => {
  expect(
    layoutJson({
      mappings: [
        { path: 'a', logic: 1 },
        { path: 'b', logic: 2 },
      ],
    }),
  ).toBe('{\n  "mappings": [\n    { "path": "a", "logic": 1 },\n    { "path": "b", "logic": 2 }\n  ]\n}')
  expect(layoutJson({ and: [{ a: 1 }, { b: 1, c: 2 }] })).toBe(
    '{\n  "and": [{ "a": 1 }, { "b": 1, "c": 2 }]\n}',
  )
})
