/** What the value of a keyword has to be. */
export type Shape =
  | 'schema'
  | 'schemas'
  | 'schema by name'
  | 'schema by pattern'
  | 'count'
  | 'number'
  | 'divisor'
  | 'boolean'
  | 'pattern'
  | 'names'
  | 'names by name'
  | 'types'
  | 'values'
  | 'value'
  | 'identifier'
  | 'anchor'
  | 'reference'
  | 'dialect'

/**
 * The keywords of JSON Schema 2020-12 that mean something here: its core, applicator, unevaluated and validation
 * vocabularies. All others are annotations or unknown, which the standard treats alike. `definitions` is the old name of
 * `$defs`, which the meta-schema still knows.
 */
export const KEYWORDS: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ['$schema', 'dialect'],
  ['$id', 'identifier'],
  ['$anchor', 'anchor'],
  ['$dynamicAnchor', 'anchor'],
  ['$ref', 'reference'],
  ['$dynamicRef', 'reference'],
  ['$defs', 'schema by name'],
  ['definitions', 'schema by name'],
  ['type', 'types'],
  ['enum', 'values'],
  ['const', 'value'],
  ['multipleOf', 'divisor'],
  ['minimum', 'number'],
  ['maximum', 'number'],
  ['exclusiveMinimum', 'number'],
  ['exclusiveMaximum', 'number'],
  ['minLength', 'count'],
  ['maxLength', 'count'],
  ['pattern', 'pattern'],
  ['prefixItems', 'schemas'],
  ['items', 'schema'],
  ['contains', 'schema'],
  ['minContains', 'count'],
  ['maxContains', 'count'],
  ['minItems', 'count'],
  ['maxItems', 'count'],
  ['uniqueItems', 'boolean'],
  ['unevaluatedItems', 'schema'],
  ['properties', 'schema by name'],
  ['patternProperties', 'schema by pattern'],
  ['additionalProperties', 'schema'],
  ['propertyNames', 'schema'],
  ['required', 'names'],
  ['dependentRequired', 'names by name'],
  ['dependentSchemas', 'schema by name'],
  ['minProperties', 'count'],
  ['maxProperties', 'count'],
  ['unevaluatedProperties', 'schema'],
  ['allOf', 'schemas'],
  ['anyOf', 'schemas'],
  ['oneOf', 'schemas'],
  ['not', 'schema'],
  ['if', 'schema'],
  ['then', 'schema'],
  ['else', 'schema'],
])

/** The keywords whose schemas apply to the same value as the schema that they stand in. */
export const IN_PLACE = ['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'dependentSchemas'] as const

export const TYPES = ['null', 'boolean', 'object', 'array', 'number', 'string', 'integer'] as const
export type TypeName = (typeof TYPES)[number]

/** The texts that name the one dialect. */
export const DIALECTS = [
  'https://json-schema.org/draft/2020-12/schema',
  'https://json-schema.org/draft/2020-12/schema#',
]
