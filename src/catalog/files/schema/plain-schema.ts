import type { TSchema } from '@sinclair/typebox'
import { LOGIC_KEYWORD } from '../../../expression/logic.ts'
import { isObject, type Json, type JsonObject, own, setOwn } from '../../../std/json.ts'

/** What fields that hold an expression refer to. */
export const LOGIC = { $ref: '#/$defs/logic' }

/** A schema of ours as JSON Schema 2020-12 that editors understand: no keywords of our own, enums where they will do. */
export function plainSchema(schema: TSchema): JsonObject {
  const value: Json = JSON.parse(JSON.stringify(schema))
  return isObject(value) ? plain(value) : {}
}

/** Keywords by what they hold: schemas by name, lists of schemas, one schema. */
const BY_NAME = ['properties', 'patternProperties', '$defs', 'dependentSchemas']
const LISTS = ['anyOf', 'allOf', 'oneOf', 'prefixItems']
const ONE = ['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'propertyNames', 'contains']

function plain(schema: JsonObject): JsonObject {
  const result: JsonObject = {}
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === LOGIC_KEYWORD) setOwn(result, '$ref', LOGIC.$ref)
    else if (keyword !== 'expected' && !keyword.startsWith('x-'))
      setOwn(result, keyword, held(keyword, value))
  }
  return withEnum(withNull(result))
}

function held(keyword: string, value: Json): Json {
  if (BY_NAME.includes(keyword) && isObject(value)) {
    const named: JsonObject = {}
    for (const [name, inner] of Object.entries(value)) setOwn(named, name, ofMember(inner))
    return named
  }
  if (LISTS.includes(keyword) && Array.isArray(value)) return value.map(ofMember)
  return ONE.includes(keyword) ? ofMember(value) : value
}

function ofMember(schema: Json): Json {
  return isObject(schema) ? plain(schema) : schema
}

/** `{anyOf: [{type: X, ...}, {type: null}]}` as `{type: [X, null], ...}`, which editors show better. */
function withNull(schema: JsonObject): JsonObject {
  const [member, nothing, ...more] = listOf(schema, 'anyOf')
  if (member === undefined || more.length > 0 || own(nothing ?? {}, 'type') !== 'null') return schema
  const { anyOf, ...around } = schema
  const type = own(member, 'type')
  if (typeof type !== 'string') return schema
  const values = own(member, 'enum')
  return {
    ...member,
    ...around,
    type: [type, 'null'],
    ...(Array.isArray(values) && { enum: [...values, null] }),
  }
}

/** A union of texts as `enum`. */
function withEnum(schema: JsonObject): JsonObject {
  const members = listOf(schema, 'anyOf')
  const values = members.map(member => own(member, 'const'))
  if (members.length < 2 || !values.every(value => typeof value === 'string')) return schema
  const { anyOf, ...around } = schema
  return { ...around, type: 'string', enum: values }
}

function listOf(schema: JsonObject, keyword: string): JsonObject[] {
  const list = own(schema, keyword)
  return Array.isArray(list) ? list.filter(isObject) : []
}
