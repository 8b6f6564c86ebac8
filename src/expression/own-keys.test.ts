import { describe, expect, test } from 'bun:test'
import { isObject, type Json } from '../std/json.ts'
import { compile } from './compile.ts'
import { defaultLimits } from './expression.ts'

function run(rule: Json, data: Json): Json {
  return compile(rule, { mode: 'template', limits: defaultLimits }).evaluate(data)
}

const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'length',
  'map',
  'trim',
  'valueOf',
  '__defineGetter__',
]

describe.each(NAMES)('the key %s', name => {
  const parse = (text: string): Json => JSON.parse(text)

  test('reads as absent where it is not an own key', () => {
    for (const value of [{}, [], 'text', 1, true, null]) {
      expect(run({ var: name }, value)).toBe(null)
      expect(run({ var: `a.${name}` }, { a: value })).toBe(null)
      expect(run({ val: ['a', 'b', name] }, { a: { b: value } })).toBe(null)
      expect(run({ var: { var: 'key' } }, { key: name })).toBe(null)
    }
    expect(run({ exists: name }, {})).toBe(false)
    expect(run({ missing: [name] }, {})).toEqual([name])
  })

  test('reads like every other where it is one', () => {
    const data = parse(`{"${name}":{"${name}":"mine"}}`)
    expect(run({ var: `${name}.${name}` }, data)).toBe('mine')
    expect(run({ val: [name, name] }, data)).toBe('mine')
    expect(run({ exists: [name, name] }, data)).toBe(true)
    expect(run({ missing: [name] }, data)).toEqual([])
  })

  test('is an output key of a template', () => {
    const made = run(parse(`{"${name}":{"var":"x"},"other":1}`), { x: { polluted: true } })
    expect(isObject(made) && Object.keys(made)).toEqual([name, 'other'])
    expect(Object.getPrototypeOf(made)).toBe(Object.prototype)
    expect(JSON.stringify(made)).toBe(`{"${name}":{"polluted":true},"other":1}`)
  })

  test('survives filter and map over objects', () => {
    const data = parse(`{"o":{"${name}":2,"b":1}}`)
    expect(JSON.stringify(run({ filter: [{ var: 'o' }, { '>': [{ var: '' }, 1] }] }, data))).toBe(
      `{"${name}":2}`,
    )
    expect(run({ map: [{ var: 'o' }, { val: [[1], 'key'] }] }, data)).toEqual([name, 'b'])
  })

  test('counts in comparisons of objects', () => {
    const data = parse(`{"a":{"${name}":1},"b":{"${name}":1},"c":{}}`)
    expect(run({ '===': [{ var: 'a' }, { var: 'b' }] }, data)).toBe(true)
    expect(run({ '===': [{ var: 'a' }, { var: 'c' }] }, data)).toBe(false)
    expect(run({ '!!': { var: 'a' } }, data)).toBe(true)
  })
})

test('no rule reaches a prototype', () => {
  const before = Object.getOwnPropertyNames(Object.prototype)
  run(JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'), {})
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
})

test('data is never changed, and the result may share parts of it', () => {
  const data = deepFreeze({ l: [3, 1, 2], o: { b: 1, a: 2 }, t: 'text' })
  const l = { var: 'l' }
  const rules: Json[] = [
    { sort: [l] },
    { sort: [l, false, { '-': [{ var: '' }] }] },
    { merge: [l, l] },
    { map: [l, { '+': [{ var: '' }, 1] }] },
    { filter: [{ var: 'o' }, true] },
    { reduce: [l, { merge: [{ var: 'accumulator' }, { var: 'current' }] }, { var: 'l' }] },
    { slice: [l, 0, 2] },
    { x: { var: 'o' }, y: [{ var: 'o' }] },
  ]
  for (const rule of rules) run(rule, data)
  expect(data).toEqual({ l: [3, 1, 2], o: { b: 1, a: 2 }, t: 'text' })
})

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value)
    Object.values(value).forEach(deepFreeze)
  }
  return value
}
