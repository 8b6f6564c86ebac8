import type { Detail } from '../errors.ts'
import { excerpt } from '../std/excerpt.ts'
import { isObject, type Json } from '../std/json.ts'
import { EngineError } from './engine-error.ts'

/** What the value of an input field must be. */
interface Field<Value extends Json> {
  readonly expected: string
  is(value: Json): value is Value
}

const MAX_KEYS = 1000
const MAX_TTL_SECS = 4_294_967_295
const HIGHEST = 2n ** 63n - 1n

export const CACHE_KEY: Field<string> = {
  expected: 'a text',
  is: value => typeof value === 'string',
}

export const CACHE_KEYS: Field<string[]> = {
  expected: `a list of texts, ${MAX_KEYS} at most`,
  is: (value): value is string[] =>
    Array.isArray(value) && value.length <= MAX_KEYS && value.every(key => typeof key === 'string'),
}

export const TTL_SECS: Field<number | null> = {
  expected: `a whole number from 1 to ${MAX_TTL_SECS}`,
  is: (value): value is number | null =>
    value === null ||
    (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_TTL_SECS),
}

export const AMOUNT: Field<number | bigint> = {
  expected: 'a whole number of 64 bits',
  is: (value): value is number | bigint =>
    typeof value === 'bigint'
      ? value <= HIGHEST && value >= -HIGHEST
      : typeof value === 'number' && Number.isSafeInteger(value),
}

/** The value of a field, once it is known. Throws EngineError; `task` names the function as its errors do. */
export function fieldValue<Value extends Json>(
  task: string,
  name: string,
  field: Field<Value>,
  value: Json,
): Value {
  if (field.is(value)) return value
  throw new EngineError('Validation', `${task}: '${name}' must be ${field.expected}, got ${shown(value)}`)
}

/** What is wrong with a field as it is written; that of an expression is known when it has run. */
export function literalProblems(name: string, field: Field<Json>, rule: Json | undefined): Detail[] {
  if (rule === undefined || holdsExpression(rule) || field.is(rule)) return []
  const { expected } = field
  const message = `'${name}' must be ${expected}`
  return [{ path: name, code: 'TYPE_MISMATCH', message, expected, got: shown(rule) }]
}

/** `key` or `keys`, exactly one, and each as it must be. */
export function keyProblems({ key, keys }: { key?: Json; keys?: Json }): Detail[] {
  if ((key === undefined) === (keys === undefined)) {
    const message = key === undefined ? "'key' or 'keys' is missing" : "'key' and 'keys' exclude each other"
    return [{ path: 'key', code: 'REQUIRED', message, expected: 'either key or keys' }]
  }
  return [...literalProblems('key', CACHE_KEY, key), ...literalProblems('keys', CACHE_KEYS, keys)]
}

function holdsExpression(rule: Json): boolean {
  return isObject(rule) || (Array.isArray(rule) && rule.some(holdsExpression))
}

function shown(value: Json): string {
  return excerpt(JSON.stringify(value))
}
