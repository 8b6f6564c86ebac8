import type { Detail, DetailCode } from '../../errors.ts'
import { isObject, type Json } from '../../std/json.ts'
import { isTooLarge } from '../../std/json-size.ts'
import { didYouMean } from '../../std/nearest-name.ts'
import { glimpse, spelled } from './glimpse.ts'
import { itemPath, memberPath } from './paths.ts'
import { patternProblem } from './pattern.ts'
import { DIALECTS, type Shape, TYPES } from './vocabulary.ts'

/** The grammar of anchors: an XML name without colon, of ASCII. */
const ANCHOR = /^[A-Za-z_][-A-Za-z0-9._]*$/

/** What values are compared with is written out once, in as many steps as a validation may take. */
const MAX_CONSTANT_CHARS = 200_000

type Check = (value: Json, path: string, keyword: string) => Detail[]

/** What is wrong with the value of a keyword, not counting what is inside the schemas in it. */
export function keywordProblems(keyword: string, shape: Shape, value: Json, path: string): Detail[] {
  return CHECKS[shape](value, path, keyword)
}

const CHECKS: Record<Shape, Check> = {
  schema: () => [],
  schemas: (value, path, keyword) => {
    if (!Array.isArray(value)) return wrong(path, keyword, 'a list of schemas', value)
    return value.length > 0 ? [] : tooFew(path, keyword, 'a list of at least one schema')
  },
  'schema by name': (value, path, keyword) =>
    isObject(value) ? [] : wrong(path, keyword, 'an object of schemas', value),
  'schema by pattern': (value, path, keyword) => {
    if (!isObject(value)) return wrong(path, keyword, 'an object of schemas by pattern', value)
    return Object.keys(value).flatMap(pattern => brokenPattern(pattern, memberPath(path, pattern)))
  },
  count: (value, path, keyword) => {
    const expected = 'an integer of at least 0'
    if (!isInteger(value)) return wrong(path, keyword, expected, value)
    return value < 0 ? wrong(path, keyword, expected, value, 'OUT_OF_RANGE') : []
  },
  number: (value, path, keyword) => (isNumber(value) ? [] : wrong(path, keyword, 'a number', value)),
  divisor: (value, path, keyword) => {
    const expected = 'a number above 0'
    if (!isNumber(value)) return wrong(path, keyword, expected, value)
    return value > 0 ? [] : wrong(path, keyword, expected, value, 'OUT_OF_RANGE')
  },
  boolean: (value, path, keyword) =>
    typeof value === 'boolean' ? [] : wrong(path, keyword, 'true or false', value),
  pattern: (value, path, keyword) =>
    typeof value === 'string' ? brokenPattern(value, path) : wrong(path, keyword, 'a pattern', value),
  names: nameProblems,
  'names by name': (value, path, keyword) => {
    if (!isObject(value)) return wrong(path, keyword, 'an object of lists of names', value)
    return Object.keys(value).flatMap(name =>
      nameProblems(value[name] ?? null, memberPath(path, name), keyword),
    )
  },
  types: (value, path, keyword) => {
    if (!Array.isArray(value)) return typeProblems(value, path, keyword)
    if (value.length === 0) return tooFew(path, keyword, 'at least one type')
    return [
      ...value.flatMap((item, index) => typeProblems(item, itemPath(path, index), keyword)),
      ...duplicates(value, path),
    ]
  },
  values: (value, path, keyword) =>
    Array.isArray(value)
      ? valueProblems(value, path, keyword)
      : wrong(path, keyword, 'a list of values', value),
  value: valueProblems,
  identifier: (value, path, keyword) => {
    const expected = 'an address without "#"'
    if (typeof value !== 'string') return wrong(path, keyword, expected, value)
    const isAddress = URL.canParse(value, 'orion:///') && !/#./.test(value)
    return isAddress ? [] : wrong(path, keyword, expected, value, 'INVALID_FORMAT')
  },
  anchor: (value, path, keyword) => {
    const expected = 'a name of letters, digits, "-", "_" and "."'
    if (typeof value !== 'string') return wrong(path, keyword, expected, value)
    return ANCHOR.test(value) ? [] : wrong(path, keyword, expected, value, 'INVALID_FORMAT')
  },
  reference: (value, path, keyword) =>
    typeof value === 'string' ? [] : wrong(path, keyword, 'a reference such as "#/$defs/name"', value),
  dialect: (value, path, keyword) => {
    if (typeof value === 'string' && DIALECTS.includes(value)) return []
    return wrong(path, keyword, `"${DIALECTS[0]}", or left out`, value, 'NOT_AVAILABLE')
  },
}

function valueProblems(value: Json, path: string, keyword: string): Detail[] {
  if (!isTooLarge(value, MAX_CONSTANT_CHARS)) return []
  const expected = `at most ${MAX_CONSTANT_CHARS} characters of JSON`
  return [{ path, code: 'TOO_LONG', message: `"${keyword}" must be ${expected}`, expected }]
}

function nameProblems(value: Json, path: string, keyword: string): Detail[] {
  if (!Array.isArray(value)) return wrong(path, keyword, 'a list of names', value)
  const strange = value.flatMap((item, index) =>
    typeof item === 'string' ? [] : wrong(itemPath(path, index), keyword, 'a list of names', item),
  )
  return [...strange, ...duplicates(value, path)]
}

function typeProblems(value: Json, path: string, keyword: string): Detail[] {
  const expected = `one of ${TYPES.join(', ')}`
  if (typeof value !== 'string') return wrong(path, keyword, expected, value)
  if (TYPES.some(type => type === value)) return []
  const { hint, field } = didYouMean(value.slice(0, 20), TYPES)
  const message = `${spelled(value)} is not a type${hint}`
  return [{ path, code: 'INVALID_ENUM', message, expected, got: glimpse(value), ...field }]
}

function duplicates(values: readonly Json[], path: string): Detail[] {
  const seen = new Set<Json>()
  return values.flatMap((value, index): Detail[] => {
    if (typeof value !== 'string' || !seen.has(value)) {
      seen.add(value)
      return []
    }
    const message = `${spelled(value)} is listed twice`
    return [{ path: itemPath(path, index), code: 'DUPLICATE', message, got: glimpse(value) }]
  })
}

function brokenPattern(pattern: string, path: string): Detail[] {
  const problem = patternProblem(pattern)
  if (problem === undefined) return []
  const message = `Pattern ${spelled(pattern)} ${problem.message}`
  return [{ path, code: problem.code, message, expected: problem.expected, got: glimpse(pattern) }]
}

function wrong(
  path: string,
  keyword: string,
  expected: string,
  value: Json,
  code: DetailCode = 'TYPE_MISMATCH',
): Detail[] {
  return [{ path, code, message: `"${keyword}" must be ${expected}`, expected, got: glimpse(value) }]
}

function tooFew(path: string, keyword: string, expected: string): Detail[] {
  return [{ path, code: 'OUT_OF_RANGE', message: `"${keyword}" must be ${expected}`, expected }]
}

function isNumber(value: Json): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

function isInteger(value: Json): value is number | bigint {
  return typeof value === 'bigint' || Number.isInteger(value)
}
