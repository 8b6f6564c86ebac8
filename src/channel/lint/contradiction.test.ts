import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { defaultLimits, ExpressionError } from '../../expression/expression.ts'
import { isObject, type Json, type JsonObject, own } from '../../std/json.ts'
import { isAccepted } from '../accepted.ts'
import { compileGuardLogic } from '../guard-logic.ts'
import { lintChannel } from './lint.ts'

const FIELD = { var: 'data.x' }
const SCALARS = [
  ...[0, 1, 2, 5, -3, 1.5, 100, true, false, null, '', 'a', 'b', '5', ' 5', 'true', '1e2', '1d', '24h'],
  ...['2024-01-02T03:04:05Z', '2024-01-02T04:04:05+01:00'],
]
/** What a field may be; undefined is nothing. */
const VALUES: readonly (Json | undefined)[] = [
  ...SCALARS,
  ...[undefined, 3, 4, 6, 99.5, 101, 'zzz', '1.5', '100', '+5', [], [0], ['a'], {}, { a: 1 }],
  { datetime: '2024-01-02T03:04:05Z' },
]

const scalar = fc.constantFrom(...SCALARS)
const comparison = fc.constantFrom('==', '!=', '===', '!==', '<', '<=', '>', '>=')
const logic: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(FIELD, { '!': FIELD }, { '!!': FIELD }, { '!': { missing: ['data.x'] } }),
  fc.tuple(comparison, scalar).map(([name, value]) => ({ [name]: [FIELD, value] })),
  fc.tuple(comparison, scalar).map(([name, value]) => ({ [name]: [value, FIELD] })),
  fc.tuple(comparison, scalar, scalar).map(([name, low, high]) => ({ [name]: [low, FIELD, high] })),
  fc.tuple(scalar, scalar).map(list => ({ in: [FIELD, list] })),
  fc.constantFrom('abc', '').map(text => ({ in: [FIELD, text] })),
  fc
    .tuple(fc.constantFrom('==', '!=', '==='), fc.constantFrom('string', 'number', 'datetime', 'object'))
    .map(([name, type]) => ({ [name]: [{ type: FIELD }, type] })),
)
const bound = fc.constantFrom(0, 1, 2, 5, 100)
const type = fc.constantFrom('null', 'boolean', 'number', 'integer', 'string', 'array', 'object')
const schemaOfField = fc.record(
  {
    type: fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 2 })),
    minimum: bound,
    maximum: bound,
    exclusiveMinimum: bound,
    exclusiveMaximum: bound,
    enum: fc.array(scalar, { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: [] },
)

test('what is told to contradict never holds for a value that the schema lets through', () => {
  let told = 0
  fc.assert(
    fc.property(logic, schemaOfField, fc.boolean(), (validation_logic, field, isRequired) => {
      const request_schema = {
        type: 'object',
        properties: { x: field },
        ...(isRequired && { required: ['x'] }),
      }
      if (!isToldOf({ validation_logic, request_schema })) return
      told++
      const expression = compileGuardLogic(validation_logic, 'condition', defaultLimits)
      const passing = VALUES.filter(value => (value === undefined ? !isRequired : fits(field, value)))
      expect(passing.filter(value => holds(() => expression.evaluate(requestWith(value))))).toEqual([])
    }),
    { numRuns: 3000 },
  )
  expect(told).toBeGreaterThan(300)
})

function isToldOf(config: JsonObject): boolean {
  const channel = {
    name: 'o',
    channel_type: 'sync',
    protocol: 'rest',
    methods: ['POST'],
    route_pattern: '/o',
    config,
  }
  const needs = { limits: defaultLimits, platformRate: undefined, reads: undefined }
  return [...lintChannel(channel, needs)].flat().some(({ rule }) => rule === 'schema-contradicts-logic')
}

function requestWith(value: Json | undefined): JsonObject {
  return { data: value === undefined ? {} : { x: value } }
}

/** What fails refuses. */
function holds(evaluate: () => Json): boolean {
  try {
    return isAccepted(evaluate())
  } catch (error) {
    if (error instanceof ExpressionError) return false
    throw error
  }
}

/** The keywords that are drawn here. */
function fits(schema: JsonObject, value: Json): boolean {
  const kind =
    value === null ? 'null' : Array.isArray(value) ? 'array' : isObject(value) ? 'object' : typeof value
  const types = [own(schema, 'type') ?? kind].flat()
  const isOfType = types.includes(kind) || (types.includes('integer') && Number.isInteger(value))
  const values = own(schema, 'enum')
  const isListed =
    !Array.isArray(values) || values.some(item => JSON.stringify(item) === JSON.stringify(value))
  return isOfType && isListed && (typeof value !== 'number' || isWithin(schema, value))
}

function isWithin(schema: JsonObject, value: number): boolean {
  return (
    value >= Number(own(schema, 'minimum') ?? -Infinity) &&
    value <= Number(own(schema, 'maximum') ?? Infinity) &&
    value > Number(own(schema, 'exclusiveMinimum') ?? -Infinity) &&
    value < Number(own(schema, 'exclusiveMaximum') ?? Infinity)
  )
}
