import { describe, expect, test } from 'bun:test'
import { defaultLimits } from '../../expression/expression.ts'
import type { Json } from '../../std/json.ts'
import { testArrival, testRequest } from '../test-arrival.ts'
import { openValidation } from './validation.ts'

const arrival = testArrival({
  headers: { 'x-tenant': 'acme', authorization: 'Bearer t' },
  rawQuery: 'page=2',
  params: { id: '7' },
  path: '/api/v1/data/orders/7',
})

function accepts(rule: Json, data: Json = null): boolean {
  const { check } = openValidation(rule, defaultLimits)
  try {
    check({ ...testRequest(arrival, data), metadata: { http_method: 'POST' } })
    return true
  } catch (error) {
    expect(error).toMatchObject({ code: 'BAD_REQUEST', status: 400 })
    return false
  }
}

describe('truth', () => {
  test.each<[Json]>([[null], [false], [0], [''], [[]]])('%j refuses', value => {
    expect(accepts({ var: 'data' }, value)).toBe(false)
  })
  test.each<[Json]>([[true], [1], [-1], ['0'], [[0]], [{}], [{ a: 1 }], [9007199254740993n]])(
    '%p accepts',
    value => {
      expect(accepts({ var: 'data' }, value)).toBe(true)
    },
  )
})

describe('what it sees', () => {
  test.each<[string, Json]>([
    ['metadata.http_method', 'POST'],
    ['headers.x-tenant', 'acme'],
    ['headers.authorization', 'Bearer t'],
    ['query.page', '2'],
    ['params.id', '7'],
    ['path', '/api/v1/data/orders/7'],
  ])('%s', (path, value) => {
    expect(accepts({ '===': [{ var: path }, value] })).toBe(true)
    expect(accepts({ '!==': [{ var: path }, value] })).toBe(false)
  })
})

describe('a rule that fails', () => {
  const refusal = (rule: Json) => {
    const { check } = openValidation(rule, { ...defaultLimits, opsBudget: 100 })
    return () => check(testRequest(arrival, 1))
  }

  test('refuses, and says why', () => {
    expect(refusal({ throw: 'too odd' })).toThrow(/^Input validation error: /)
    expect(refusal({ nonsense: 1 })).toThrow(/^Input validation error: /)
  })

  test('because it costs too much refuses', () => {
    const rule = { reduce: [{ cat: ['a'] }, 1, 0] }
    expect(refusal(rule)).toThrow(/^Input validation /)
    const big = { merge: Array.from({ length: 200 }, () => ({ var: 'data' })) }
    expect(refusal(big)).toThrow(/^Input validation error: .*operations/)
  })

  test('to compile is told when it is opened', () => {
    expect(() => openValidation({ a: 1, b: 2 }, defaultLimits)).toThrow()
  })
})
