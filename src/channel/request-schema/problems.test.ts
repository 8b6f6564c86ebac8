import { describe, expect, test } from 'bun:test'
import { OrionError } from '../../errors.ts'
import type { Json } from '../../std/json.ts'
import { compileRequestSchema, requestSchemaProblems } from './compile-schema.ts'

const ROOT = 'config.request_schema'

function problems(schema: Json): string[] {
  return requestSchemaProblems(schema, ROOT).map(
    ({ path, code, message }) => `${path.slice(ROOT.length)} ${code}: ${message}`,
  )
}

describe('a keyword of a wrong type', () => {
  test.each<[schema: Json, problem: string]>([
    [[], ' TYPE_MISMATCH: must be a schema: an object, true or false'],
    [{ properties: { age: 5 } }, '.properties.age TYPE_MISMATCH: must be a schema: an object, true or false'],
    [{ items: [{}] }, '.items TYPE_MISMATCH: must be a schema: an object, true or false'],
    [{ allOf: {} }, '.allOf TYPE_MISMATCH: "allOf" must be a list of schemas'],
    [{ anyOf: [] }, '.anyOf OUT_OF_RANGE: "anyOf" must be a list of at least one schema'],
    [{ oneOf: [1] }, '.oneOf[0] TYPE_MISMATCH: must be a schema: an object, true or false'],
    [{ properties: [] }, '.properties TYPE_MISMATCH: "properties" must be an object of schemas'],
    [
      { patternProperties: 1 },
      '.patternProperties TYPE_MISMATCH: "patternProperties" must be an object of schemas by pattern',
    ],
    [{ type: 'text' }, '.type INVALID_ENUM: "text" is not a type'],
    [{ type: 'strng' }, '.type INVALID_ENUM: "strng" is not a type; did you mean "string"?'],
    [{ type: ['string', 'string'] }, '.type[1] DUPLICATE: "string" is listed twice'],
    [{ type: [] }, '.type OUT_OF_RANGE: "type" must be at least one type'],
    [
      { type: 1 },
      '.type TYPE_MISMATCH: "type" must be one of null, boolean, object, array, number, string, integer',
    ],
    [{ enum: 'a' }, '.enum TYPE_MISMATCH: "enum" must be a list of values'],
    [{ enum: ['x'.repeat(200_000)] }, '.enum TOO_LONG: "enum" must be at most 200000 characters of JSON'],
    [{ const: ['x'.repeat(200_000)] }, '.const TOO_LONG: "const" must be at most 200000 characters of JSON'],
    [{ minLength: -1 }, '.minLength OUT_OF_RANGE: "minLength" must be an integer of at least 0'],
    [{ maxItems: 1.5 }, '.maxItems TYPE_MISMATCH: "maxItems" must be an integer of at least 0'],
    [{ minimum: '1' }, '.minimum TYPE_MISMATCH: "minimum" must be a number'],
    [{ exclusiveMinimum: true }, '.exclusiveMinimum TYPE_MISMATCH: "exclusiveMinimum" must be a number'],
    [{ multipleOf: 0 }, '.multipleOf OUT_OF_RANGE: "multipleOf" must be a number above 0'],
    [{ multipleOf: null }, '.multipleOf TYPE_MISMATCH: "multipleOf" must be a number above 0'],
    [{ uniqueItems: 1 }, '.uniqueItems TYPE_MISMATCH: "uniqueItems" must be true or false'],
    [{ required: 'a' }, '.required TYPE_MISMATCH: "required" must be a list of names'],
    [{ required: [1] }, '.required[0] TYPE_MISMATCH: "required" must be a list of names'],
    [{ required: ['a', 'a'] }, '.required[1] DUPLICATE: "a" is listed twice'],
    [
      { dependentRequired: { a: 'b' } },
      '.dependentRequired.a TYPE_MISMATCH: "dependentRequired" must be a list of names',
    ],
    [
      { dependentRequired: [] },
      '.dependentRequired TYPE_MISMATCH: "dependentRequired" must be an object of lists of names',
    ],
    [{ pattern: 1 }, '.pattern TYPE_MISMATCH: "pattern" must be a pattern'],
    [
      { $anchor: '#a' },
      '.$anchor INVALID_FORMAT: "$anchor" must be a name of letters, digits, "-", "_" and "."',
    ],
    [{ $anchor: 1 }, '.$anchor TYPE_MISMATCH: "$anchor" must be a name of letters, digits, "-", "_" and "."'],
    [{ $id: 'a#b' }, '.$id INVALID_FORMAT: "$id" must be an address without "#"'],
    [{ $id: 'http://[' }, '.$id INVALID_FORMAT: "$id" must be an address without "#"'],
    [{ $id: 1 }, '.$id TYPE_MISMATCH: "$id" must be an address without "#"'],
    [{ $ref: 1 }, '.$ref TYPE_MISMATCH: "$ref" must be a reference such as "#/$defs/name"'],
    [
      { $schema: 'http://json-schema.org/draft-07/schema#' },
      '.$schema NOT_AVAILABLE: "$schema" must be "https://json-schema.org/draft/2020-12/schema", or left out',
    ],
  ])('%#', (schema, problem) => {
    expect(problems(schema)).toEqual([problem])
  })

  test('each is told, with its place', () => {
    const schema = { $defs: { a: { items: { minLength: -1, type: 'x' } } }, allOf: [{ else: 3 }] }
    expect(problems(schema)).toEqual([
      '.$defs.a.items.type INVALID_ENUM: "x" is not a type',
      '.$defs.a.items.minLength OUT_OF_RANGE: "minLength" must be an integer of at least 0',
      '.allOf[0].else TYPE_MISMATCH: must be a schema: an object, true or false',
    ])
  })

  test('of at most 100', () => {
    expect(problems({ allOf: Array.from({ length: 500 }, () => 1) })).toHaveLength(100)
  })
})

describe('a pattern', () => {
  const refused = (pattern: string) => requestSchemaProblems({ properties: { a: { pattern } } }, ROOT)

  test.each([
    ['(', 'INVALID_FORMAT', 'Pattern "(" is not valid: missing )'],
    ['\\-', 'INVALID_FORMAT', 'Pattern "\\\\-" is not valid: invalid escaped character for Unicode pattern'],
    ['a'.repeat(5000), 'INVALID_FORMAT', `Pattern "${'a'.repeat(80)}…" is longer than 4096 characters`],
    [
      'x(?=a)',
      'NOT_AVAILABLE',
      'Pattern "x(?=a)" has look-ahead "(?=", which cannot be matched in linear time',
    ],
    [
      '(?!a)',
      'NOT_AVAILABLE',
      'Pattern "(?!a)" has look-ahead "(?!", which cannot be matched in linear time',
    ],
    [
      '(?<=a)',
      'NOT_AVAILABLE',
      'Pattern "(?<=a)" has look-behind "(?<=", which cannot be matched in linear time',
    ],
    [
      '(?<!a)',
      'NOT_AVAILABLE',
      'Pattern "(?<!a)" has look-behind "(?<!", which cannot be matched in linear time',
    ],
    [
      '(a)\\1',
      'NOT_AVAILABLE',
      'Pattern "(a)\\\\1" has back-reference "\\1", which cannot be matched in linear time',
    ],
    [
      '(?<n>a)\\k<n>',
      'NOT_AVAILABLE',
      'Pattern "(?<n>a)\\\\k<n>" has back-reference "\\k<n>", which cannot be matched in linear time',
    ],
    ['(?i:a)', 'NOT_AVAILABLE', 'Pattern "(?i:a)" has flags "(?i:", which cannot be matched in linear time'],
    ['a{2000}', 'NOT_AVAILABLE', 'Pattern "a{2000}" has a count in braces above 1000, alone or multiplied'],
    [
      '(a{1000}b{1000}c){1}',
      'NOT_AVAILABLE',
      'Pattern "(a{1000}b{1000}c){1}" is too large for matching in linear time',
    ],
  ])('%s', (pattern, code, message) => {
    const [problem] = refused(pattern)
    expect<unknown>(problem).toMatchObject({ path: `${ROOT}.properties.a.pattern`, code, message })
  })

  test('in the name of patternProperties', () => {
    expect(problems({ patternProperties: { '(?=a)': true } })).toEqual([
      '.patternProperties.(?=a) NOT_AVAILABLE: Pattern "(?=a)" has look-ahead "(?=", which cannot be matched in linear time',
    ])
  })
})

describe('a reference', () => {
  test.each<[schema: Json, problem: string]>([
    [{ $ref: '#/$defs/a' }, '.$ref INVALID_FORMAT: Reference "#/$defs/a" leads nowhere'],
    [
      { $ref: '#/$defs/adress', $defs: { address: {} } },
      '.$ref INVALID_FORMAT: Reference "#/$defs/adress" leads nowhere; did you mean "#/$defs/address"?',
    ],
    [{ $ref: '#/minimum', minimum: 5 }, '.$ref INVALID_FORMAT: Reference "#/minimum" leads nowhere'],
    [{ $ref: '#/x/y/z' }, '.$ref INVALID_FORMAT: Reference "#/x/y/z" leads nowhere'],
    [{ $ref: '#/list/01', list: [true, true] }, '.$ref INVALID_FORMAT: Reference "#/list/01" leads nowhere'],
    [{ $ref: '#a' }, '.$ref INVALID_FORMAT: Reference "#a" leads nowhere'],
    [{ $defs: 1 }, '.$defs TYPE_MISMATCH: "$defs" must be an object of schemas'],
    [
      { $ref: '#/prefixItems/01', prefixItems: [true, true] },
      '.$ref INVALID_FORMAT: Reference "#/prefixItems/01" leads nowhere; did you mean "#/prefixItems/0"?',
    ],
    [{ $ref: '#/toString' }, '.$ref INVALID_FORMAT: Reference "#/toString" leads nowhere'],
    [{ $ref: '#/%zz' }, '.$ref INVALID_FORMAT: Reference "#/%zz" is no reference'],
    [{ $ref: 'http://[' }, '.$ref INVALID_FORMAT: Reference "http://[" is no reference'],
    [
      { items: { $ref: 'https://example.com/a.json' } },
      '.items.$ref NOT_AVAILABLE: Reference "https://example.com/a.json" leads to another document, and references are followed within the schema only',
    ],
    [
      { $dynamicRef: 'other#a' },
      '.$dynamicRef NOT_AVAILABLE: Reference "other#a" leads to another document, and references are followed within the schema only',
    ],
    [{ $ref: '#' }, '.$ref INVALID_FORMAT: This reference leads back to itself without going into the value'],
    [
      { properties: { a: { $dynamicRef: '#x' } } },
      '.properties.a.$dynamicRef INVALID_FORMAT: Reference "#x" leads nowhere',
    ],
    [
      { $defs: { a: { $anchor: 'x' }, b: { $anchor: 'x' } } },
      '.$defs.b.$anchor DUPLICATE: "$anchor" "x" is already at config.request_schema.$defs.a',
    ],
    [
      { $defs: { a: { $id: 'x' }, b: { $id: 'x' } } },
      '.$defs.b.$id DUPLICATE: "$id" "x" is the address of two schemas',
    ],
  ])('%#', (schema, problem) => {
    expect(problems(schema)).toEqual([problem])
  })

  const loop = 'This reference leads back to itself without going into the value'
  test.each<[about: string, schema: Json, places: string[]]>([
    [
      'over two schemas',
      { $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } },
      ['.$defs.b.$ref'],
    ],
    ['through allOf', { allOf: [{ $ref: '#' }] }, ['.allOf[0].$ref']],
    ['through not', { not: { $ref: '#' } }, ['.not.$ref']],
    ['through if', { if: { $ref: '#' } }, ['.if.$ref']],
    ['through dependentSchemas', { dependentSchemas: { a: { $ref: '#' } } }, ['.dependentSchemas.a.$ref']],
    [
      'into the middle of a schema',
      { items: { $ref: '#/$defs/b/anyOf/0' }, $defs: { b: { anyOf: [{ $ref: '#/$defs/b' }] } } },
      ['.$defs.b.anyOf[0].$ref'],
    ],
    [
      'by a dynamic reference',
      { $dynamicAnchor: 'a', anyOf: [{ $dynamicRef: '#a' }] },
      ['.anyOf[0].$dynamicRef'],
    ],
    [
      'none through properties',
      { properties: { a: { $ref: '#' } }, items: { $ref: '#' }, contains: { $ref: '#' } },
      [],
    ],
  ])('that never ends: %s', (_, schema, places) => {
    expect(problems(schema)).toEqual(places.map(place => `${place} INVALID_FORMAT: ${loop}`))
  })
})

describe('a schema that is too large', () => {
  test('by count', () => {
    const many = (count: number) => ({ allOf: Array.from({ length: count }, () => true) })
    expect(problems(many(9999))).toEqual([])
    expect(problems(many(20_000))).toEqual([' TOO_LONG: holds more than 10000 schemas'])
  })

  test('by depth', () => {
    const nested = (depth: number): Json => (depth === 0 ? {} : { not: nested(depth - 1) })
    expect(problems(nested(256))).toEqual([])
    expect(problems(nested(257))).toEqual([
      `${'.not'.repeat(257)} TOO_LONG: nests schemas deeper than 256 levels`,
    ])
  })
})

test('a schema with problems is not compiled', () => {
  expect(() => compileRequestSchema({ type: 'x' }, ROOT)).toThrow(OrionError)
  expect(() => compileRequestSchema({ type: 'x' }, ROOT)).toThrow(
    'config.request_schema.type: "x" is not a type',
  )
})
