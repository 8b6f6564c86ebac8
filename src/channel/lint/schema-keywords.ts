import { isObject, type Json, own } from '../../std/json.ts'
import { innerPath } from '../../std/json-positions.ts'

/** Keywords of JSON Schema 2020-12, by what they hold. */
const OF_SCHEMAS_BY_NAME = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']
const OF_SCHEMAS = ['allOf', 'anyOf', 'oneOf', 'prefixItems']
const OF_SCHEMA = [
  ...['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'propertyNames'],
  ...['unevaluatedItems', 'unevaluatedProperties', 'contentSchema'],
]
const OF_VALUES = [
  ...['type', 'enum', 'const', 'multipleOf', 'maximum', 'exclusiveMaximum', 'minimum', 'exclusiveMinimum'],
  ...[
    'maxLength',
    'minLength',
    'pattern',
    'maxItems',
    'minItems',
    'uniqueItems',
    'maxContains',
    'minContains',
  ],
  ...['maxProperties', 'minProperties', 'required', 'dependentRequired'],
  ...['$id', '$schema', '$ref', '$anchor', '$dynamicRef', '$dynamicAnchor', '$vocabulary', '$comment'],
  ...['title', 'description', 'default', 'deprecated', 'readOnly', 'writeOnly', 'examples'],
  ...['format', 'contentEncoding', 'contentMediaType'],
]

export const SCHEMA_KEYWORDS: readonly string[] = [
  ...OF_SCHEMAS_BY_NAME,
  ...OF_SCHEMAS,
  ...OF_SCHEMA,
  ...OF_VALUES,
]

/** A keyword as it is written in a schema. */
export interface WrittenKeyword {
  readonly path: string
  readonly name: string
}

/** Every keyword of a schema and of those inside it; what is no schema is passed over. */
export function* keywordsOf(path: string, schema: Json | undefined): Generator<WrittenKeyword> {
  if (!isObject(schema)) return
  for (const name of Object.keys(schema)) {
    const at = innerPath(path, name)
    yield { path: at, name }
    for (const [inner, member] of schemasUnder(name, own(schema, name))) yield* keywordsOf(at + inner, member)
  }
}

function schemasUnder(keyword: string, value: Json | undefined): (readonly [path: string, schema: Json])[] {
  if (OF_SCHEMA.includes(keyword)) return value === undefined ? [] : [['', value]]
  if (OF_SCHEMAS.includes(keyword)) {
    return Array.isArray(value) ? value.map((member, at) => [`[${at}]`, member] as const) : []
  }
  if (!OF_SCHEMAS_BY_NAME.includes(keyword) || !isObject(value)) return []
  return Object.entries(value).map(([name, member]) => [`.${name}`, member] as const)
}
