import { type TSchema, Type } from '@sinclair/typebox'
import { type ValueError, ValueErrorType } from '@sinclair/typebox/errors'
import { Value } from '@sinclair/typebox/value'
import type { Detail } from '../errors.ts'
import { excerpt } from './excerpt.ts'
import { expectation, literals, membersOf } from './expectation.ts'
import type { Json } from './json.ts'
import { didYouMean } from './nearest-name.ts'

/** Problems that one answer lists; more of them help nobody. */
const MAX_PROBLEMS = 1000

/**
 * Every problem of `value` against `schema`, as details with dotted paths that begin with `root`.
 * The schema is interpreted: no code is generated.
 */
export function schemaProblems(schema: TSchema, value: unknown, root = ''): Detail[] {
  const details: Detail[] = []
  const seen = new Set<string>()
  for (const error of Value.Errors(schema, value)) {
    for (const detail of toDetails(error, root, value)) {
      const key = `${detail.path} ${detail.code}`
      const covered = seen.has(key) || (detail.code !== 'REQUIRED' && seen.has(`${detail.path} REQUIRED`))
      if (!covered) {
        seen.add(key)
        details.push(detail)
      }
    }
    if (details.length >= MAX_PROBLEMS) break
  }
  return details
}

/**
 * `/tasks/0/name` under root `workflow` is `workflow.tasks[0].name`. A number is an index, unless `value`, which the
 * pointer leads into, has a key of that name there.
 */
export function dottedPath(pointer: string, root = '', value?: unknown): string {
  let path = root
  let container = value
  for (const segment of pointer.split('/').slice(1)) {
    const name = unescaped(segment)
    const isKey = isRecord(container) && !Array.isArray(container)
    container = isRecord(container) && Object.hasOwn(container, name) ? container[name] : undefined
    if (/^\d+$/.test(name) && !isKey) path += `[${name}]`
    else path += path === '' ? name : `.${name}`
  }
  return path
}

function unescaped(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** A union is told by the problems of the member that was meant, where that can be known. */
function toDetails(error: ValueError, root: string, whole: unknown): Detail[] {
  const meant = error.type === ValueErrorType.Union ? meantMember(error) : undefined
  if (meant === undefined) return [toDetail(error, root, whole)]
  return schemaProblems(meant.schema, meant.value, dottedPath(meant.path, root, whole))
}

/** The only member beside null, or the one that the tag names; for a wrong tag the union of all tags. */
function meantMember(error: ValueError): { schema: TSchema; value: unknown; path: string } | undefined {
  const members = membersOf(error.schema)
  const { value, path } = error
  if (members.length === 1 && members[0] !== undefined) return { schema: members[0], value, path }
  const tag = tagOf(members)
  if (tag === undefined || !isRecord(value) || Array.isArray(value)) return undefined
  const member = members.find(({ properties }) => properties[tag].const === value[tag])
  if (member !== undefined) return { schema: member, value, path }
  const anyOf = members.map(({ properties }) => properties[tag])
  const tags = Type.Union(anyOf)
  if (!Object.hasOwn(value, tag)) return { schema: Type.Object({ [tag]: tags }), value: {}, path }
  return { schema: tags, value: value[tag], path: `${path}/${tag}` }
}

/** The property that tells the members of a union apart: a text constant in each of them. */
function tagOf(members: readonly TSchema[]): string | undefined {
  const properties: unknown = members[0]?.properties
  if (!isRecord(properties)) return undefined
  return Object.keys(properties).find(name =>
    members.every(member => typeof member.properties?.[name]?.const === 'string'),
  )
}

function toDetail(error: ValueError, root: string, whole: unknown): Detail {
  const path = dottedPath(error.path, root, whole)
  const leaf = unescaped(error.path.slice(error.path.lastIndexOf('/') + 1))
  const got = short(error.value)
  switch (error.type) {
    case ValueErrorType.ObjectRequiredProperty:
      return { path, code: 'REQUIRED', message: `"${leaf}" is required`, expected: expectation(error.schema) }
    case ValueErrorType.ObjectAdditionalProperties:
      return unknownKey(path, leaf, error)
    case ValueErrorType.StringMaxLength:
    case ValueErrorType.ArrayMaxItems:
      return {
        path,
        code: 'TOO_LONG',
        message: `must be at most ${limitOf(error)} long`,
        expected: `at most ${limitOf(error)}`,
      }
    case ValueErrorType.StringMinLength:
    case ValueErrorType.ArrayMinItems:
      return {
        path,
        code: 'OUT_OF_RANGE',
        message: 'must not be empty',
        expected: expectation(error.schema),
        ...got,
      }
    case ValueErrorType.IntegerMinimum:
    case ValueErrorType.NumberMinimum:
    case ValueErrorType.IntegerMaximum:
    case ValueErrorType.NumberMaximum:
    case ValueErrorType.IntegerExclusiveMinimum:
    case ValueErrorType.NumberExclusiveMinimum:
      return {
        path,
        code: 'OUT_OF_RANGE',
        message: `must be ${expectation(error.schema)}`,
        expected: expectation(error.schema),
        ...got,
      }
    case ValueErrorType.StringPattern:
    case ValueErrorType.StringFormat:
      return {
        path,
        code: 'INVALID_FORMAT',
        message: `must be ${expectation(error.schema)}`,
        expected: expectation(error.schema),
        ...got,
      }
    default:
      return mismatch(path, error, got)
  }
}

function unknownKey(path: string, leaf: string, error: ValueError): Detail {
  const known = isRecord(error.schema.properties) ? Object.keys(error.schema.properties) : []
  const { hint, field } = didYouMean(leaf, known)
  return {
    path,
    code: 'UNKNOWN_KEY',
    message: `"${leaf}" is not a known key${hint}`,
    ...(known.length > 0 && { expected: `one of ${known.join(', ')}` }),
    ...field,
  }
}

function mismatch(path: string, error: ValueError, got: { got?: Json }): Detail {
  if (typeof error.value === 'bigint' && isNumberSchema(error.schema))
    return beyondExact(path, error.schema, got)
  const choices = literals(error.schema)
  const expected = expectation(error.schema)
  if (choices && typeof error.value === 'string') {
    const { hint, field } = didYouMean(error.value, choices)
    return {
      path,
      code: 'INVALID_ENUM',
      message: `must be ${expected}${hint}`,
      expected,
      ...got,
      ...field,
    }
  }
  return { path, code: 'TYPE_MISMATCH', message: `must be ${expected}`, expected, ...got }
}

function isNumberSchema({ type }: TSchema): boolean {
  return type === 'integer' || type === 'number'
}

/** A number that a field cannot take for its size alone. */
function beyondExact(path: string, schema: TSchema, got: { got?: Json }): Detail {
  const bounded = schema.maximum !== undefined && schema.minimum !== undefined
  const expected = bounded ? expectation(schema) : `${expectation(schema)}, between -2^53 and 2^53`
  return { path, code: 'OUT_OF_RANGE', message: `must be ${expected}`, expected, ...got }
}

function limitOf(error: ValueError): number {
  return error.schema.maxLength ?? error.schema.maxItems
}

/** The value in an error, cut so that an answer never echoes a body. */
function short(value: unknown): { got?: Json } {
  if (value === undefined) return {}
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return { got: value }
  if (typeof value === 'bigint') return { got: excerpt(String(value)) }
  if (typeof value === 'string') return { got: excerpt(value) }
  return { got: Array.isArray(value) ? 'an array' : 'an object' }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
