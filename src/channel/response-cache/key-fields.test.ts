import { describe, expect, test } from 'bun:test'
import type { Json } from '../../std/json.ts'
import { keyField, keyFieldProblem } from './key-fields.ts'

const data: Json = {
  id: 7,
  customer: { id: 'C-1', note: null },
  lines: [{ sku: 'A' }, { sku: 'B' }],
  data: { id: 'inner' },
  text: 'abc',
}

test.each<[path: string, value: Json | undefined]>([
  ['id', 7],
  ['data.id', 7],
  ['customer.id', 'C-1'],
  ['data.customer.id', 'C-1'],
  ['data.data.id', 'inner'],
  ['customer.note', null],
  ['customer.none', undefined],
  ['customer.id.length', undefined],
  ['text.length', undefined],
  ['text.0', undefined],
  ['lines.1.sku', 'B'],
  ['lines.2.sku', undefined],
  ['lines.01', undefined],
  ['lines.length', undefined],
  ['lines.map', undefined],
  ['constructor', undefined],
  ['customer.__proto__', undefined],
])('%s', (path, value) => {
  expect(keyField(path)(data)).toEqual(value)
})

test('data alone is all of it', () => {
  expect(keyField('data')(data)).toBe(data)
})

test('an own __proto__ is a field', () => {
  expect(keyField('__proto__.x')(JSON.parse('{"__proto__": {"x": 1}}'))).toBe(1)
})

describe('a payload that is no object', () => {
  test.each<[Json]>([[null], ['text'], [1], [[]]])('%j has no fields', payload => {
    expect(keyField('id')(payload)).toBeUndefined()
  })
})

test.each(['', '.', 'a.', '.a', 'a..b', 'data.'])('%p is no path', path => {
  expect(keyFieldProblem(path)).toContain('an empty segment')
})

test.each(['a', 'data', 'data.a', 'a.0.b'])('%p is one', path => {
  expect(keyFieldProblem(path)).toBeUndefined()
})
