import { isObject, type Json, type JsonObject, own } from '../../../std/json.ts'
import type { Build, Rule } from '../rule.ts'

/** Characters that count as one step. */
const CHARS_PER_STEP = 16

/** `minLength` and `maxLength`, in code points. */
export function lengths(schema: JsonObject, { evaluation }: Build): Rule[] {
  const count = (text: string) => {
    evaluation.charge(text.length / CHARS_PER_STEP)
    return codePoints(text)
  }
  const min = limit(schema, 'minLength')
  const max = limit(schema, 'maxLength')
  // A text has at most as many characters as UTF-16 units, and at least half as many.
  const isLong = (text: string) => text.length >= 2 * min || (text.length >= min && count(text) >= min)
  const isShort = (text: string) => text.length <= max || (text.length <= 2 * max && count(text) <= max)
  return [
    ...atLeast(min, 'characters', value => typeof value !== 'string' || isLong(value)),
    ...atMost(max, 'characters', value => typeof value !== 'string' || isShort(value)),
  ]
}

/** `minItems` and `maxItems`. */
export function itemCounts(schema: JsonObject): Rule[] {
  const min = limit(schema, 'minItems')
  const max = limit(schema, 'maxItems')
  return [
    ...atLeast(min, 'items', value => !Array.isArray(value) || value.length >= min),
    ...atMost(max, 'items', value => !Array.isArray(value) || value.length <= max),
  ]
}

/** `minProperties` and `maxProperties`. */
export function memberCounts(schema: JsonObject, { evaluation }: Build): Rule[] {
  const count = (value: JsonObject) => {
    const { length } = Object.keys(value)
    evaluation.charge(length)
    return length
  }
  const min = limit(schema, 'minProperties')
  const max = limit(schema, 'maxProperties')
  return [
    ...atLeast(min, 'properties', value => !isObject(value) || count(value) >= min),
    ...atMost(max, 'properties', value => !isObject(value) || count(value) <= max),
  ]
}

/** A count in the schema; one that is not there is NaN, which no rule is made for. */
export function limit(schema: JsonObject, keyword: string): number {
  const value = own(schema, keyword)
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN
}

function atLeast(min: number, noun: string, test: Rule['test']): Rule[] {
  if (Number.isNaN(min)) return []
  const expected = `at least ${min} ${noun}`
  const message = `must have ${expected}`
  return [
    {
      test,
      explain: (value, path, report) =>
        report.add({ path, code: 'OUT_OF_RANGE', message, expected, got: sizeOf(value) }),
    },
  ]
}

function atMost(max: number, noun: string, test: Rule['test']): Rule[] {
  if (Number.isNaN(max)) return []
  const expected = `at most ${max} ${noun}`
  const message = `must have ${expected}`
  return [
    {
      test,
      explain: (value, path, report) =>
        report.add({ path, code: 'TOO_LONG', message, expected, got: sizeOf(value) }),
    },
  ]
}

function sizeOf(value: Json): number {
  if (typeof value === 'string') return codePoints(value)
  if (Array.isArray(value)) return value.length
  return isObject(value) ? Object.keys(value).length : 0
}

function codePoints(text: string): number {
  let count = text.length
  for (let at = 0; at < text.length; at++) {
    if ((text.charCodeAt(at) & 0xfc00) === 0xdc00) count--
  }
  return count
}
