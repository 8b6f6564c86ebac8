import { describe, expect, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import { dottedPath, schemaProblems } from './schema-problems.ts'

const Closed = { additionalProperties: false }
const Retry = Type.Object(
  {
    max_retries: Type.Integer({ minimum: 0, maximum: 10 }),
    delay_ms: Type.Optional(Type.Union([Type.Integer({ minimum: 1 }), Type.Null()])),
  },
  Closed,
)
const Auth = Type.Union([
  Type.Object({ type: Type.Literal('bearer'), token: Type.String() }, Closed),
  Type.Object({ type: Type.Literal('basic'), username: Type.String(), password: Type.String() }, Closed),
])

describe('one value', () => {
  test.each([
    [Type.String(), 42, 'TYPE_MISMATCH', 'must be a string'],
    [Type.String({ minLength: 1 }), '', 'OUT_OF_RANGE', 'must not be empty'],
    [Type.String({ maxLength: 2 }), 'abc', 'TOO_LONG', 'must be at most 2 long'],
    [Type.Array(Type.Null(), { maxItems: 1 }), [null, null], 'TOO_LONG', 'must be at most 1 long'],
    [Type.Integer({ minimum: 1, maximum: 5 }), 6, 'OUT_OF_RANGE', 'must be an integer from 1 to 5'],
    [Type.Integer(), 1.5, 'TYPE_MISMATCH', 'must be an integer'],
    [Type.Number({ minimum: 0 }), -1, 'OUT_OF_RANGE', 'must be a number of at least 0'],
    [Type.Boolean(), 'true', 'TYPE_MISMATCH', 'must be true or false'],
    [Type.Object({}), [], 'TYPE_MISMATCH', 'must be an object'],
    [Type.Array(Type.String()), {}, 'TYPE_MISMATCH', 'must be an array'],
    [Type.Literal('bearer'), 'oauth2', 'INVALID_ENUM', 'must be "bearer"'],
    [
      Type.String({ pattern: '^a+$', expected: 'some letters a' }),
      'b',
      'INVALID_FORMAT',
      'must be some letters a',
    ],
  ] as const)('%j', (schema, value, code, message) => {
    expect(schemaProblems(schema, value)).toMatchObject([{ path: '', code, message }])
  })
})

test('every problem is told, with a dotted path from the root', () => {
  const schema = Type.Object({ items: Type.Array(Retry), name: Type.String() })
  const value = { items: [{ max_retries: -1 }, { max_retrys: 1 }] }
  expect(schemaProblems(schema, value, 'config').map(({ path, code }) => `${path} ${code}`)).toEqual([
    'config.name REQUIRED',
    'config.items[0].max_retries OUT_OF_RANGE',
    'config.items[1].max_retries REQUIRED',
    'config.items[1].max_retrys UNKNOWN_KEY',
  ])
})

test('an unknown key is told with the nearest known one', () => {
  expect(schemaProblems(Retry, { max_retries: 1, dealy_ms: 2 })).toEqual([
    {
      path: 'dealy_ms',
      code: 'UNKNOWN_KEY',
      message: '"dealy_ms" is not a known key; did you mean "delay_ms"?',
      expected: 'one of max_retries, delay_ms',
      suggestion: 'delay_ms',
    },
  ])
})

test('a key with a slash or a tilde keeps its name', () => {
  expect(schemaProblems(Type.Object({}, Closed), { 'a/b~c': 1 })).toMatchObject([
    { path: 'a/b~c', message: '"a/b~c" is not a known key' },
  ])
  expect(dottedPath('/a~1b/0/c~0', 'root')).toBe('root.a/b[0].c~')
  expect(dottedPath('/a/0/1', 'root', { a: { 0: ['x', 'y'] } })).toBe('root.a.0[1]')
})

test('a wrong constant is told with the nearest of the choices', () => {
  const schema = Type.Union([Type.Literal('GET'), Type.Literal('POST')])
  expect(schemaProblems(schema, 'PSOT')).toEqual([
    {
      path: '',
      code: 'INVALID_ENUM',
      message: 'must be one of GET, POST; did you mean "POST"?',
      expected: 'one of GET, POST',
      got: 'PSOT',
      suggestion: 'POST',
    },
  ])
})

describe('unions', () => {
  test('a value that may be null is held to what it is otherwise', () => {
    expect(schemaProblems(Retry, { max_retries: 1, delay_ms: null })).toEqual([])
    expect(schemaProblems(Retry, { max_retries: 1, delay_ms: 0 })).toMatchObject([
      { path: 'delay_ms', code: 'OUT_OF_RANGE', message: 'must be an integer of at least 1', got: 0 },
    ])
  })

  test('the tag says which member is meant', () => {
    expect(schemaProblems(Auth, { type: 'basic', usrname: 'u' }, 'auth')).toMatchObject([
      { path: 'auth.username', code: 'REQUIRED' },
      { path: 'auth.password', code: 'REQUIRED' },
      { path: 'auth.usrname', code: 'UNKNOWN_KEY', suggestion: 'username' },
    ])
  })

  test('a wrong tag is the problem', () => {
    expect(schemaProblems(Auth, { type: 'baerer', token: 't' }, 'auth')).toMatchObject([
      { path: 'auth.type', code: 'INVALID_ENUM', suggestion: 'bearer' },
    ])
  })

  test('so is a missing one', () => {
    expect(schemaProblems(Auth, { token: 't' }, 'auth')).toMatchObject([
      { path: 'auth.type', code: 'REQUIRED', expected: 'one of bearer, basic' },
    ])
  })

  test('without a tag the choices are told', () => {
    const schema = Type.Union([Type.String(), Type.Integer({ minimum: 1 })])
    expect(schemaProblems(schema, true)).toMatchObject([
      { code: 'TYPE_MISMATCH', message: 'must be a string or an integer of at least 1' },
    ])
    expect(schemaProblems(Auth, 'bearer')).toMatchObject([{ path: '', code: 'TYPE_MISMATCH' }])
    expect(schemaProblems(Auth, [])).toMatchObject([{ path: '', code: 'TYPE_MISMATCH' }])
  })
})

test('an integer beyond 2^53 is out of the range of every number', () => {
  const schema = Type.Object({
    a: Type.Integer(),
    b: Type.Number({ minimum: 0, maximum: 1 }),
    c: Type.String(),
  })
  const huge = 9007199254740993n
  expect(schemaProblems(schema, { a: huge, b: -huge, c: huge })).toMatchObject([
    {
      path: 'a',
      code: 'OUT_OF_RANGE',
      message: 'must be an integer, between -2^53 and 2^53',
      got: String(huge),
    },
    { path: 'b', code: 'OUT_OF_RANGE', message: 'must be a number from 0 to 1' },
    { path: 'c', code: 'TYPE_MISMATCH', got: String(huge) },
  ])
})

test('a long value is cut, a container is only named', () => {
  const schema = Type.Object({ a: Type.Integer(), b: Type.Integer() })
  expect(schemaProblems(schema, { a: 'x'.repeat(500), b: [1] })).toMatchObject([
    { got: `${'x'.repeat(80)}…` },
    { got: 'an array' },
  ])
})

test('the list ends after a thousand problems', () => {
  const many = Array.from({ length: 5000 }, () => 0)
  expect(schemaProblems(Type.Array(Type.String()), many)).toHaveLength(1000)
})
