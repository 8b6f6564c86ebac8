import { describe, expect, test } from 'bun:test'
import type { Json } from '../std/json.ts'
import { compile } from './compile.ts'
import { defaultLimits } from './expression.ts'

function run(rule: Json, data: Json): Json {
  return compile(rule, { mode: 'plain', limits: defaultLimits }).evaluate(data)
}

const each = (collection: Json, rule: Json): Json => ({ map: [collection, rule] })

describe('scopes of iterators', () => {
  test('inside, the data is the item', () => {
    expect(run(each({ var: 'l' }, { var: 'a' }), { l: [{ a: 1 }, { b: 2 }], a: 9 })).toEqual([1, null])
  })

  test('[n] at or beyond the depth is the root, whatever its sign', () => {
    const data = { l: [1, 2], x: 'root' }
    for (const n of [1, -1, 2, 99])
      expect(run(each({ var: 'l' }, { val: [[n], 'x'] }), data)).toEqual(['root', 'root'])
  })

  test('[1] inside two iterators is still the inner item, [2] the root', () => {
    const data = { outer: [{ inner: [{ x: 'item' }], x: 'outer' }], x: 'root' }
    const inside = (n: number) => each({ var: 'outer' }, each({ var: 'inner' }, { val: [[n], 'x'] }))
    expect(run(inside(0), data)).toEqual([['item']])
    expect(run(inside(1), data)).toEqual([['item']])
    expect(run(inside(2), data)).toEqual([['root']])
  })

  test('[2] inside three iterators is the middle one', () => {
    const data = { a: [{ x: 'a', b: [{ x: 'b', c: [{ x: 'c' }] }] }] }
    const rule = each(
      { var: 'a' },
      each({ var: 'b' }, each({ var: 'c' }, [{ val: [[1], 'x'] }, { val: [[2], 'x'] }])),
    )
    expect(run(rule, data)).toEqual([[[['c', 'b']]]])
  })

  test('index and key are those of the current item, and names of the data outside an iterator', () => {
    expect(run(each({ var: 'l' }, { val: [[1], 'index'] }), { l: ['a', 'b'] })).toEqual([0, 1])
    expect(
      run(each({ var: 'o' }, [{ val: [[1], 'key'] }, { val: [[9], 'index'] }]), { o: { x: 1, y: 2 } }),
    ).toEqual([
      ['x', 0],
      ['y', 1],
    ])
    expect(run({ val: [[1], 'index'] }, { index: 'mine' })).toBe('mine')
    expect(run(each([1], { val: [[1], 'key'] }), { key: 'of the root' })).toEqual(['of the root'])
  })
})

describe('reduce', () => {
  test('current and accumulator are known directly in its rule only', () => {
    const data = { l: [1, 2], m: [{ accumulator: 'key' }] }
    expect(
      run({ reduce: [{ var: 'l' }, { '+': [{ var: 'accumulator' }, { val: 'current' }] }, 10] }, data),
    ).toBe(13)
    const nested = { reduce: [{ var: 'l' }, each({ val: [[9], 'm'] }, { var: 'accumulator' }), 0] }
    expect(run(nested, data)).toEqual(['key'])
    expect(run({ var: 'accumulator' }, { accumulator: 5 })).toBe(5)
  })

  test('goes over the values of an object, and gives the initial value for anything else', () => {
    const sum = (collection: Json, ...initial: Json[]): Json => ({
      reduce: [collection, { '+': [{ var: 'accumulator' }, { var: 'current' }] }, ...initial],
    })
    expect(run(sum({ var: 'o' }, 1), { o: { a: 2, b: 3 } })).toBe(6)
    expect(run(sum({ var: 'o' }, 1), { o: 'text' })).toBe(1)
    expect(run(sum({ var: 'o' }), { o: null })).toBe(null)
  })
})

describe('the catch arm of try', () => {
  test('has the thrown value as its data, one scope further in', () => {
    const rule = { try: [{ throw: { var: 'error' } }, [{ var: 'left' }, { val: [[1], 'x'] }]] }
    expect(run(rule, { x: 'root', error: { type: 'stock', left: 2 } })).toEqual([2, 'root'])
  })

  test('runs on the data itself after an error that was not thrown', () => {
    expect(run({ try: [{ length: 5 }, { var: 'x' }] }, { x: 'data' })).toBe('data')
    expect(run({ try: [{ nope: 5 }, { var: 'x' }] }, { x: 'data' })).toBe('data')
    expect(run({ try: [{ '+': ['a', 1] }, { var: 'type' }] }, { type: 'data' })).toBe('NaN')
  })

  test('is only the last argument', () => {
    expect(run({ try: [{ throw: 'a' }, { var: 'x' }, { var: 'type' }] }, { x: 1 })).toBe(1)
    expect(run({ try: [] }, {})).toBe(null)
  })
})

describe('filter', () => {
  test('keeps entries of an object', () => {
    expect(run({ filter: [{ var: 'o' }, { '>': [{ var: '' }, 1] }] }, { o: { a: 1, b: 2 } })).toEqual({
      b: 2,
    })
  })

  test('=== with a field compares what is stored: no dates, and absent is not null', () => {
    const data = {
      l: [{ at: null }, {}, { at: '2024-01-01T00:00:00Z' }, { at: '2024-01-01T01:00:00+01:00' }],
    }
    const where = (operator: string, value: Json): Json => ({
      filter: [{ var: 'l' }, { [operator]: [{ var: 'at' }, value] }],
    })
    expect(run(where('===', null), data)).toEqual([{ at: null }])
    expect(run(where('!==', null), data)).toHaveLength(3)
    expect(run(where('===', '2024-01-01T00:00:00Z'), data)).toEqual([{ at: '2024-01-01T00:00:00Z' }])
    expect(run({ some: [{ var: 'l' }, { '===': [{ var: 'gone' }, null] }] }, data)).toBe(true)
  })
})

describe('paths', () => {
  test.each([
    [{ var: 'a.b' }, { a: { b: 1 }, 'a.b': 2 }, 1],
    [{ val: 'a.b' }, { a: { b: 1 }, 'a.b': 2 }, 2],
    [{ val: ['a', 'b'] }, { a: { b: 1 } }, 1],
    [{ var: 'l.1' }, { l: [1, 2] }, 2],
    [{ var: 'l.-1' }, { l: [1, 2] }, null],
    [{ var: 'l.+1' }, { l: [1, 2] }, 2],
    [{ var: 'l.01' }, { l: [1, 2] }, 2],
    [{ var: 'l.length' }, { l: [1, 2] }, null],
    [{ var: 's.0' }, { s: 'text' }, null],
    [{ var: 's.length' }, { s: 'text' }, null],
    [{ val: ['o', 0] }, { o: { 0: 'key' } }, null],
    [{ val: ['o', { var: 'k' }] }, { o: { 0: 'key' }, k: 0 }, 'key'],
    [{ var: 1.5 }, [0, { 5: 'x' }, 2], 'x'],
    [{ var: 1.5 }, [0, [0, 1, 2, 3, 4, 'five']], 'five'],
    [{ var: true }, { true: 1 }, null],
    [{ var: ['gone', 'default'] }, {}, 'default'],
    [{ var: ['null', 'default'] }, { null: null }, null],
    [{ var: ['a', { var: 'b' }] }, { b: 2 }, 2],
    [{ var: [{ var: 'k' }] }, { k: 'a.b', a: { b: 3 } }, 3],
    [{ var: [{ var: 'k' }, 'b'] }, { k: 'a', a: { b: 3 } }, { b: 3 }],
    [{ var: [{ var: 'k' }, 'none'] }, { k: 'a.c', a: { b: 3 } }, 'none'],
    [{ var: [{ var: 'k' }, { var: 'd' }] }, { k: 'x', d: 4 }, 4],
    [{ var: [{ var: 'k' }, 'none'] }, { k: 'a', a: null }, null],
    [{ var: [{ var: 'k' }, 'none'] }, { k: 'a.b', 'a.b': null, a: { b: 3 } }, null],
    [{ var: [{ var: 'k' }, 'a', 'b'] }, { k: 'x', x: { a: { b: 5 } } }, 5],
    [{ val: { var: 'k' } }, { k: ['a', 'b'], a: { b: 3 } }, 3],
  ])('%j of %j is %j', (rule, data, expected) => {
    expect(run(rule, data)).toEqual(expected)
  })
})
