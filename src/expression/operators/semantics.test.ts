import { describe, expect, test } from 'bun:test'
import type { Json } from '../../std/json.ts'
import { compile } from '../compile.ts'
import { defaultLimits, ExpressionError } from '../expression.ts'

/** The result, or the type of the error. */
function run(rule: Json, data: Json = {}): Json {
  try {
    return compile(rule, { mode: 'plain', limits: defaultLimits }).evaluate(data)
  } catch (error) {
    if (error instanceof ExpressionError) return `error ${error.kind} ${error.type}`
    throw error
  }
}

/** The same call with its arguments written in the rule and read from the data: constants are folded, variables are not. */
function both(operator: string, ...args: Json[]): Json {
  const constant = run({ [operator]: args })
  const read = run({ [operator]: args.map((_, index) => ({ var: String(index) })) }, args)
  expect(read).toEqual(constant)
  return read
}

const NAN = 'error Thrown NaN'
const UNLIKE = 'error InvalidArguments NaN'
const INVALID = 'error InvalidArguments Invalid Arguments'

describe('==', () => {
  test.each<[Json, Json, Json]>([
    [1, '1', true],
    ['1.0', 1, true],
    ['', 0, UNLIKE],
    ['abc', 1, UNLIKE],
    [true, 1, true],
    [false, 0, true],
    ['true', true, true],
    ['1', true, false],
    [null, 0, true],
    [null, false, true],
    [null, '', true],
    [null, null, true],
    [null, 'x', false],
    [[1], [1], true],
    [[1], [2], UNLIKE],
    [[1], 1, UNLIKE],
    [{ a: 1 }, { a: 1 }, false],
    [{ a: 1 }, 'x', UNLIKE],
    ['2024-01-01T00:00:00Z', '2024-01-01T01:00:00+01:00', true],
    ['1d', '24h', true],
    ['1d', '2d', false],
    ['a', 'b', false],
  ])('%j and %j: %j', (a, b, expected) => {
    if (typeof a === 'object' && a !== null && !Array.isArray(a))
      expect(run({ '==': [{ var: '0' }, { var: '1' }] }, [a, b])).toEqual(expected)
    else expect(both('==', a, b)).toEqual(expected)
  })

  test('compares the first with each other one, != looks at two', () => {
    expect(both('==', 1, '1', true)).toBe(true)
    expect(both('==', 1, 1, 2)).toBe(false)
    expect(both('!=', 1, 1, 2)).toBe(false)
    expect(both('==', 1)).toBe(INVALID)
  })
})

describe('===', () => {
  test('never fails, and takes no notice of the order of keys', () => {
    const data = { a: { x: 1, y: [2, { z: 3 }] }, b: { y: [2, { z: 3 }], x: 1 }, c: { x: 1 } }
    expect(run({ '===': [{ var: 'a' }, { var: 'b' }] }, data)).toBe(true)
    expect(run({ '===': [{ var: 'a' }, { var: 'c' }] }, data)).toBe(false)
    expect(both('===', 1, '1')).toBe(false)
    expect(both('===', null, 0)).toBe(false)
    expect(both('===', '2024-01-01T00:00:00Z', '2024-01-01T01:00:00+01:00')).toBe(true)
    expect(both('!==', '1d', '24h')).toBe(false)
  })
})

describe('order', () => {
  test.each<[Json, Json, Json]>([
    [1, 2, true],
    ['1', 2, true],
    ['10', '9', true],
    [null, 1, true],
    [false, true, true],
    ['a', 'b', true],
    ['\uffff', '\u{1f600}', true],
    ['a', 1, NAN],
    [null, 'a', false],
    [true, 'a', false],
    [[], 1, NAN],
    ['2024-01-01T00:00:00+02:00', '2024-01-01T00:00:00Z', true],
    ['2024-01-01T00:00:00Z', '2024-01-01T00:00:00.001Z', true],
    ['23h', '1d', true],
  ])('%j < %j: %j', (a, b, expected) => {
    expect(both('<', a, b)).toEqual(expected)
    expect(both('>', b, a)).toEqual(expected)
    expect(both('>=', a, b)).toEqual(
      typeof expected === 'boolean' && (expected || a === null || a === true) ? false : expected,
    )
  })

  test('chains stop at the first pair that does not hold', () => {
    expect(both('<', 1, 2, 3)).toBe(true)
    expect(run({ '<': [{ var: '0' }, 1, { throw: 'never' }] }, [2])).toBe(false)
  })
})

describe('arithmetic', () => {
  test.each<[string, Json[], Json]>([
    ['/', [1, 0], NAN],
    ['/', [4.0, 0], NAN],
    ['/', [1.5, 0], Number.MAX_VALUE],
    ['/', [-1.5, 0], -Number.MAX_VALUE],
    ['/', ['1', 0], Number.MAX_VALUE],
    ['/', [null, 0], 0],
    ['/', [0], NAN],
    ['/', [8, 2, 0], NAN],
    ['%', [7, 0], NAN],
    ['%', [true, false], Number.MAX_VALUE],
    ['%', [-8, 3], -2],
    ['%', [8, 6, 3], 2],
    ['-', [5], -5],
    ['-', [], INVALID],
    ['+', [], 0],
    ['*', [], 1],
    ['+', ['1', true, null, ''], 2],
    ['+', ['x', 1], NAN],
    ['+', ['2024-01-31T00:00:00Z', '1d'], '2024-02-01T00:00:00Z'],
    ['+', ['1d', '12h'], '1d:12h:0m:0s'],
    ['-', ['2024-01-02T00:00:00Z', '2024-01-01T12:00:00Z'], '0d:12h:0m:0s'],
    ['-', ['1d', '2d'], '-1d:0h:0m:0s'],
    ['*', [3, '1d'], '3d:0h:0m:0s'],
    ['/', ['1d', 2], '0d:12h:0m:0s'],
    ['max', ['1', 2], INVALID],
    ['min', [3, 1, 2], 1],
  ])('%s of %j', (operator, args, expected) => {
    expect(both(operator, ...args)).toEqual(expected)
  })

  test('one computed array is a list of operands, one that is written is none for + and *', () => {
    expect(run({ '+': { var: 'l' } }, { l: [1, 2, '3'] })).toBe(6)
    expect(run({ '+': [[1, 2]] })).toBe(NAN)
    expect(run({ '-': { var: 'l' } }, { l: [5] })).toBe(5)
    expect(run({ '/': { var: 'l' } }, { l: [] })).toBe(INVALID)
    expect(run({ '%': { var: 'l' } }, { l: [7] })).toBe(INVALID)
    expect(run({ max: { var: 'l' } }, { l: [1, 3, 2] })).toBe(3)
    expect(run({ max: [[1, 2]] })).toBe(INVALID)
  })
})

describe('texts', () => {
  test.each<[string, Json[], Json]>([
    ['cat', [null, true, 1.5, [1, [2], null], { a: 1e-7 }], 'true1.51[2]{"a":0.0000001}'],
    ['cat', [], ''],
    ['substr', ['a😀bc', 1, 2], '😀b'],
    ['substr', ['abcdef', -3], 'def'],
    ['substr', ['abcdef', 1, -2], 'bcd'],
    ['substr', ['abcdef', 4, 99], 'ef'],
    ['substr', ['abcdef', 9], ''],
    ['substr', ['abcdef', '2'], 'abcdef'],
    ['substr', [null, 0], ''],
    ['upper', ['straße'], 'STRASSE'],
    ['lower', ['ΟΔΟΣ'], 'οδοσ'],
    ['trim', ['\u0085\u00a0 a b\u3000'], 'a b'],
    ['trim', ['\ufeffa'], '\ufeffa'],
    ['split', ['a,b,', ','], ['a', 'b', '']],
    ['split', ['a😀', ''], ['a', '😀']],
    ['split', ['', ''], ['']],
    ['starts_with', [12, '1'], true],
    ['ends_with', [[1, 2], ']'], true],
    ['length', ['a😀'], 2],
    ['length', [5], INVALID],
    ['in', ['', 'abc'], true],
    ['in', [1, '123'], false],
    ['in', ['1d', ['2d', '24h']], true],
  ])('%s of %j', (operator, args, expected) => {
    if (args.some(arg => typeof arg === 'object' && arg !== null && !Array.isArray(arg))) {
      expect(run({ [operator]: args.map((_, index) => ({ var: String(index) })) }, args)).toEqual(expected)
    } else expect(both(operator, ...args)).toEqual(expected)
  })
})

describe('sort', () => {
  test('orders kinds, and keeps equal items where they were, in both directions', () => {
    const mixed = ['b', 2, null, [1], 'a', true, { x: 1 }, false, 1, [0]]
    expect(run({ sort: [{ var: '' }] }, mixed)).toEqual([
      null,
      false,
      true,
      1,
      2,
      'a',
      'b',
      [1],
      [0],
      { x: 1 },
    ])
    const people = [
      { n: 'a', k: 1 },
      { n: 'b', k: 2 },
      { n: 'c', k: 1 },
    ]
    const names = (...order: Json[]): Json =>
      run({ map: [{ sort: [{ var: '' }, ...order] }, { var: 'n' }] }, people)
    expect(names(true, { var: 'k' })).toEqual(['a', 'c', 'b'])
    expect(names(false, { var: 'k' })).toEqual(['b', 'a', 'c'])
    expect(names('desc', { '-': [{ var: 'k' }] })).toEqual(['b', 'a', 'c'])
  })

  test('orders texts by code point', () => {
    expect(run({ sort: [{ var: '' }] }, ['\u{1f600}', '\uffff', 'a'])).toEqual(['a', '\uffff', '\u{1f600}'])
  })

  test('an absent key comes before null', () => {
    expect(run({ sort: [{ var: '' }, true, { var: 'k' }] }, [{ k: null }, {}, { k: false }])).toEqual([
      {},
      { k: null },
      { k: false },
    ])
  })
})

describe('slice', () => {
  const items = [1, 2, 3, 4, 5]

  test.each<[Json[], Json]>([
    [
      [1, 3],
      [2, 3],
    ],
    [[-2], [4, 5]],
    [
      [null, null, -2],
      [5, 3, 1],
    ],
    [
      [3, 0, -1],
      [4, 3, 2],
    ],
    [[9, 12], []],
    [[3, 1], []],
    [
      [1, null, 2],
      [2, 4],
    ],
    [[0, 5, 0], INVALID],
    [['1'], UNLIKE],
  ])('by %j', (bounds, expected) => {
    expect(run({ slice: [{ var: '' }, ...bounds] }, items)).toEqual(expected)
  })

  test('a fraction is ignored where it is written, and refused where it is computed', () => {
    expect(run({ slice: [{ var: '' }, 1.5] }, items)).toEqual(items)
    expect(run({ slice: [{ var: '' }, { var: '0' }] }, [1.5])).toBe(UNLIKE)
  })

  test('cuts texts by code point', () => {
    expect(run({ slice: ['a😀bc', 1, 3] })).toBe('😀b')
    expect(run({ slice: ['a😀b', null, null, -1] })).toBe('b😀a')
  })
})

test('type guesses dates and durations from texts', () => {
  const types = ['2024-01-02T03:04:05Z', '1d', 'h2o', '2024-01-01', 'x', '', null, [], 1].map(value =>
    run({ type: { var: '0' } }, [value]),
  )
  expect(types).toEqual([
    'datetime',
    'duration',
    'duration',
    'string',
    'string',
    'string',
    'null',
    'array',
    'number',
  ])
  expect(run({ type: { var: 'd' } }, { d: { timestamp: '1d' } })).toBe('duration')
})

test('thrown values keep their shape', () => {
  const caught = (value: Json) => run({ try: [{ throw: { var: 'v' } }, { var: '' }] }, { v: value })
  expect(caught({ type: 'x', more: 1 })).toEqual({ type: 'x', more: 1 })
  expect([caught('x'), caught(5), caught([1]), caught(null), caught(true)]).toEqual(
    ['x', 'number', 'array', 'null', 'boolean'].map(type => ({ type })),
  )
})

test('the message of a thrown value is short, however large the value is', () => {
  const huge = {
    type: 'x'.repeat(10_000),
    list: Array(10_000).fill(1),
    ...Object.fromEntries(
      Array(1000)
        .keys()
        .map(key => [`k${key}`, 1]),
    ),
  }
  expect(() =>
    compile({ throw: { var: '' } }, { mode: 'plain', limits: defaultLimits }).evaluate(huge),
  ).toThrow(/^Thrown: \{"type":"x{200}…","list":\[…\].{0,200}…\}$/)
})

test('fractional goes by weight, and malformed shares give null', () => {
  const rule = (...shares: Json[]): Json => ({ fractional: [{ var: 'key' }, ...shares] })
  const counts = { a: 0, b: 0 }
  for (let key = 0; key < 2000; key++) {
    const variant = run(rule(['a', 1], ['b', 3]), { key: `user-${key}` })
    if (variant === 'a' || variant === 'b') counts[variant]++
  }
  expect(counts.a + counts.b).toBe(2000)
  expect(counts.a).toBeGreaterThan(400)
  expect(counts.a).toBeLessThan(600)
  for (const shares of [['a'], [['a', 'x']], [[]], [['a', 0]], [['a', 1.5]]])
    expect(run(rule(...shares), { key: 'u' })).toBe(null)
})
