import type { TSchema } from '@sinclair/typebox'
import { type ValueError, ValueErrorType } from '@sinclair/typebox/errors'
import { Value } from '@sinclair/typebox/value'
import type { Detail } from '../errors.ts'
import type { Json } from './json.ts'
import { nearestName } from './nearest-name.ts'

/**
 * Every problem of `value` against `schema`, as details with dotted paths that begin with `root`.
 * The schema is interpreted: no code is generated.
 */
export function schemaProblems(schema: TSchema, value: unknown, root = ''): Detail[] {
  const details: Detail[] = []
  const seen = new Set<string>()
  for (const error of Value.Errors(schema, value)) {
    const detail = toDetail(error, root)
    const key = `${detail.path} ${detail.code}`
    const covered = seen.has(key) || (detail.code !== 'REQUIRED' && seen.has(`${detail.path} REQUIRED`))
    if (!covered) {
      seen.add(key)
      details.push(detail)
    }
  }
  return details
}

/** `/tasks/0/name` under root `workflow` is `workflow.tasks[0].name`. */
export function dottedPath(pointer: string, root = ''): string {
  let path = root
  for (const segment of pointer.split('/').slice(1)) {
    const name = segment.replaceAll('~1', '/').replaceAll('~0', '~')
    if (/^\d+$/.test(name)) path += `[${name}]`
    else path += path === '' ? name : `.${name}`
  }
  return path
}

function toDetail(error: ValueError, root: string): Detail {
  const path = dottedPath(error.path, root)
  const leaf = error.path.slice(error.path.lastIndexOf('/') + 1)
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
  const suggestion = nearestName(leaf, known)
  const hint = suggestion ? `; did you mean "${suggestion}"?` : ''
  return {
    path,
    code: 'UNKNOWN_KEY',
    message: `"${leaf}" is not a known key${hint}`,
    ...(known.length > 0 && { expected: `one of ${known.join(', ')}` }),
    ...(suggestion && { suggestion }),
  }
}

function mismatch(path: string, error: ValueError, got: { got?: Json }): Detail {
  const choices = literals(error.schema)
  const expected = expectation(error.schema)
  if (choices && typeof error.value === 'string') {
    const suggestion = nearestName(error.value, choices)
    const hint = suggestion ? `; did you mean "${suggestion}"?` : ''
    return {
      path,
      code: 'INVALID_ENUM',
      message: `must be ${expected}${hint}`,
      expected,
      ...got,
      ...(suggestion && { suggestion }),
    }
  }
  return { path, code: 'TYPE_MISMATCH', message: `must be ${expected}`, expected, ...got }
}

function literals(schema: TSchema): string[] | undefined {
  if (typeof schema.const === 'string') return [schema.const]
  if (!Array.isArray(schema.anyOf)) return undefined
  const values = schema.anyOf.map((member: TSchema) => member.const)
  return values.every((value): value is string => typeof value === 'string') ? values : undefined
}

/** What the schema asks for, in words: "a string", "an integer from 1 to 100", "one of GET, POST". */
export function expectation(schema: TSchema): string {
  const choices = literals(schema)
  if (choices) return choices.length === 1 ? `"${choices[0]}"` : `one of ${choices.join(', ')}`
  if (typeof schema.expected === 'string') return schema.expected
  if (schema.type === 'integer' || schema.type === 'number') return numberExpectation(schema)
  if (schema.type === 'array') return 'an array'
  if (schema.type === 'object') return 'an object'
  if (schema.type === 'string') return schema.minLength ? 'a non-empty string' : 'a string'
  if (schema.type === 'boolean') return 'true or false'
  if (Array.isArray(schema.anyOf))
    return schema.anyOf.map((member: TSchema) => expectation(member)).join(' or ')
  return 'a valid value'
}

function numberExpectation(schema: TSchema): string {
  const noun = schema.type === 'integer' ? 'an integer' : 'a number'
  const { minimum, maximum } = schema
  if (minimum !== undefined && maximum !== undefined) return `${noun} from ${minimum} to ${maximum}`
  if (minimum !== undefined) return `${noun} of at least ${minimum}`
  if (maximum !== undefined) return `${noun} of at most ${maximum}`
  return noun
}

function limitOf(error: ValueError): number {
  return error.schema.maxLength ?? error.schema.maxItems
}

/** The value in an error, cut so that an answer never echoes a body. */
function short(value: unknown): { got?: Json } {
  if (value === undefined) return {}
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return { got: value }
  if (typeof value === 'string') return { got: value.length > 80 ? `${value.slice(0, 80)}…` : value }
  return { got: Array.isArray(value) ? 'an array' : 'an object' }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
