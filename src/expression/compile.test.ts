import { describe, expect, test } from 'bun:test'
import type { Json } from '../std/json.ts'
import { compile } from './compile.ts'
import { defaultLimits, ExpressionError } from './expression.ts'
import type { LogicMode } from './logic.ts'

function run(rule: Json, data: Json = {}, mode: LogicMode = 'template'): Json {
  return compile(rule, { mode, limits: defaultLimits }).evaluate(data)
}

function failure(action: () => unknown): ExpressionError {
  try {
    action()
  } catch (error) {
    if (error instanceof ExpressionError) return error
    throw error
  }
  throw new Error('did not fail')
}

describe('plain mode', () => {
  test('refuses an object of several keys when it is compiled', () => {
    const error = failure(() => run({ a: 1, b: 2 }, {}, 'plain'))
    expect(error).toMatchObject({ kind: 'InvalidOperator', type: 'Unknown Operator' })
  })

  test('finds an unknown operator when it is evaluated, and only then', () => {
    expect(run({ if: [{ var: 'never' }, { nope: 1 }, 'fine'] }, {}, 'plain')).toBe('fine')
    const error = failure(() => run({ nope: [1] }, {}, 'plain'))
    expect(error).toMatchObject({ kind: 'InvalidOperator', message: 'Invalid operator: nope' })
  })

  test('compiles the arguments of an unknown operator', () => {
    expect(
      failure(() => compile({ nope: [{ a: 1, b: 2 }] }, { mode: 'plain', limits: defaultLimits })).kind,
    ).toBe('InvalidOperator')
  })
})

describe('template mode', () => {
  test('makes objects of several keys, or of one key that is no operator', () => {
    expect(run({ a: { var: 'x' }, b: [1, { var: 'x' }] }, { x: 5 })).toEqual({ a: 5, b: [1, 5] })
    expect(run({ order: { id: { var: 'x' } } }, { x: 5 })).toEqual({ order: { id: 5 } })
  })

  test('keeps the order of keys, and null values', () => {
    expect(JSON.stringify(run({ z: { var: 'gone' }, a: 1, m: null }))).toBe('{"z":null,"a":1,"m":null}')
  })

  test('evaluates an object that is an argument', () => {
    expect(run({ merge: [{ a: { var: 'x' } }] }, { x: 5 })).toEqual([{ a: 5 }])
  })

  test('reads one known key as an operator', () => {
    expect(run({ length: 'abc' })).toBe(3)
  })
})

describe('what an empty object, a scalar and an array are', () => {
  test.each([[{}], ['text'], [1.5], [null], [true], [[]], [[1, 'a', null]]])('%j is itself', rule => {
    expect(run(rule, {}, 'plain')).toEqual(rule)
  })

  test('arrays evaluate their elements', () => {
    expect(run([{ var: 'a' }, [{ var: 'b' }]], { a: 1, b: 2 }, 'plain')).toEqual([1, [2]])
  })
})

describe('limits of a rule', () => {
  const nested = (depth: number): Json => (depth === 0 ? { var: 'x' } : { '!': nested(depth - 1) })

  test('256 levels compile, 257 do not', () => {
    expect(run(nested(256), { x: true })).toBe(true)
    const error = failure(() => run(nested(257)))
    expect(error.kind).toBe('ConfigurationError')
    expect(error.message).toContain('max_logic_depth = 256')
  })

  test('200,000 levels are refused without running out of stack', () => {
    let rule: Json = 1
    for (let level = 0; level < 200_000; level++) rule = [rule]
    expect(failure(() => run(rule)).kind).toBe('ConfigurationError')
  })

  test('too many nodes are refused with the limit', () => {
    const limits = { ...defaultLimits, maxLogicNodes: 10 }
    const error = failure(() => compile(Array(10).fill(1), { mode: 'plain', limits }))
    expect(error.kind).toBe('BudgetExceeded')
    expect(error.message).toContain('max_logic_nodes = 10')
    expect(compile(Array(9).fill(1), { mode: 'plain', limits }).evaluate(null)).toHaveLength(9)
  })
})

test('now reads the given clock, in whole seconds', () => {
  const clock = { now: () => Date.UTC(2024, 0, 2, 3, 4, 5, 999), monotonic: () => 0 }
  expect(compile({ now: [] }, { mode: 'plain', limits: defaultLimits, clock }).evaluate(null)).toBe(
    '2024-01-02T03:04:05Z',
  )
})

test('a failed evaluation leaves nothing behind for the next', () => {
  const expression = compile(
    { map: [{ var: 'l' }, { '/': [1, { var: '' }] }] },
    { mode: 'plain', limits: defaultLimits },
  )
  expect(failure(() => expression.evaluate({ l: [1, 0] })).type).toBe('NaN')
  expect(expression.evaluate({ l: [1, 2] })).toEqual([1, 0.5])
})
