import { type Static, type TObject, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { validationError } from '../errors.ts'
import { schemaProblems } from '../std/schema-problems.ts'
import type { Page, Sort } from '../storage/store.ts'

const MAX_LIMIT = 1000

/** Paging of every list (contract 2): out of range is clamped, not refused. */
export const PageQuery = {
  limit: Type.Integer({ default: 50, description: `Rows to answer; clamped to 1..${MAX_LIMIT}` }),
  offset: Type.Integer({ default: 0, description: 'Rows to skip; below 0 is 0' }),
}

/** Sorting of a list; a name that is not in `fields` sorts by the first of them. */
export function SortQuery(fields: readonly [string, ...string[]]) {
  return {
    sort_by: Type.String({
      enum: fields,
      default: fields[0],
      description: 'Field to sort by; anything else sorts by the default',
    }),
    sort_order: Type.String({
      enum: ['asc', 'desc'],
      default: 'desc',
      description: 'Anything but `asc` is descending',
    }),
  }
}

/** Query parameters against their schema: defaults filled in, unknown ones ignored, the last of a repeated one wins. */
export function readQuery<Query extends TObject>(schema: Query, query: string): Static<Query> {
  const values: Record<string, unknown> = {}
  for (const [name, text] of new URLSearchParams(query)) {
    const property = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined
    if (property !== undefined) values[name] = property.type === 'integer' ? integerOrText(text) : text
  }
  Value.Default(schema, values)
  if (!Value.Check(schema, values)) throw validationError(schemaProblems(schema, values))
  return values
}

/** Beyond 2^53 is cut to it: no list is that long. */
function integerOrText(text: string): number | string {
  if (!/^[+-]?\d+$/.test(text)) return text
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(text)))
}

export function pageOf(query: { limit: number; offset: number }): Page {
  return { limit: Math.max(1, Math.min(MAX_LIMIT, query.limit)), offset: Math.max(0, query.offset) }
}

export function sortOf(
  query: { sort_by: string; sort_order: string },
  fields: readonly [string, ...string[]],
): Sort {
  const by = fields.includes(query.sort_by) ? query.sort_by : fields[0]
  return { by, order: query.sort_order === 'asc' ? 'asc' : 'desc' }
}
