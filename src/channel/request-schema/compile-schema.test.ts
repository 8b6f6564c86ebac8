import { describe, expect, test } from 'bun:test'
import type { Detail } from '../../errors.ts'
import { parseExactly } from '../../std/exact-values.ts'
import type { Json, JsonObject } from '../../std/json.ts'
import { compileRequestSchema } from './compile-schema.ts'

function violations(schema: Json, value: Json): readonly Detail[] {
  return compileRequestSchema(schema, 'config.request_schema').violations(value, 'data')
}

/** An object with a `then` may be taken for a promise; these are not. */
const THEN = 'then'

const order: JsonObject = {
  type: 'object',
  required: ['id', 'items'],
  additionalProperties: false,
  properties: {
    id: { type: 'string', pattern: '^o-[0-9]+$', maxLength: 12 },
    status: { enum: ['open', 'paid', 'shipped'] },
    items: {
      type: 'array',
      minItems: 1,
      items: { type: 'object', properties: { price: { type: 'number', minimum: 0, multipleOf: 0.01 } } },
    },
    customer: { dependentRequired: { card: ['zip'] } },
  },
}

describe('a valid value', () => {
  test('gives one shared list that is empty', () => {
    const schema = compileRequestSchema(order, '')
    const valid = { id: 'o-1', items: [{ price: 19.99 }] }
    expect(schema.violations(valid, 'data')).toEqual([])
    expect(schema.violations(valid, 'data')).toBe(schema.violations(valid, 'data'))
  })
})

describe('a violation', () => {
  test.each<[value: JsonObject, detail: Detail]>([
    [{ items: [{}] }, { path: 'data.id', code: 'REQUIRED', message: '"id" is required' }],
    [
      { id: 7, items: [{}] },
      { path: 'data.id', code: 'TYPE_MISMATCH', message: 'must be a string', expected: 'a string', got: 7 },
    ],
    [
      { id: 'x', items: [{}] },
      {
        path: 'data.id',
        code: 'INVALID_FORMAT',
        message: 'must be a text that matches ^o-[0-9]+$',
        expected: 'a text that matches ^o-[0-9]+$',
        got: 'x',
      },
    ],
    [
      { id: `o-${'1'.repeat(20)}`, items: [{}] },
      {
        path: 'data.id',
        code: 'TOO_LONG',
        message: 'must have at most 12 characters',
        expected: 'at most 12 characters',
        got: 22,
      },
    ],
    [
      { id: 'o-1', items: [] },
      {
        path: 'data.items',
        code: 'OUT_OF_RANGE',
        message: 'must have at least 1 items',
        expected: 'at least 1 items',
        got: 0,
      },
    ],
    [
      { id: 'o-1', items: [{ price: 1 }, { price: -1 }] },
      {
        path: 'data.items[1].price',
        code: 'OUT_OF_RANGE',
        message: 'must be at least 0',
        expected: 'at least 0',
        got: -1,
      },
    ],
    [
      { id: 'o-1', items: [{ price: 0.001 }] },
      {
        path: 'data.items[0].price',
        code: 'INVALID_FORMAT',
        message: 'must be a multiple of 0.01',
        expected: 'a multiple of 0.01',
        got: 0.001,
      },
    ],
    [
      { id: 'o-1', items: [{}], status: 'piad' },
      {
        path: 'data.status',
        code: 'INVALID_ENUM',
        message: 'must be one of "open", "paid", "shipped"; did you mean "paid"?',
        expected: 'one of "open", "paid", "shipped"',
        got: 'piad',
        suggestion: 'paid',
      },
    ],
    [
      { id: 'o-1', items: [{}], custommer: 1 },
      {
        path: 'data.custommer',
        code: 'UNKNOWN_KEY',
        message: '"custommer" is not a known property; did you mean "customer"?',
        expected: 'one of id, status, items, customer',
        suggestion: 'customer',
      },
    ],
    [
      { id: 'o-1', items: [{}], customer: { card: 1 } },
      { path: 'data.customer.zip', code: 'REQUIRED', message: '"zip" is required where "card" is' },
    ],
  ])('%j', (value, detail) => {
    expect(violations(order, value)).toEqual([detail])
  })

  test.each<[about: string, schema: Json, value: Json, path: string, code: string, message: string]>([
    [
      'a value of another type than a keyword asks for',
      { type: 'object', properties: { length: { type: 'null' } }, additionalProperties: false, items: false },
      'ab',
      'data',
      'TYPE_MISMATCH',
      'must be an object',
    ],
    ['the root', { type: ['object', 'null'] }, [], 'data', 'TYPE_MISMATCH', 'must be null or an object'],
    ['false', { properties: { a: false } }, { a: 1 }, 'data.a', 'INVALID_FORMAT', 'must be left out'],
    ['const', { const: 1 }, 2, 'data', 'INVALID_ENUM', 'must be 1'],
    ['an empty enum', { enum: [] }, 2, 'data', 'INVALID_ENUM', 'must be nothing: no value is allowed'],
    ['uniqueItems', { uniqueItems: true }, [1, 2, 1], 'data[2]', 'DUPLICATE', 'is the same as data[0]'],
    ['maxItems', { maxItems: 1 }, [1, 2], 'data', 'TOO_LONG', 'must have at most 1 items'],
    ['minProperties', { minProperties: 1 }, {}, 'data', 'OUT_OF_RANGE', 'must have at least 1 properties'],
    ['exclusiveMaximum', { exclusiveMaximum: 3 }, 3, 'data', 'OUT_OF_RANGE', 'must be below 3'],
    [
      'contains',
      { contains: { const: 1 } },
      [2],
      'data',
      'OUT_OF_RANGE',
      'must contain at least 1 such items: items that fit "contains"',
    ],
    [
      'maxContains',
      { contains: true, maxContains: 1 },
      [2, 3],
      'data',
      'TOO_LONG',
      'must contain at most 1 such items: items that fit "contains"',
    ],
    [
      'propertyNames',
      { propertyNames: { pattern: '^[a-z]+$' } },
      { A: 1 },
      'data.A',
      'INVALID_FORMAT',
      '"A" is not a name that a property may have here',
    ],
    [
      'patternProperties',
      { patternProperties: { '^a': { type: 'null' } } },
      { ab: 1 },
      'data.ab',
      'TYPE_MISMATCH',
      'must be null',
    ],
    [
      'additionalProperties',
      { additionalProperties: { type: 'null' } },
      { b: 1 },
      'data.b',
      'TYPE_MISMATCH',
      'must be null',
    ],
    [
      'unevaluatedProperties',
      { properties: { amount: true }, unevaluatedProperties: false },
      { ammount: 1 },
      'data.ammount',
      'UNKNOWN_KEY',
      '"ammount" is not a known property; did you mean "amount"?',
    ],
    [
      'unevaluatedProperties as a schema',
      { unevaluatedProperties: { type: 'null' } },
      { a: 1 },
      'data.a',
      'TYPE_MISMATCH',
      'must be null',
    ],
    [
      'unevaluatedItems',
      { prefixItems: [true], unevaluatedItems: { type: 'null' } },
      [1, 2],
      'data[1]',
      'TYPE_MISMATCH',
      'must be null',
    ],
    [
      'not',
      { not: { type: 'string' } },
      'x',
      'data',
      'INVALID_FORMAT',
      'must be a value that does not fit "not"',
    ],
    [
      'then',
      { if: { required: ['a'] }, [THEN]: { required: ['b'] } },
      { a: 1 },
      'data.b',
      'REQUIRED',
      '"b" is required',
    ],
    [
      'dependentSchemas',
      { dependentSchemas: { a: { required: ['b'] } } },
      { a: 1 },
      'data.b',
      'REQUIRED',
      '"b" is required',
    ],
    [
      '$ref',
      { $ref: '#/$defs/a', $defs: { a: { type: 'null' } } },
      1,
      'data',
      'TYPE_MISMATCH',
      'must be null',
    ],
    [
      'oneOf, twice',
      { oneOf: [true, { type: 'null' }, { minimum: 1 }] },
      2,
      'data',
      'INVALID_FORMAT',
      'fits 2 of the 3 alternatives (0, 2), and must fit one alone',
    ],
  ])('of %s', (_, schema, value, path, code, message) => {
    expect(violations(schema, value)).toMatchObject([{ path, code, message }])
  })

  test.each<[schema: Json, value: Json, got: Json]>([
    [{ type: 'string' }, null, null],
    [{ type: 'string' }, [1], 'an array'],
    [{ type: 'string' }, {}, 'an object'],
    [{ maxItems: 1 }, [1, 2, 3], 3],
    [{ maxLength: 1 }, '😀😀', 2],
    [{ maxProperties: 1 }, { a: 1, b: 2 }, 2],
  ])('of %j by %j', (schema, value, got) => {
    expect(violations(schema, value)).toMatchObject([{ got }])
  })

  test('of one name leaves the others alone', () => {
    const schema = { propertyNames: { maxLength: 1 }, patternProperties: { '^a': { type: 'null' } } }
    expect(violations(schema, { a: null, b: 1, ab: null })).toMatchObject([
      { path: 'data.ab', code: 'INVALID_FORMAT' },
    ])
  })

  test('of every schema that a member has', () => {
    const schema = {
      properties: { ab: { minimum: 2 } },
      patternProperties: { a: { type: 'string' }, b: { maximum: 0 } },
    }
    expect(violations(schema, { ab: 1 }).map(({ code }) => code)).toEqual([
      'OUT_OF_RANGE',
      'TYPE_MISMATCH',
      'OUT_OF_RANGE',
    ])
  })

  test('of a schema in the scope that it was found in', () => {
    const typed = (id: string, type: string): Json => ({
      $id: id,
      $defs: { t: { $dynamicAnchor: 't', type } },
      items: { $dynamicRef: '#t' },
    })
    const schema = {
      allOf: [{ $ref: 'a' }, { $ref: 'b' }],
      $defs: { a: typed('a', 'null'), b: typed('b', 'string') },
    }
    expect(violations(schema, [null, 'x'])).toMatchObject([
      { path: 'data[1]', message: 'must be null' },
      { path: 'data[0]', message: 'must be a string' },
    ])
  })

  test('tells all that is wrong at once, each at its place', () => {
    const value = { id: 1, items: [{ price: 'x' }, 5], status: null, extra: true }
    expect(violations(order, value).map(({ path, code }) => `${path} ${code}`)).toEqual([
      'data.id TYPE_MISMATCH',
      'data.items[0].price TYPE_MISMATCH',
      'data.items[1] TYPE_MISMATCH',
      'data.status INVALID_ENUM',
      'data.extra UNKNOWN_KEY',
    ])
  })

  test('never quotes much of the value or of a name', () => {
    const long = 'x'.repeat(100_000)
    const [detail] = violations({ additionalProperties: { type: 'null' } }, { [long]: long })
    expect(JSON.stringify(detail).length).toBeLessThan(400)
    expect(violations({ type: 'null' }, { [long]: [] })).toMatchObject([{ got: 'an object' }])
    expect(violations({ type: 'null' }, 10n ** 5000n)).toMatchObject([{ got: 'a very long integer' }])
    expect(violations({ type: 'null' }, 2n ** 64n)).toMatchObject([{ got: '18446744073709551616' }])
  })

  test('is one of at most 100', () => {
    const value = Array.from({ length: 5000 }, () => 'x')
    const schema = { items: { type: 'integer', pattern: 'y' } }
    const details = violations(schema, value)
    expect(details).toHaveLength(100)
    expect(details.at(-1)).toMatchObject({ path: 'data[49]', code: 'INVALID_FORMAT' })
  })
})

describe('alternatives', () => {
  const shapes: Json = {
    oneOf: [
      { properties: { kind: { const: 'circle' }, radius: { type: 'number' } }, required: ['kind', 'radius'] },
      { properties: { kind: { const: 'square' }, side: { type: 'number' } }, required: ['kind', 'side'] },
    ],
  }

  test('that a tag tells apart: the violations of the one that was meant', () => {
    expect(violations(shapes, { kind: 'square', side: 'x' })).toMatchObject([
      { path: 'data.side', code: 'TYPE_MISMATCH' },
    ])
  })

  test('a wrong tag: every tag that would be right', () => {
    expect(violations(shapes, { kind: 'cube' })).toEqual([
      {
        path: 'data.kind',
        code: 'INVALID_ENUM',
        message: 'must be "circle" or "square"',
        expected: '"circle" or "square"',
        got: 'cube',
      },
    ])
  })

  test('that types tell apart: the violations of the one of that type', () => {
    const schema = { anyOf: [{ type: 'null' }, { type: 'object', required: ['a'] }] }
    expect(violations(schema, {})).toMatchObject([{ path: 'data.a', code: 'REQUIRED' }])
    expect(violations(schema, 1)).toMatchObject([
      { code: 'TYPE_MISMATCH', message: 'must be null or an object' },
    ])
  })

  test('that a type tells apart from a value that is merely too small', () => {
    const schema = { anyOf: [{ minimum: 5 }, { type: 'string' }] }
    expect(violations(schema, 1)).toMatchObject([{ path: 'data', message: 'must be at least 5' }])
  })

  test('that nothing tells apart: that it fits none', () => {
    const schema = { anyOf: [{ required: ['a'] }, { required: ['b'] }] }
    expect(violations(schema, {})).toMatchObject([
      { path: 'data', code: 'INVALID_FORMAT', message: 'fits none of the 2 alternatives' },
    ])
    const places = { anyOf: [{ type: 'null' }, { properties: { kind: { const: 1 } } }] }
    expect(violations(places, { kind: 2 })).toMatchObject([{ message: 'fits none of the 2 alternatives' }])
  })
})

describe('a value that would take too long', () => {
  const givenUp = (limit: string) => [
    {
      path: 'data',
      code: 'OUT_OF_RANGE',
      message: `Checking it against the schema of the channel was given up: ${limit}`,
      expected: 'a smaller or simpler value',
    },
  ]
  const steps = 'It takes more than 1000000 steps'

  test('is refused after a million steps, and the next one has all of them again', () => {
    const schema = compileRequestSchema({ items: { anyOf: [{ type: 'null' }, { type: 'integer' }] } }, '')
    const items = Array.from({ length: 400_000 }, (_, at) => at)
    expect(schema.violations(items, 'data') as Detail[]).toEqual(givenUp(steps) as Detail[])
    expect(schema.violations(items.slice(0, 100_000), 'data')).toEqual([])
  })

  test('has as many steps for being explained', () => {
    const items = [...Array.from({ length: 700_000 }, () => 1), 'x']
    expect(violations({ items: { type: 'integer' } }, items)).toMatchObject([{ path: 'data[700000]' }])
  })

  test('tells what was found until then', () => {
    // Wrong at the first item; explaining looks at everything twice.
    const items = ['x', ...Array.from({ length: 300_000 }, () => [1])]
    const details = violations({ items: { items: { allOf: [true, true] }, type: 'array' } }, items)
    expect(details).toMatchObject([{ path: 'data[0]', code: 'TYPE_MISMATCH' }])
  })

  test.each<[about: string, schema: Json, value: Json]>([
    [
      'a schema of many names over many objects',
      { items: { properties: named(5000) } },
      Array.from({ length: 500 }, () => ({})),
    ],
    [
      'many required names',
      { items: { anyOf: [{ required: names(5000) }, true] } },
      Array.from({ length: 500 }, () => ({})),
    ],
    [
      'dependencies',
      { items: { dependentRequired: Object.fromEntries(names(5000).map(name => [name, []])) } },
      Array.from({ length: 500 }, () => ({})),
    ],
    [
      'counting members',
      { allOf: Array.from({ length: 100 }, () => ({ minProperties: 1 })) },
      named(100_000),
    ],
    [
      'counting characters',
      { allOf: Array.from({ length: 100 }, () => ({ maxLength: 150_000 })) },
      '😀'.repeat(100_000),
    ],
    [
      'comparing long texts',
      { allOf: Array.from({ length: 100 }, () => ({ uniqueItems: true })) },
      [['x'.repeat(200_000)], 1],
    ],
    [
      'comparing long names',
      { allOf: Array.from({ length: 100 }, () => ({ uniqueItems: true })) },
      [{ ['x'.repeat(200_000)]: 1 }, 1],
    ],
    [
      'comparing many items',
      { allOf: Array.from({ length: 100 }, () => ({ uniqueItems: true })) },
      Array.from({ length: 20_000 }, (_, at) => at),
    ],
    [
      'divisions',
      { allOf: Array.from({ length: 100 }, () => ({ items: { multipleOf: 1 } })) },
      Array.from({ length: 5000 }, (_, at) => at),
    ],
    [
      'patterns',
      { allOf: Array.from({ length: 100 }, () => ({ pattern: '([ab]{1,3}){1,20}x' })) },
      `${'ab'.repeat(10_000)}x`,
    ],
    [
      'patterns of names',
      { patternProperties: Object.fromEntries(names(100).map(name => [name, true])) },
      { ['x'.repeat(50_000)]: 1 },
    ],
    [
      'names of unevaluated members',
      {
        allOf: Array.from({ length: 40 }, () => ({ unevaluatedProperties: true, properties: named(200) })),
      },
      named(20_000),
    ],
    [
      'comparing nested items',
      { allOf: Array.from({ length: 10 }, () => ({ uniqueItems: true })) },
      [Array.from({ length: 60_000 }, () => 0), 1],
    ],
    ['what is asked again on each level', { items: nest(100, {}) }, Array.from({ length: 3000 }, () => ({}))],
    ['a long dynamic scope', scopes(500), Array.from({ length: 3000 }, () => 1)],
    [
      'names that are looked for again at each unevaluated member',
      { items: { properties: named(5000), unevaluatedProperties: true } },
      Array.from({ length: 300 }, () => ({})),
    ],
    [
      'names that are noted again on each level',
      nest(120, { properties: named(9000), patternProperties: { '^x': true } }),
      named(9000),
    ],
  ])('%s', (_, schema, value) => {
    expect(violations(schema, value)).toMatchObject(givenUp(steps))
  })

  test('many equal texts are told apart in one pass', () => {
    const items = Array.from({ length: 60_000 }, (_, at) => ({ id: at }))
    expect(violations({ uniqueItems: true }, items)).toEqual([])
  })

  test('a schema within a schema, as deep as a body may be', () => {
    const nested = (depth: number) => parseExactly('['.repeat(depth) + ']'.repeat(depth))
    const schema = {
      allOf: [{ anyOf: [{ $ref: '#/$defs/list' }] }],
      $defs: { list: { type: 'array', items: { $ref: '#' } } },
    }
    expect(violations(schema, nested(127))).toEqual([])
    expect(violations(schema, nested(5000))).toMatchObject(givenUp('It nests more than 2500 schemas'))
    expect(violations({ const: 1 }, nested(5000))).toMatchObject([{ code: 'INVALID_ENUM' }])
    expect(violations({ const: [1] }, nested(5000))).toMatchObject(givenUp('It nests more than 2500 schemas'))
  })

  test('a chain of references as long as a schema may be', () => {
    const chain = Object.fromEntries(names(4000).map((name, at) => [name, { $ref: `#/$defs/n${at + 1}` }]))
    const schema = { $ref: '#/$defs/n0', $defs: { ...chain, n4000: true } }
    expect(violations(schema, 1)).toMatchObject(givenUp('It nests more than 2500 schemas'))
  })
})

describe('patterns that make others run for ever', () => {
  test.each(['^(a+)+$', '^(a|a)*$', '^(a|aa)+$', '(.*)*b$', '^(([a-z])+.)+[A-Z]([a-z])+$'])('%s', pattern => {
    const text = `${'a'.repeat(50_000)}!`
    expect(violations({ pattern }, text)).toMatchObject([{ path: 'data' }])
  })
})

/** A schema within `allOf`s that all ask what it evaluated. */
function nest(levels: number, schema: Json): Json {
  return levels === 0 ? schema : { allOf: [nest(levels - 1, schema)], unevaluatedProperties: true }
}

/** Resources that refer to each other, and the last of them to whatever the scope says. */
function scopes(count: number): Json {
  const chain = Array.from({ length: count }, (_, at) => [`r${at}`, { $id: `r${at}`, $ref: `r${at + 1}` }])
  const last = { $id: `r${count}`, items: { $dynamicRef: '#t' }, $defs: { t: { $dynamicAnchor: 't' } } }
  return { $ref: 'r0', $defs: { ...Object.fromEntries(chain), last } }
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `n${at}`)
}

function named(count: number): JsonObject {
  return Object.fromEntries(names(count).map(name => [name, true]))
}
