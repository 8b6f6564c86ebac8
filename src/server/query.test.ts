import { describe, expect, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import { OrionError } from '../errors.ts'
import { PageQuery, pageOf, readQuery, SortQuery, sortOf } from './query.ts'

const SORTS = ['priority', 'name'] as const
const Query = Type.Object({ tag: Type.Optional(Type.String()), ...PageQuery, ...SortQuery(SORTS) })

const page = (query: string) => pageOf(readQuery(Query, query))
const sort = (query: string) => sortOf(readQuery(Query, query), SORTS)

describe('paging', () => {
  test.each([
    ['', 50, 0],
    ['limit=7&offset=3', 7, 3],
    ['limit=0', 1, 0],
    ['limit=-5&offset=-1', 1, 0],
    ['limit=1000', 1000, 0],
    ['limit=1001', 1000, 0],
    ['limit=%2B5', 5, 0],
    ['limit=99999999999999999999&offset=99999999999999999999', 1000, Number.MAX_SAFE_INTEGER],
  ])('%p is clamped to limit %p, offset %p', (query, limit, offset) => {
    expect(page(query)).toEqual({ limit, offset })
  })

  test.each(['abc', '', '1.5', '1e3', '0x10', ' 1', '٣', 'NaN'])('limit %p is refused', text => {
    try {
      page(`limit=${encodeURIComponent(text)}`)
      throw new Error('was taken')
    } catch (error) {
      expect(error).toBeInstanceOf(OrionError)
      expect(error).toMatchObject({
        code: 'VALIDATION_ERROR',
        details: [{ path: 'limit', code: 'TYPE_MISMATCH', expected: 'an integer', got: text }],
      })
    }
  })

  test('every wrong parameter is told at once', () => {
    expect(() => page('limit=a&offset=b')).toThrow(/and 1 more/)
  })
})

test('sorting is by a known field, else by the first; only asc ascends', () => {
  expect(sort('')).toEqual({ by: 'priority', order: 'desc' })
  expect(sort('sort_by=name&sort_order=asc')).toEqual({ by: 'name', order: 'asc' })
  expect(sort('sort_by=name;drop table&sort_order=ASC')).toEqual({ by: 'priority', order: 'desc' })
})

test('unknown parameters are ignored, inherited names too, and the last of a repeated one wins', () => {
  expect(readQuery(Query, 'x=1&__proto__=2&constructor=3&tag=a&tag=b%20c+d')).toEqual({
    tag: 'b c d',
    limit: 50,
    offset: 0,
    sort_by: 'priority',
    sort_order: 'desc',
  })
})
