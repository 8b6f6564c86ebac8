import { expect, test } from 'bun:test'
import { Validator } from '@cfworker/json-schema'
import fc from 'fast-check'
import {
  compileRequestSchema,
  requestSchemaProblems,
} from '../../src/channel/request-schema/compile-schema.ts'
import { isObject, type Json, type JsonObject } from '../../src/std/json.ts'
import { longTier } from '../harness/needs.ts'

/* Schemas and values of few names and small numbers, so that they often fit each other. */

const name = fc.constantFrom('a', 'b', 'c', '__proto__')
const scalar = fc.constantFrom<Json>(null, true, false, 0, 1, 2, 1.5, -3, '', 'a', 'ab', 'abc', '💩')
const { value } = fc.letrec<{ value: Json }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4 }),
  ),
}))

const count = fc.constantFrom(0, 1, 2, 3)
const number = fc.constantFrom(-3, 0, 1, 1.5, 2)
const type = fc.constantFrom('null', 'boolean', 'object', 'array', 'number', 'string', 'integer')
const pattern = fc.constantFrom('a', '^a', 'b$', '^[ab]+$', '^.$', '^$', '^_')
const names = fc.uniqueArray(name, { maxLength: 2 })

const { schema } = fc.letrec<{ schema: Json; object: JsonObject }>(tie => ({
  schema: fc.oneof({ depthSize: 'medium', withCrossShrink: true }, fc.boolean(), tie('object')),
  object: fc
    .uniqueArray(fc.oneof(...assertions(), ...applicators(tie('schema'))), {
      maxLength: 4,
      selector: ([key]) => key,
    })
    .map(entries => Object.fromEntries(entries)),
}))

type Entry = fc.Arbitrary<[string, Json]>

function keyword(word: string, content: fc.Arbitrary<Json>): Entry {
  return content.map(json => [word, json])
}

function assertions(): Entry[] {
  return [
    keyword('type', fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 }))),
    keyword('enum', fc.array(value, { maxLength: 4 })),
    keyword('const', value),
    ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'].map(word => keyword(word, number)),
    keyword('multipleOf', fc.constantFrom(0.5, 1, 2)),
    ...['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'].map(word =>
      keyword(word, count),
    ),
    keyword('pattern', pattern),
    keyword('uniqueItems', fc.boolean()),
    keyword('required', names),
    keyword('dependentRequired', fc.dictionary(name, names, { maxKeys: 2 })),
  ]
}

function applicators(inner: fc.Arbitrary<Json>): Entry[] {
  const list = fc.array(inner, { minLength: 1, maxLength: 3 })
  const byName = fc.dictionary(name, inner, { maxKeys: 3 })
  const single = ['items', 'contains', 'additionalProperties', 'propertyNames', 'not', 'if', 'then', 'else']
  return [
    ...['allOf', 'anyOf', 'oneOf', 'prefixItems'].map(word => keyword(word, list)),
    ...['properties', 'dependentSchemas'].map(word => keyword(word, byName)),
    keyword('patternProperties', fc.dictionary(pattern, inner, { maxKeys: 2 })),
    ...single.map(word => keyword(word, inner)),
    ...['unevaluatedProperties', 'unevaluatedItems'].map(word => keyword(word, inner)),
    keyword('$ref', fc.constant('#/$defs/shared')),
  ]
}

const document = fc
  .tuple(schema, schema)
  .map(([root, shared]): Json => (isObject(root) ? { ...root, $defs: { shared } } : root))
  .filter(json => requestSchemaProblems(json, '').length === 0)

const rounds = { numRuns: longTier ? 100_000 : 2000 }

test('a value is valid exactly when another implementation says so', () => {
  fc.assert(
    fc.property(document, fc.array(value, { minLength: 1, maxLength: 5 }), (json, values) => {
      const compiled = compileRequestSchema(json, '')
      const other = new Validator(isObject(json) ? json : json === true, '2020-12')
      for (const item of values) {
        expect(compiled.violations(item, '').length === 0).toBe(other.validate(item).valid)
      }
    }),
    rounds,
  )
})

test('a value is without violations exactly when it passed, which gives the one empty list', () => {
  const none = compileRequestSchema(true, '').violations(0, '')
  fc.assert(
    fc.property(document, value, (json, item) => {
      const found = compileRequestSchema(json, '').violations(item, '')
      expect(found.length === 0).toBe(found === none)
    }),
    rounds,
  )
})
