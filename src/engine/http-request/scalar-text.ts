import type { Json } from '../../std/json.ts'
import { EngineError } from '../engine-error.ts'

/** A text, number or boolean as text; null is undefined. `field` is the input that it is of. */
export function textOrNothing(value: Json, field: string): string | undefined {
  if (value === null) return undefined
  if (typeof value === 'object') {
    const got = Array.isArray(value) ? 'a list' : 'an object'
    throw new EngineError('Validation', `HttpCall: '${field}' must be a text, number or boolean, got ${got}`)
  }
  return String(value)
}
