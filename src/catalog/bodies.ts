import type { Static, TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { type Detail, validationError } from '../errors.ts'
import { isObject, type JsonObject } from '../std/json.ts'
import { schemaProblems } from '../std/schema-problems.ts'

/** Problems that one answer lists; more of them help nobody. */
const MAX_PROBLEMS = 1000

/** Throws VALIDATION_ERROR unless the body is a JSON object. */
export function objectBody(body: unknown): JsonObject {
  if (isObject(body)) return body
  const message = 'The body must be a JSON object'
  throw validationError([{ path: '', code: 'TYPE_MISMATCH', message, expected: 'an object' }])
}

/** What an update asks for: a field that is null stays as it is, like one that is left out. */
export function givenFields(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null))
}

/** The candidate by its type. Throws VALIDATION_ERROR when a problem was found or the schema finds one. */
export function checked<S extends TSchema>(
  schema: S,
  candidate: JsonObject,
  problems: readonly Detail[],
): Static<S> {
  if (problems.length === 0 && Value.Check(schema, candidate)) return candidate
  throw validationError(
    (problems.length > 0 ? problems : schemaProblems(schema, candidate)).slice(0, MAX_PROBLEMS),
  )
}
