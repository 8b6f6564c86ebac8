import { describe, expect, test } from 'bun:test'
import { commonTextProblems, idProblems } from './text-rules.ts'

describe('names', () => {
  test.each(['', ' ', '\t\n', '\u00a0'])('%j is blank', name => {
    expect(commonTextProblems({ name })).toMatchObject([
      { path: 'name', code: 'REQUIRED', message: 'Name must not be empty' },
    ])
  })

  test('255 bytes fit and 256 do not, counted in UTF-8', () => {
    expect(commonTextProblems({ name: 'n'.repeat(255) })).toEqual([])
    expect(commonTextProblems({ name: 'é'.repeat(127) })).toEqual([])
    for (const name of ['n'.repeat(256), 'é'.repeat(128), '👩'.repeat(64)]) {
      expect(commonTextProblems({ name })).toMatchObject([
        { path: 'name', code: 'TOO_LONG', message: 'Name exceeds maximum length of 255 characters' },
      ])
    }
  })

  test('NUL and half surrogate pairs are refused, other nasty texts are not', () => {
    for (const name of ['a\0b', '\ud800', 'x\udc00y']) {
      expect(commonTextProblems({ name })).toMatchObject([{ path: 'name', code: 'INVALID_FORMAT' }])
    }
    for (const name of ["'; drop table workflows; --", '<script>', '\u202eabc', '👩‍👩‍👧', 'a\nb', '"']) {
      expect(commonTextProblems({ name })).toEqual([])
    }
  })

  test('values that are no texts are left to the schema', () => {
    expect(commonTextProblems({ name: 42, description: [], tags: 'x' })).toEqual([])
    expect(idProblems('id', 42)).toEqual([])
  })
})

test('a description may be empty, and has 2048 bytes at the most', () => {
  expect(commonTextProblems({ description: '' })).toEqual([])
  expect(commonTextProblems({ description: 'd'.repeat(2048) })).toEqual([])
  expect(commonTextProblems({ description: 'd'.repeat(2049) })).toMatchObject([
    {
      path: 'description',
      code: 'TOO_LONG',
      message: 'Description exceeds maximum length of 2048 characters',
    },
  ])
})

test('each bad tag is told', () => {
  expect(commonTextProblems({ tags: ['ok', '', 'a\0', 't'.repeat(129)] })).toMatchObject([
    { path: 'tags[1]', code: 'REQUIRED' },
    { path: 'tags[2]', code: 'INVALID_FORMAT' },
    { path: 'tags[3]', code: 'TOO_LONG' },
  ])
})

describe('ids', () => {
  test.each(['a', '0', 'A.b-c_d', 'x'.repeat(128), '019a-7f'])('%p is one', id => {
    expect(idProblems('id', id)).toEqual([])
  })

  test.each(['', '.a', '-a', '_a', 'a b', 'a/b', 'é', 'a\n', '\0', '../etc'])('%j is none', id => {
    expect(idProblems('workflow_id', id)).toMatchObject([
      {
        path: 'workflow_id',
        code: 'INVALID_FORMAT',
        message:
          'ID must start with an alphanumeric character and contain only alphanumeric characters, dots, hyphens, or underscores',
      },
    ])
  })

  test('129 bytes are too many', () => {
    expect(idProblems('id', 'x'.repeat(129))).toMatchObject([
      { code: 'TOO_LONG', message: 'ID exceeds maximum length of 128 characters' },
    ])
  })
})
