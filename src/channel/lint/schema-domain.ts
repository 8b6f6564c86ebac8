import { isObject, type Json, type JsonObject, own } from '../../std/json.ts'

export const JSON_KINDS = ['null', 'boolean', 'number', 'string', 'array', 'object'] as const
export type JsonKind = (typeof JSON_KINDS)[number]

/** What a schema lets through at one place; never less than it does. */
export interface Domain {
  /** Where in the schema that is said. */
  readonly at: string
  /** Whether there may be nothing. */
  readonly absent: boolean
  /** Nothing else may be there; undefined when that is not said. */
  readonly values: readonly Json[] | undefined
  readonly kinds: ReadonlySet<JsonKind>
  readonly numbers: NumberRange
}

export interface NumberRange {
  readonly from: number
  readonly to: number
  readonly fromExcluded: boolean
  readonly toExcluded: boolean
  readonly integers: boolean
}

/**
 * What a JSON Schema lets through at a place below its root. Only keywords that hold by themselves are read, so `$ref`,
 * `allOf` and the like, which take more away, do not matter. Undefined when nothing is said of the place.
 */
export function domainAt(schema: Json, names: readonly string[], schemaPath: string): Domain | undefined {
  let node = schema
  let at = schemaPath
  let absent = false
  for (const name of names) {
    // A number may also be an index of an array.
    if (!isObject(node) || /^\d+$/.test(name)) return undefined
    absent ||= !isRequired(node, name)
    const inner = memberSchema(node, name)
    if (inner === undefined) return undefined
    at = `${at}.${inner.keyword}${inner.keyword === 'properties' ? `.${name}` : ''}`
    if (inner.schema === false) return { ...NOWHERE, at }
    node = inner.schema
  }
  return isObject(node) && names.length > 0 ? { at, absent, ...allowedBy(node) } : undefined
}

const NOWHERE = {
  absent: true,
  values: [],
  kinds: new Set<JsonKind>(),
  numbers: { from: 0, to: 0, fromExcluded: true, toExcluded: true, integers: false },
}

/** Whether every value that the schema lets through is an object with this member. */
function isRequired(schema: JsonObject, name: string): boolean {
  const required = own(schema, 'required')
  const kinds = kindsOf(own(schema, 'type'))
  return Array.isArray(required) && required.includes(name) && kinds.size === 1 && kinds.has('object')
}

function memberSchema(schema: JsonObject, name: string) {
  const properties = own(schema, 'properties')
  const named = isObject(properties) ? own(properties, name) : undefined
  if (named !== undefined) return { keyword: 'properties', schema: named }
  if (own(schema, 'patternProperties') !== undefined) return undefined
  const additional = own(schema, 'additionalProperties')
  return additional === undefined ? undefined : { keyword: 'additionalProperties', schema: additional }
}

function allowedBy(schema: JsonObject): Omit<Domain, 'at' | 'absent'> {
  const values = own(schema, 'enum')
  const only = own(schema, 'const')
  const bound = (keyword: string, otherwise: number) => {
    const value = own(schema, keyword)
    return typeof value === 'number' ? value : otherwise
  }
  const [from, fromOpen] = [bound('minimum', -Infinity), bound('exclusiveMinimum', -Infinity)]
  const [to, toOpen] = [bound('maximum', Infinity), bound('exclusiveMaximum', Infinity)]
  return {
    values: only !== undefined ? [only] : Array.isArray(values) ? values : undefined,
    kinds: kindsOf(own(schema, 'type')),
    numbers: {
      from: Math.max(from, fromOpen),
      to: Math.min(to, toOpen),
      fromExcluded: fromOpen >= from && fromOpen !== -Infinity,
      toExcluded: toOpen <= to && toOpen !== Infinity,
      integers: own(schema, 'type') === 'integer',
    },
  }
}

/** A type that does not exist is a matter of the schema's own check. */
function kindsOf(type: Json | undefined): ReadonlySet<JsonKind> {
  const names = (Array.isArray(type) ? type : [type]).map(name => (name === 'integer' ? 'number' : name))
  const kinds = JSON_KINDS.filter(kind => names.includes(kind))
  return new Set(kinds.length === new Set(names).size ? kinds : JSON_KINDS)
}
