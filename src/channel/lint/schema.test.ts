import { describe, expect, test } from 'bun:test'
import { defaultLimits } from '../../expression/expression.ts'
import type { Json, JsonObject } from '../../std/json.ts'
import { lintChannel } from './lint.ts'

function findings(config: JsonObject) {
  const channel = {
    name: 'orders',
    channel_type: 'sync',
    protocol: 'rest',
    methods: ['POST'],
    route_pattern: '/orders',
    config,
  }
  const needs = { limits: defaultLimits, platformRate: undefined, reads: undefined }
  return [...lintChannel(channel, needs)].flat()
}

/** Where `validation_logic` contradicts the schema. */
function contradictions(request_schema: Json, validation_logic: Json): string[] {
  return findings({ request_schema, validation_logic })
    .filter(({ rule }) => rule === 'schema-contradicts-logic')
    .map(({ path }) => path.replace('config.validation_logic', ''))
}

/** A schema whose field `x` has to be there and fit this. */
const x = (schema: Json): JsonObject => ({ type: 'object', required: ['x'], properties: { x: schema } })
/** The same, but it may be left out. */
const maybe = (schema: Json): JsonObject => ({ type: 'object', properties: { x: schema } })
const field = { var: 'data.x' }

describe('a field for which the schema and the logic cannot both hold', () => {
  test.each<[Json, Json]>([
    // Bounds
    [x({ type: 'number', maximum: 50 }), { '>': [field, 100] }],
    [x({ type: 'number', maximum: 100 }), { '>': [field, 100] }],
    [x({ type: 'number', exclusiveMaximum: 100 }), { '>=': [field, 100] }],
    [x({ type: 'number', minimum: 1 }), { '<=': [field, 0] }],
    [x({ type: 'number', exclusiveMinimum: 0 }), { '<=': [field, 0] }],
    [x({ type: 'integer', minimum: 5 }), { '>': [4, field] }],
    [x({ type: 'integer' }), { '<': [1, field, 2] }],
    [x({ type: 'integer', minimum: 3, maximum: 4 }), { '==': [field, 7] }],
    [x({ type: 'integer' }), { '===': [field, 1.5] }],
    [x({ type: ['number', 'null'], maximum: 50 }), { '>': [field, 100] }],
    [maybe({ type: 'number', maximum: 50 }), { '>': [field, 100] }],
    [x({ type: 'number', minimum: 2, maximum: 1 }), { '>': [field, 0] }],
    // Types
    [x({ type: 'integer' }), { '==': [field, 'order'] }],
    [x({ type: 'integer' }), { '===': ['5', field] }],
    [x({ type: 'integer' }), { in: [field, ['a', 'b']] }],
    [x({ type: 'string' }), { '===': [field, 5] }],
    [x({ type: 'string' }), { in: [field, [1, 2]] }],
    [x({ type: 'boolean' }), { '==': [field, 'yes'] }],
    [x({ type: 'null' }), { '!!': field }],
    [x({ type: 'string' }), { '==': [{ type: field }, 'number'] }],
    [x({ type: ['array', 'null'] }), { in: [{ type: field }, ['string', 'number']] }],
    [x({ type: ['array', 'object'] }), { '===': [{ type: field }, 'string'] }],
    [x({ type: 'null' }), { '<': [{ type: field }, 'e'] }],
    // Values
    [x({ enum: ['a', 'b'] }), { '==': [field, 'c'] }],
    [x({ enum: ['a', 1, 200], type: 'number', maximum: 100 }), { '>': [field, 100] }],
    [x({ const: 'a' }), { '!=': [field, 'a'] }],
    [x({ const: false }), field],
    [x({ const: 0 }), { '!!': field }],
    [x({ const: true }), { '!': field }],
    [x({ enum: ['a', 'b'] }), { '<': [field, 'A'] }],
    [maybe({ enum: ['a'] }), { in: [field, ['b', 'c']] }],
    // Presence
    [{ properties: { y: {} }, additionalProperties: false }, { '!!': field }],
    [{ properties: { y: {} }, additionalProperties: false }, { '!': { missing: ['data.x'] } }],
    [{ properties: { y: {} }, additionalProperties: false }, { exists: ['data', 'x'] }],
    [{ additionalProperties: { type: 'number', maximum: 5 } }, { '>': [field, 5] }],
    [{ properties: { x: false } }, field],
    [x({ type: 'string' }), { '===': [field, null] }],
  ])('%j and %j', (schema, logic) => {
    expect(contradictions(schema, logic)).toEqual([''])
  })

  test('inside an and, and further down', () => {
    const schema = x({ type: 'object', required: ['n'], properties: { n: { type: 'number', maximum: 5 } } })
    const logic = { and: [{ '!!': field }, { and: [{ '>': [{ val: ['data', 'x', 'n'] }, 5] }, true] }] }
    expect(contradictions(schema, logic)).toEqual(['.and[1].and[0]'])
  })

  test('each path that must not be missing', () => {
    const schema = { properties: { a: {} }, additionalProperties: false }
    const found = findings({
      request_schema: schema,
      validation_logic: { '!': { missing: ['data.a', 'data.b', 'data.c'] } },
    })
    expect(found.map(({ message }) => /"data\.\w"/.exec(message)?.[0])).toEqual(['"data.b"', '"data.c"'])
  })

  test('is told with the place in the schema', () => {
    const [bounded] = findings({
      request_schema: x({ type: 'number', maximum: 5 }),
      validation_logic: { '>': [field, 5] },
    })
    expect(bounded?.message).toBe(
      'this can never hold: it does not hold for any "data.x" that request_schema lets through (config.request_schema.properties.x), so every request is refused',
    )
    const [forbidden] = findings({
      request_schema: { additionalProperties: false },
      validation_logic: field,
    })
    expect(forbidden?.message).toContain(
      'request_schema does not let "data.x" be there (config.request_schema.additionalProperties)',
    )
  })
})

describe('nothing is said of what may hold', () => {
  test.each<[Json, Json]>([
    [x({ type: 'number', maximum: 50 }), { '>': [field, 49] }],
    [x({ type: 'number', maximum: 100 }), { '>=': [field, 100] }],
    [x({ type: 'number', exclusiveMinimum: 0 }), { '<': [field, 1e-300] }],
    [x({ type: 'number' }), { '>': [field, 1e20] }],
    [x({ type: 'number' }), { '<': [field, -1e20] }],
    [x({ type: 'number' }), { '<': [1, field, 2] }],
    [x({ type: 'integer' }), { '<': [1, field, 3] }],
    [x({ type: 'integer' }), { '!=': [field, 0] }],
    [x({ type: 'integer' }), { '==': [field, '5'] }],
    [x({ type: 'integer' }), { '==': [field, true] }],
    [x({ type: 'number' }), { '==': [field, '2024-01-01T00:00:00Z'] }],
    // Absent is null, which is compared as 0.
    [maybe({ type: 'number', minimum: 5 }), { '<': [field, 1] }],
    [{ required: ['x'], properties: { x: { minimum: 5, type: 'number' } } }, { '<': [field, 1] }],
    [x({ maximum: 50 }), { '>': [field, 100] }],
    [x({ type: ['number', 'string'], maximum: 50 }), { '>': [field, 100] }],
    [x({ type: 'string' }), { '>': [field, 100] }],
    [x({ type: 'string' }), { '==': [field, 5] }],
    [x({ type: 'string' }), { '!=': [field, 'a'] }],
    [x({ type: 'string' }), { in: [field, 'abc'] }],
    [x({ type: 'string' }), { '==': [{ type: field }, 'datetime'] }],
    [x({ type: 'array' }), { '==': [field, 'a'] }],
    [x({ type: 'string' }), { '<': [{ type: field }, 'e'] }],
    [x({ type: 'array' }), { '!': field }],
    [x({ type: 'object' }), field],
    [x({ type: 'object' }), { '!!': field }],
    [x({ enum: ['a', 'b'] }), { '==': [field, 'b'] }],
    [x({ enum: ['a', 2 ** 53] }), { '>': [field, 5] }],
    [maybe({ const: 'a' }), { '!': field }],
    [x({ type: 'nothing' }), { '==': [field, 1] }],
    [x({}), { '==': [field, 1] }],
    [x(true), { '==': [field, 1] }],
    [x({ $ref: '#/$defs/a' }), { '==': [field, 1] }],
    [true, { '==': [field, 1] }],
    [false, { '==': [field, 1] }],
    ['no schema', { '==': [field, 1] }],
    [{ additionalProperties: false, patternProperties: { '^x$': {} } }, { '!!': field }],
    [{ unevaluatedProperties: false }, { '!!': field }],
    [{ additionalProperties: false }, { '!': field }],
    [{ additionalProperties: false }, { '!!': { var: 'metadata.x' } }],
    [{ additionalProperties: false }, { '!!': { var: 'data' } }],
    [{ additionalProperties: false }, { '!!': { var: 'data.0' } }],
    [{ additionalProperties: false }, { '==': [{ var: ['data.x', 1] }, 1] }],
    // Not about one place and constants, or not certain to be asked.
    [x({ type: 'number', maximum: 5 }), { '>': [field, { var: 'data.y' }] }],
    [x({ type: 'number', maximum: 5 }), { '>': [{ '+': [field, 100] }, 50] }],
    [x({ type: 'number', maximum: 5 }), { or: [{ '>': [field, 50] }, { '!!': { var: 'data.y' } }] }],
    [x({ type: 'number', maximum: 5 }), { if: [{ var: 'data.y' }, { '>': [field, 50] }, true] }],
    [x({ type: 'number', maximum: 5 }), { and: [{ var: 'data.y' }, { '>': [field, 50] }] }],
    [x({ type: 'number' }), { in: [field, { var: 'data.list' }] }],
    [x({ type: 'string' }), { in: ['a', field] }],
  ])('%j and %j', (schema, logic) => {
    expect(contradictions(schema, logic)).toEqual([])
  })

  test('a number that is no double', () => {
    expect(contradictions(x({ enum: [2n ** 60n] }), { '>': [field, 5] })).toEqual([])
  })
})

describe('a keyword that checks nothing', () => {
  const told = (request_schema: Json) =>
    findings({ request_schema }).map(
      ({ rule, path, suggestion }) =>
        `${rule} ${path.replace('config.request_schema.', '')} ${suggestion ?? '-'}`,
    )

  test('with the one that was meant', () => {
    expect(told({ requried: ['a'], properties: { requried: { tpye: 'string' } } })).toEqual([
      'schema-keyword requried required',
      'schema-keyword properties.requried.tpye type',
    ])
    expect(told({ completely_unheard_of: 1 })).toEqual(['schema-keyword completely_unheard_of -'])
  })

  test('in every schema inside', () => {
    const wrong = { maxLenght: 1 }
    const schema = {
      items: wrong,
      allOf: [true, wrong],
      $defs: { a: wrong },
      if: { not: wrong },
      additionalProperties: wrong,
      prefixItems: [wrong],
    }
    expect(told(schema)).toEqual(
      ['items', 'allOf[1]', '$defs.a', 'if.not', 'additionalProperties', 'prefixItems[0]'].map(
        place => `schema-keyword ${place}.maxLenght maxLength`,
      ),
    )
  })

  test('one that only describes', () => {
    expect(told({ properties: { mail: { type: 'string', format: 'email' } } })).toEqual([
      'schema-keyword properties.mail.format -',
    ])
    expect(told({ contentMediaType: 'text/plain', contentEncoding: 'base64' })).toHaveLength(2)
  })

  test('names of fields, values and own keywords are none', () => {
    const schema = {
      'x-owner': 'shop',
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      properties: {
        format: {},
        anything: { enum: [{ nonsense: 1 }], const: { fromat: 1 }, default: { q: 1 } },
      },
      patternProperties: { '^y': { type: 'string' } },
      dependentRequired: { a: ['b'] },
      items: true,
    }
    expect(told(schema)).toEqual([])
  })
})
