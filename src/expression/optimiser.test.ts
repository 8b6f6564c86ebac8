import { describe, expect, test } from 'bun:test'
import type { Json } from '../std/json.ts'
import { compile } from './compile.ts'
import { defaultLimits } from './expression.ts'

function run(rule: Json, data: Json = {}): Json {
  return compile(rule, { mode: 'plain', limits: defaultLimits }).evaluate(data)
}

/* What the reference's optimiser does can be seen in results (engine-contract B2), so it belongs to the language. */

describe('literals in and, or', () => {
  test('a literal that does not decide is dropped: the other argument is the result, not its truth', () => {
    expect(run({ and: [{ var: 'x' }, true] }, { x: 5 })).toBe(5)
    expect(run({ and: [true, { var: 'x' }, 7] }, { x: 5 })).toBe(5)
    expect(run({ or: [false, { var: 'x' }] }, { x: 0 })).toBe(0)
  })

  test('a literal that decides is the result, and nothing before it runs', () => {
    expect(run({ and: [{ throw: 'never' }, false] })).toBe(false)
    expect(run({ and: [{ throw: 'never' }, 0, null] })).toBe(0)
    expect(run({ or: [{ throw: 'never' }, 'yes'] })).toBe('yes')
  })

  test('only literals give what evaluating them gives', () => {
    expect(run({ and: [1, 'two'] })).toBe('two')
    expect(run({ or: [0, ''] })).toBe('')
    expect(run({ and: [] })).toBe(null)
  })
})

describe('literal conditions of if', () => {
  test('branches that cannot be taken are dropped', () => {
    expect(run({ if: [false, { throw: 'never' }, { var: 'x' }] }, { x: 1 })).toBe(1)
    expect(run({ if: [{ var: 'x' }, 'a', true, 'b', { throw: 'never' }] }, { x: 0 })).toBe('b')
    expect(run({ if: [false, 1] })).toBe(null)
  })
})

describe('constants of + and *', () => {
  test('two or more are combined first', () => {
    const data = { x: 1e308 }
    expect(run({ '+': [{ var: 'x' }, 1e308, -1e308] }, data)).toBe(1e308)
    expect(run({ '*': [{ var: 'x' }, 10, 0.1] }, data)).toBe(1e308)
  })

  test('one stays where it is', () => {
    expect(run({ '+': [{ var: 'd' }, '1d'] }, { d: '2024-01-01T00:00:00Z' })).toBe('2024-01-02T00:00:00Z')
  })

  test('constants that cannot be combined fail when the rule is evaluated', () => {
    const expression = compile({ '+': [{ var: 'x' }, 'a', 'b'] }, { mode: 'plain', limits: defaultLimits })
    expect(() => expression.evaluate({ x: 1 })).toThrow('NaN')
  })
})

test('constant calls are computed once, and what fails in them fails later', () => {
  expect(run({ '+': [1, { '*': [2, 3] }] })).toBe(7)
  expect(run({ if: [{ var: 'x' }, { '/': [1, 0] }, 'fine'] })).toBe('fine')
})

test('neighbouring texts of cat are joined', () => {
  expect(run({ cat: ['a', 'b', { var: 'x' }, 'c', 'd'] }, { x: 1 })).toBe('ab1cd')
})

test('two negations are the truth', () => {
  expect(run({ '!': { '!': { var: 'x' } } }, { x: 'a' })).toBe(true)
  expect(run({ '!': [{ '!': [{ var: 'x' }] }] }, { x: [] })).toBe(false)
})

describe('an if that sorts a number into tiers', () => {
  const tiers = { if: [{ '<': [{ var: 'n' }, 10] }, 'low', { '<': [{ var: 'n' }, 100] }, 'mid', 'high'] }

  test.each([
    [9, 'low'],
    [10, 'mid'],
    [99.9, 'mid'],
    [100, 'high'],
    ['9', 'low'],
    [null, 'low'],
    [true, 'low'],
    ['50', 'mid'],
  ])('%j is %s', (n, tier) => {
    expect(run(tiers, { n })).toBe(tier)
  })

  test('fails where its comparisons fail', () => {
    expect(() => run(tiers, { n: 'many' })).toThrow('NaN')
    expect(() => run(tiers, { n: [] })).toThrow('NaN')
  })

  test.each([
    ['>', [5, 3], 4, 'b'],
    ['>=', [5, 3], 5, 'a'],
    ['<=', [3, 5], 5, 'b'],
    ['<=', [3, 5], 6, 'c'],
  ])('%s against %j', (operator, [first = 0, second = 0], n, expected) => {
    const rule = (flip: boolean, limit: number): Json => {
      const flipped = { '>': '<', '>=': '<=', '<=': '>=' }[operator] ?? ''
      return flip ? { [flipped]: [limit, { var: 'n' }] } : { [operator]: [{ var: 'n' }, limit] }
    }
    expect(run({ if: [rule(false, first), 'a', rule(true, second), 'b', 'c'] }, { n })).toBe(expected)
  })

  test('different variables are compared each for itself', () => {
    const rule = { if: [{ '<': [{ var: 'a' }, 1] }, 'a', { '<': [{ var: 'b' }, 1] }, 'b', 'none'] }
    expect(run(rule, { a: 5, b: 0 })).toBe('b')
  })
})
