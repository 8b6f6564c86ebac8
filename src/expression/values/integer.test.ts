import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Json } from '../../std/json.ts'
import { compile } from '../compile.ts'
import { defaultLimits, ExpressionError } from '../expression.ts'

const A = 9007199254740993n
const LARGEST = 2n ** 63n - 1n
const SMALLEST = -(2n ** 63n)

/** The result for constants and, which is other code, for variables. */
function run(operator: string, ...args: Json[]): Json {
  const read = args.map((_, at) => ({ var: `v${at}` }))
  const data = Object.fromEntries(args.map((arg, at) => [`v${at}`, arg]))
  const [constant, computed] = [evaluate({ [operator]: args }, null), evaluate({ [operator]: read }, data)]
  expect(constant).toEqual(computed)
  return computed
}

function evaluate(rule: Json, data: Json): Json {
  return compile(rule, { mode: 'template', limits: defaultLimits }).evaluate(data)
}

describe('an integer beyond 2^53', () => {
  test.each<[string, Json, Json]>([
    ['a variable', { var: 'id' }, A],
    [
      'a list and an object around it',
      { list: [{ var: 'id' }], of: { id: { var: 'id' } } },
      { list: [A], of: { id: A } },
    ],
    ['a literal', A, A],
    ['map', { map: [[{ var: 'id' }], { var: '' }] }, [A]],
    ['filter', { filter: [[{ var: 'id' }, 1], { '>': [{ var: '' }, 1] }] }, [A]],
    ['reduce', { reduce: [[1, 2], { var: 'accumulator' }, { var: 'id' }] }, A],
    ['merge', { merge: [[{ var: 'id' }], A] }, [A, A]],
    ['if', { if: [{ var: 'id' }, { var: 'id' }, 0] }, A],
    ['and, or, ??', { and: [{ or: [{ '??': [{ var: 'id' }, 1] }, 1] }, { var: 'id' }] }, A],
    ['sort', { sort: [[{ var: 'id' }, 1, 'a', -A]] }, [-A, 1, A, 'a']],
    ['max', { max: [1, { var: 'id' }] }, A],
    ['min', { min: [{ var: 'id' }, LARGEST] }, A],
    ['abs', { abs: -A }, A],
    ['a throw', { try: [{ throw: { id: { var: 'id' } } }, { var: 'id' }] }, A],
  ])('passes %s as it is', (_what, rule, result) => {
    expect(evaluate(rule, { id: A })).toEqual(result)
  })

  test.each<[string, Json, Json]>([
    ['cat', { cat: ['ID-', { var: 'id' }, [{ var: 'id' }], { a: { var: 'id' } }] }, `ID-${A}${A}{"a":${A}}`],
    ['substr', { substr: [{ var: 'id' }, -3] }, '993'],
    ['length of a text', { length: { cat: [{ var: 'id' }] } }, 16],
    ['starts_with', { starts_with: [{ var: 'id' }, '9007'] }, true],
    ['split', { split: [{ var: 'id' }, '7'] }, ['900', '199254', '40993']],
    ['a key', { val: { var: 'id' } }, 'by id'],
    ['a literal path', { var: [A] }, 'by id'],
    ['type', { type: { var: 'id' } }, 'number'],
    ['the type of a throw', { try: [{ throw: { var: 'id' } }, { var: 'type' }] }, 'number'],
    ['truth', { '!!': { var: 'id' } }, true],
    ['an index far away', { val: ['list', A] }, null],
    ['a bound of slice', { slice: ['abc', 0, { var: 'id' }] }, 'abc'],
    ['a start of substr', { substr: ['abc', { var: 'id' }] }, ''],
    ['a minimum of missing_some', { missing_some: [{ var: 'id' }, ['id', 'x']] }, ['x']],
    ['a weight of fractional', { fractional: ['key', ['a', { var: 'id' }]] }, null],
  ])('has all its digits in, or is a number for, %s', (_what, rule, result) => {
    expect(evaluate(rule, { id: A, [String(A)]: 'by id', list: [1] })).toEqual(result)
  })

  test.each<[string, Json[], boolean]>([
    ['==', [A, A - 1n], true],
    ['===', [A, 2 ** 53], true],
    ['==', [A, '9007199254740992'], true],
    ['==', [A, 9007199254740995n], false],
    ['!==', [A, [A]], true],
    ['===', [[{ a: A }], [{ a: A - 1n }]], true],
    ['===', [A, String(A)], false],
    ['==', [A, null], false],
    ['==', [A, true], false],
    ['>', [A, 9007199254740994n], false],
    ['>', [10n ** 30n, A], true],
    ['<', [A, '9007199254740999'], true],
    ['>=', [null, A], false],
    ['in', [A, [1, A]], true],
  ])('is compared as a double: %s %p is %p', (operator, args, result) => {
    expect(
      evaluate(
        { [operator]: args.map((_, at) => ({ var: `v${at}` })) },
        Object.fromEntries(args.map((arg, at) => [`v${at}`, arg])),
      ),
    ).toBe(result)
  })

  test('is not comparable with a text that is no number', () => {
    expect(() => evaluate({ '>': [{ var: 'id' }, 'x'] }, { id: A })).toThrow(ExpressionError)
    expect(() => evaluate({ '==': [{ var: 'id' }, 'x'] }, { id: A })).toThrow('Invalid arguments: NaN')
    expect(() => evaluate({ throw: { var: 'id' } }, { id: A })).toThrow('Thrown: {"type":"number"}')
    expect(() => evaluate({ throw: { id: { var: 'id' } } }, { id: A })).toThrow(`Thrown: {"id":${A}}`)
  })
})

describe('arithmetic', () => {
  test.each<[string, Json[], Json]>([
    ['+', [A, 1], A + 1n],
    ['+', [9007199254740991, 2], A],
    ['+', [A, -A], 0],
    ['+', [A, -1], 2 ** 53],
    ['+', [A, 1, 1, 1], A + 3n],
    ['+', [LARGEST, 1], 2 ** 63],
    ['+', [A, 0.5], 2 ** 53],
    ['+', [A, '1'], A + 1n],
    ['+', [1e17, 1], 1e17],
    ['+', [2 ** 53, 1], A],
    ['-', [SMALLEST, 1], -(2 ** 63)],
    ['-', [A, 1], 2 ** 53],
    ['-', [A], -A],
    ['-', [SMALLEST], 2 ** 63],
    ['*', [3037000499, 3037000499], 9223372030926249001n],
    ['*', [3037000500, 3037000500], 3037000500 * 3037000500],
    ['*', [A, -1], -A],
    ['*', [10n ** 20n, 1], 1e20],
    ['+', [10n ** 20n], 10n ** 20n],
    ['/', [A * 3n, 3], A],
    ['/', [A * 4n, 2], A * 2n],
    ['/', [A, 2], Number(A) / 2],
    ['/', [A, '0'], Number.MAX_VALUE],
    ['%', [A, 10], 3],
    ['%', [-A, 10], -3],
    ['%', [7, A], 7],
    ['ceil', [A], A],
    ['floor', [-A], -A],
    ['floor', [1e30], LARGEST],
    ['ceil', ['-inf'], SMALLEST],
    ['ceil', [2 ** 60], 1152921504606846976n],
    ['abs', [SMALLEST], 2 ** 63],
  ])('%s of %p is %p', (operator, args, result) => {
    expect(run(operator, ...args)).toEqual(result)
  })

  test('an integer divided by zero is an error, of any size', () => {
    expect(() => evaluate({ '/': [{ var: 'id' }, 0] }, { id: A })).toThrow('Thrown: {"type":"NaN"}')
    expect(() => evaluate({ '%': [{ var: 'id' }, 0] }, { id: A })).toThrow('Thrown: {"type":"NaN"}')
  })

  const within = fc.oneof(
    fc.maxSafeInteger().map(BigInt),
    fc.bigInt({ min: SMALLEST, max: LARGEST }),
    fc.integer().map(BigInt),
  )
  const asJson = (value: bigint): Json => (value > 2n ** 53n || value < -(2n ** 53n) ? value : Number(value))

  test.each([
    ['+', (a: bigint, b: bigint) => a + b],
    ['-', (a: bigint, b: bigint) => a - b],
    ['*', (a: bigint, b: bigint) => a * b],
  ])('%s of any two 64-bit integers is exact within 64 bits and a double outside', (operator, exact) => {
    fc.assert(
      fc.property(within, within, (a, b) => {
        const result = exact(a, b)
        const fits = result >= SMALLEST && result <= LARGEST
        const got = run(operator, asJson(a), asJson(b))
        if (fits) expect(got === asJson(result)).toBe(true)
        else expect(got).toBe(Number(result))
        const row = evaluate({ [operator]: { var: '' } }, [asJson(a), asJson(b)])
        expect(row).toEqual(got)
      }),
    )
  })

  test('a sum by reduce is as exact as one by +', () => {
    const sum = { '+': [{ var: 'accumulator' }, { var: 'current' }] }
    const row = [Number.MAX_SAFE_INTEGER, 1, 1]
    expect(evaluate({ reduce: [{ var: '' }, sum, 0] }, row)).toBe(9007199254740993n)
    expect(
      evaluate(
        { reduce: [{ var: '' }, sum, 0] },
        row.map(item => -item),
      ),
    ).toBe(-9007199254740993n)
  })
})
