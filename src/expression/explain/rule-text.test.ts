import { expect, test } from 'bun:test'
import type { Json } from '../../std/json.ts'
import { ruleText } from './rule-text.ts'

test.each<[Json, string]>([
  [{ var: 'a.b' }, 'a.b'],
  [{ var: ['a', 0] }, '(a or else 0)'],
  [{ var: '' }, 'var("")'],
  [{ var: [] }, 'var()'],
  [{ val: ['a', 'b'] }, 'a.b'],
  [{ val: [[1], 'x'] }, 'val([1], "x")'],
  [{ var: { cat: ['a', 'b'] } }, 'var(cat("a", "b"))'],
  [{ '>': [{ var: 'a' }, 5] }, 'a > 5'],
  [{ '<': [1, { var: 'x' }, 9] }, '1 < x < 9'],
  [{ and: [{ var: 'a' }, { or: [{ var: 'b' }, { var: 'c' }] }] }, 'a and (b or c)'],
  [{ or: [{ and: [{ var: 'a' }, { var: 'b' }] }, { var: 'c' }] }, 'a and b or c'],
  [{ '!': { var: 'a' } }, 'not a'],
  [{ '!': [{ '==': [{ var: 'a' }, 'x'] }] }, 'not (a == "x")'],
  [{ '-': [{ var: 'a' }] }, '-(a)'],
  [{ '-': [1, { '-': [2, 3] }] }, '1 - (2 - 3)'],
  [{ '*': [{ '+': [1, 2] }, 3] }, '(1 + 2) * 3'],
  [{ if: [{ var: 'a' }, 'x', { var: 'b' }, 'y', 'z'] }, 'if a then "x" else if b then "y" else "z"'],
  [{ if: [{ var: 'a' }, 'x'] }, 'if a then "x"'],
  [{ '==': [{ if: [{ var: 'a' }, 1, 2] }, 1] }, '(if a then 1 else 2) == 1'],
  [{ max: [{ var: 'a' }, 2] }, 'max(a, 2)'],
  [{ now: [] }, 'now()'],
  [{ filter: [{ var: 'xs' }, { '>': [{ var: 'n' }, 1] }] }, 'filter(xs, n > 1)'],
  [{ in: [{ var: 'a' }, ['x', 'y']] }, 'a in ["x", "y"]'],
  [{ a: 1, b: { var: 'c' } }, '{"a": 1, "b": c}'],
  [{}, '{}'],
  [[{ var: 'a' }, null], '[a, null]'],
  ['text "quoted"', '"text \\"quoted\\""'],
  [null, 'null'],
])('%j', (rule, text) => {
  expect(ruleText(rule)).toBe(text)
})

test('a long rule is cut', () => {
  const text = ruleText({ cat: Array.from({ length: 500 }, () => 'abc') })
  expect(text).toHaveLength(401)
  expect(text).toEndWith('…')
})
