import type { Json, JsonObject } from '../../../std/json.ts'
import { isObject, own } from '../../../std/json.ts'
import type { Rule } from '../rule.ts'
import { TYPES, type TypeName } from '../vocabulary.ts'

const TESTS: Record<TypeName, (value: Json) => boolean> = {
  null: value => value === null,
  boolean: value => typeof value === 'boolean',
  object: isObject,
  array: Array.isArray,
  string: value => typeof value === 'string',
  number: value => typeof value === 'number' || typeof value === 'bigint',
  integer: value => Number.isInteger(value) || typeof value === 'bigint',
}

const WORDS: Record<TypeName, string> = {
  null: 'null',
  boolean: 'true or false',
  object: 'an object',
  array: 'an array',
  string: 'a string',
  number: 'a number',
  integer: 'an integer',
}

/** `type`. */
export function types(schema: JsonObject): Rule | undefined {
  const type = own(schema, 'type')
  if (type === undefined) return undefined
  const names = TYPES.filter(name => name === type || (Array.isArray(type) && type.includes(name)))
  const tests = names.map(name => TESTS[name])
  const [only] = tests
  const expected = names.map(name => WORDS[name]).join(' or ')
  return {
    test: only !== undefined && tests.length === 1 ? only : value => tests.some(test => test(value)),
    explain: (value, path, report) => report.mismatch(path, 'TYPE_MISMATCH', expected, value),
  }
}
