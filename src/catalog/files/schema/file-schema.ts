import { isObject, type Json, type JsonObject } from '../../../std/json.ts'

export const DIALECT = 'https://json-schema.org/draft/2020-12/schema'
const OWN_SCHEMA = { type: 'string', description: 'Where editors find this schema; Orion does not read it' }
const NAME = { type: 'string', description: 'The file is named after it' }
/** Of what has versions. */
export const STATUS = {
  enum: ['active', 'draft', 'archived'],
  default: 'active',
  description: 'What `apply` makes of it: active, unless it is said',
}

interface FileSchema {
  readonly title: string
  readonly schema: JsonObject
  /** Fields that are said otherwise than the API says them. */
  readonly fields: JsonObject
  /** Needed beside what the API needs, because the file is named after it. */
  readonly name: string
  readonly rules?: Json[]
  readonly defs?: JsonObject
}

/** What the schemas of all kinds have in common: `$schema`, the name of the file, no other fields. */
export function fileSchema({ title, schema, fields, name, rules, defs }: FileSchema): JsonObject {
  const properties = propertiesOf(schema)
  return {
    $schema: DIALECT,
    title,
    type: 'object',
    properties: {
      $schema: OWN_SCHEMA,
      ...properties,
      [name]: { ...asObject(properties[name]), ...NAME },
      ...fields,
    },
    required: [...new Set([name, ...requiredOf(schema)])],
    additionalProperties: false,
    ...(rules !== undefined && { allOf: rules }),
    ...(Array.isArray(schema.examples) && { examples: schema.examples }),
    ...(defs !== undefined && { $defs: defs }),
  }
}

/** A rule: what holds where the first schema fits, and where it does not. */
export function ifThen(condition: JsonObject, fitting: JsonObject, other?: JsonObject): JsonObject {
  // A key that is written out would make the object look like a promise.
  return { if: condition, [THEN]: fitting, ...(other !== undefined && { else: other }) }
}

const THEN = 'then'

/** A rule about an object whose fields have these values. */
export function whenFields(values: JsonObject, fitting: JsonObject): JsonObject {
  return ifThen({ properties: values, required: Object.keys(values) }, fitting)
}

export function propertiesOf(schema: Json | undefined): JsonObject {
  return asObject(asObject(schema).properties)
}

function requiredOf({ required }: JsonObject): Json[] {
  return Array.isArray(required) ? required : []
}

/** A part of a schema that is known to be one. */
export function asObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {}
}
