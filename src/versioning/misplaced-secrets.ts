import type { Detail } from '../errors.ts'
import { isObject, type Json } from '../std/json.ts'
import { innerPath } from '../std/json-positions.ts'

const NAME = 'secret'
/** No expression is nested deeper. */
const MAX_DEPTH = 1000

/** Every `{"secret": ...}` in an expression that may hold none. */
export function misplacedSecrets(path: string, rule: Json): Detail[] {
  return holdsSecret(rule, 0) ? found(path, rule, 0) : []
}

function holdsSecret(rule: Json, depth: number): boolean {
  if (typeof rule !== 'object' || rule === null || depth > MAX_DEPTH) return false
  if (Array.isArray(rule)) return rule.some(item => holdsSecret(item, depth + 1))
  if (isSecret(rule)) return true
  for (const key in rule) if (holdsSecret(rule[key] ?? null, depth + 1)) return true
  return false
}

function found(path: string, rule: Json, depth: number): Detail[] {
  if (typeof rule !== 'object' || rule === null || depth > MAX_DEPTH) return []
  const members: [string | number, Json][] = Array.isArray(rule) ? [...rule.entries()] : Object.entries(rule)
  const inner = members.flatMap(([key, member]) => found(innerPath(path, key), member, depth + 1))
  return isSecret(rule) ? [misplaced(innerPath(path, NAME)), ...inner] : inner
}

function isSecret(rule: Json): boolean {
  return isObject(rule) && Object.hasOwn(rule, NAME) && Object.keys(rule).length === 1
}

function misplaced(path: string): Detail {
  const message =
    '{"secret": ...} cannot stand here: a secret goes to other systems alone, so only inputs of functions that call ' +
    'them may name one. With a second key beside "secret" it is data'
  const expected = 'the input of a function of the category connector'
  return { path, code: 'SECRET_NOT_ALLOWED_HERE', message, expected }
}
