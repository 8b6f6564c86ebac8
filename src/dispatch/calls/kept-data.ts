import { ERRORS, type ErrorCode, OrionError } from '../../errors.ts'
import { isObject, type Json, type JsonObject, own } from '../../std/json.ts'
import { parseJson } from '../../std/parse-json.ts'
import type { Answer } from '../answer.ts'

/** What the first call with an idempotency key was given. Throws what it failed with. */
export function keptData({ body }: Answer): Json {
  const kept = parseJson(body)
  if (!isObject(kept)) return null
  const error = own(kept, 'error')
  if (isObject(error)) throw keptError(error)
  return own(kept, 'data') ?? null
}

function keptError(error: JsonObject): OrionError {
  const code = own(error, 'code')
  const known = codes.find(name => name === code) ?? 'ENGINE_ERROR'
  return new OrionError(known, String(own(error, 'message')))
}

const codes = Object.keys(ERRORS).filter((name): name is ErrorCode => Object.hasOwn(ERRORS, name))
