import { describe, expect, test } from 'bun:test'
import type { Json } from '../std/json.ts'
import { compile } from './compile.ts'
import { defaultLimits, ExpressionError, type Limits } from './expression.ts'

function evaluate(rule: Json, data: Json = {}, limits: Partial<Limits> = {}): Json {
  return compile(rule, { mode: 'template', limits: { ...defaultLimits, ...limits } }).evaluate(data)
}

/** The text of a BudgetExceeded; fails when the rule ends in any other way. */
function exceeded(rule: Json, data: Json = {}, limits: Partial<Limits> = {}): string {
  try {
    evaluate(rule, data, limits)
  } catch (error) {
    if (error instanceof ExpressionError && error.kind === 'BudgetExceeded') return error.message
    throw error
  }
  throw new Error('stayed within its budget')
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

function nested(levels: number, wrap: (inner: Json) => Json): Json {
  let value: Json = 1
  for (let level = 0; level < levels; level++) value = wrap(value)
  return value
}

const accumulator: Json = { var: 'accumulator' }

describe('operations of an evaluation', () => {
  test('nested iterators run out of them, and the error names the limit', () => {
    const rule = { map: [{ var: 'l' }, { map: [{ val: [[2], 'l'] }, { '+': [{ var: '' }, 1] }] }] }
    expect(exceeded(rule, { l: numbers(2000) })).toContain('ops_budget = 1000000')
    expect(evaluate(rule, { l: numbers(100) })).toHaveLength(100)
  })

  test('every evaluation begins with all of them', () => {
    const expression = compile(
      { map: [{ var: '' }, { '+': [{ var: '' }, 1] }] },
      { mode: 'plain', limits: { ...defaultLimits, opsBudget: 100 } },
    )
    for (let round = 0; round < 50; round++) expect(expression.evaluate(numbers(20))).toHaveLength(20)
    expect(() => expression.evaluate(numbers(200))).toThrow('ops_budget = 100')
    expect(expression.evaluate(numbers(20))).toHaveLength(20)
  })

  test('try does not swallow the error', () => {
    const loop = { map: [{ var: 'l' }, { map: [{ val: [[2], 'l'] }, 1] }] }
    expect(exceeded({ try: [loop, 'caught'] }, { l: numbers(2000) })).toContain('ops_budget')
    expect(exceeded({ try: [{ try: [loop, 1] }, { try: [1, 2] }] }, { l: numbers(2000) })).toContain(
      'ops_budget',
    )
  })

  test.each<[string, Json, Json]>([
    ['searching an array', { in: ['x', { var: 'a' }] }, { a: numbers(1000) }],
    ['comparing arrays', { '===': [{ var: 'a' }, { var: 'b' }] }, { a: numbers(1000), b: numbers(1000) }],
    [
      'comparing texts',
      { '==': [{ var: 'a' }, { var: 'b' }] },
      { a: `${'x'.repeat(50_000)}a`, b: `${'x'.repeat(50_000)}b` },
    ],
    ['measuring a text', { length: { var: 'a' } }, { a: 'x'.repeat(50_000) }],
    ['changing a text', { upper: { var: 'a' } }, { a: 'x'.repeat(50_000) }],
    ['reading a number', { '+': [{ var: 'a' }, 1] }, { a: '1'.repeat(50_000) }],
    ['sorting', { sort: [{ var: 'a' }] }, { a: numbers(1000) }],
    ['merging', { merge: [{ var: 'a' }] }, { a: numbers(1000) }],
    ['adding up', { '+': { var: 'a' } }, { a: numbers(1000) }],
    ['finding the largest', { max: { var: 'a' } }, { a: numbers(1000) }],
    ['looking for paths', { missing: { var: 'a' } }, { a: numbers(1000).map(String) }],
    ['reading a computed path', { var: { var: 'a' } }, { a: 'a.'.repeat(1000) }],
    ['writing JSON', { cat: [{ var: 'o' }] }, { o: { a: numbers(1000) } }],
    ['hashing', { fractional: [{ var: 'a' }, ['x', 1]] }, { a: 'x'.repeat(5000) }],
    ['putting together', [{ var: 'a' }], { a: numbers(1000) }],
  ])('%s takes some', (_, rule, data) => {
    expect(exceeded(rule, data, { opsBudget: 500 })).toContain('ops_budget = 500')
    evaluate(rule, data)
  })

  test('errors that are caught take some', () => {
    const rule = { map: [{ var: 'l' }, { try: [{ throw: 'x' }, 1] }] }
    expect(exceeded(rule, { l: numbers(50_000) })).toContain('ops_budget')
  })
})

describe('operations of a message', () => {
  test('are shared by its evaluations', () => {
    const expression = compile(
      { map: [{ var: '' }, { '+': [{ var: '' }, 1] }] },
      { mode: 'plain', limits: defaultLimits },
    )
    const budget = { remaining: 1000, limit: 1000 }
    expression.evaluate(numbers(100), budget)
    const first = 1000 - budget.remaining
    expect(first).toBeGreaterThanOrEqual(100)
    expression.evaluate(numbers(100), budget)
    expect(1000 - budget.remaining).toBe(2 * first)
    expect(() => expression.evaluate(numbers(1000), budget)).toThrow('message_ops_budget = 1000')
    expect(() => expression.evaluate(numbers(1), budget)).toThrow('message_ops_budget = 1000')
  })

  test('are taken by the smallest rules too, and by those that fail', () => {
    const budget = { remaining: 3, limit: 3 }
    const rule = compile({ var: 'a' }, { mode: 'plain', limits: defaultLimits })
    const failing = compile({ throw: 'x' }, { mode: 'plain', limits: defaultLimits })
    expect(rule.evaluate({ a: 1 }, budget)).toBe(1)
    expect(() => failing.evaluate({}, budget)).toThrow('Thrown')
    for (let left = 0; left < 2; left++) {
      try {
        rule.evaluate({ a: 1 }, budget)
      } catch (error) {
        expect(error).toMatchObject({ kind: 'BudgetExceeded' })
      }
    }
    expect(() => rule.evaluate({ a: 1 }, budget)).toThrow('message_ops_budget = 3')
  })

  test('do not widen the limit of one evaluation', () => {
    const expression = compile(
      { map: [{ var: '' }, 1] },
      { mode: 'plain', limits: { ...defaultLimits, opsBudget: 50 } },
    )
    expect(() => expression.evaluate(numbers(100), { remaining: 5000, limit: 5000 })).toThrow(
      'ops_budget = 50',
    )
  })
})

describe('sizes of what is made', () => {
  test('a text that doubles ends at max_result_chars', () => {
    const rule = { reduce: [numbers(40), { cat: [accumulator, accumulator] }, 'ab'] }
    expect(exceeded(rule)).toContain('max_result_chars = 4000000')
  })

  test('a text of exactly the limit is made', () => {
    const rule = { cat: [{ var: 'a' }, { var: 'a' }] }
    expect(evaluate(rule, { a: 'xx' }, { maxResultChars: 4 })).toBe('xxxx')
    expect(exceeded(rule, { a: 'xxx' }, { maxResultChars: 4 })).toContain('max_result_chars = 4')
    expect(
      exceeded(
        { cat: [{ var: 'a' }, '-', { var: 'a' }, '-', { var: 'a' }] },
        { a: 'x' },
        { maxResultChars: 4 },
      ),
    ).toContain('4')
    expect(exceeded({ cat: ['---', { var: 'a' }] }, { a: ['x', 'y'] }, { maxResultChars: 4 })).toContain('4')
    expect(exceeded({ cat: [{ var: 'a' }] }, { a: { b: 1 } }, { maxResultChars: 4 })).toContain('4')
    expect(exceeded({ upper: { var: 'a' } }, { a: 'ßßß' }, { maxResultChars: 4 })).toContain('4')
  })

  test('an array that doubles ends at max_result_items', () => {
    const rule = { reduce: [numbers(40), { merge: [accumulator, accumulator] }, [1, 2]] }
    expect(exceeded(rule)).toContain('max_result_items = 100000')
  })

  test.each<[string, Json]>([
    ['map', { map: [{ var: 'l' }, 1] }],
    ['map of an object', { map: [{ var: 'o' }, 1] }],
    ['filter', { filter: [{ var: 'l' }, true] }],
    ['merge', { merge: [{ var: 'l' }, 1] }],
    ['sort', { sort: [{ var: 'l' }] }],
    ['slice', { slice: [{ var: 'l' }] }],
    ['split', { split: [{ var: 's' }, ','] }],
    ['split into letters', { split: [{ var: 's' }, ''] }],
  ])('%s makes no more items than allowed', (_, rule) => {
    const data = { l: numbers(6), s: '1,2,3,4,5,6', o: { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 } }
    expect(exceeded(rule, data, { maxResultItems: 5 })).toContain('max_result_items = 5')
  })

  test('a small value that stands for a huge one is refused before anybody writes it out', () => {
    const rule = { reduce: [numbers(64), [accumulator, accumulator], 1] }
    expect(exceeded(rule)).toContain('ops_budget')
    expect(exceeded({ x: rule, y: 1 })).toContain('ops_budget')
    expect(exceeded({ cat: [{ '!!': rule }, rule] })).toContain('ops_budget')
    expect(exceeded({ throw: { type: rule, more: 1 } })).toContain('ops_budget')
  })
})

describe('values that are nested deeper than the stack is', () => {
  const deep = { a: nested(100_000, inner => [inner]), b: nested(100_000, inner => [inner]) }
  const deepObjects = {
    a: nested(100_000, inner => ({ x: inner })),
    b: nested(100_000, inner => ({ x: inner })),
  }

  test.each<[string, Json]>([
    ['==', { '==': [{ var: 'a' }, { var: 'b' }] }],
    ['===', { '===': [{ var: 'a' }, { var: 'b' }] }],
    ['!==', { '!==': [{ var: 'a' }, { var: 'b' }] }],
    ['in', { in: [{ var: 'a' }, [{ var: 'b' }]] }],
    ['switch', { switch: [{ var: 'a' }, [[{ var: 'b' }, 1]]] }],
    ['cat', { cat: [{ var: 'a' }] }],
    ['upper', { upper: { var: 'a' } }],
    ['a template', { x: { var: 'a' }, y: 1 }],
  ])('%s refuses them', (_, rule) => {
    expect(exceeded(rule, deep)).toMatch(/nested too deep/)
    if (_ !== '==') expect(exceeded(rule, deepObjects)).toMatch(/nested too deep/)
  })

  test('and no rule makes one', () => {
    expect(exceeded({ reduce: [{ var: 'l' }, [accumulator], 1] }, { l: numbers(10_000) })).toMatch(
      /nested too deep/,
    )
  })

  test('reading, handing on and measuring them is fine', () => {
    expect(evaluate({ length: { var: 'a' } }, deep)).toBe(1)
    expect(evaluate({ var: 'a.0.0' }, deep)).not.toBe(null)
  })
})
