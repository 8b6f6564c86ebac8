import { parseExactly } from '../../src/std/exact-values.ts'
import { isObject, type Json, type JsonObject, setOwn } from '../../src/std/json.ts'
import { suiteLines, suiteText } from './suites.ts'

export interface LogicCase {
  readonly name: string
  readonly rule: Json
  readonly data: Json
  readonly template: boolean
  readonly expected: { readonly result: Json } | { readonly errorType: string } | { readonly thrown: Json }
}

/** The named suites, by file; none when the suites are not at hand. */
export function suiteFiles(): string[] {
  const index = suiteText('jsonlogic/index.json')
  return index === undefined ? [] : list(index).filter(name => typeof name === 'string')
}

/** The cases of a file. Texts between them are headings. */
export function suiteCases(file: string): LogicCase[] {
  const entries = list(suiteText(`jsonlogic/${file}`) ?? '[]')
  return entries.filter(isObject).map((entry, index) => toCase(entry, `${index}: ${entry.description ?? ''}`))
}

/** The answers of the reference to random rules, one case a line. */
export function recordedCases(file: string): LogicCase[] {
  return suiteLines(`jsonlogic-recorded/${file}`, entry => entry).map((entry, index) =>
    toCase(isJsonObject(entry) ? entry : {}, `line ${index + 1}`),
  )
}

function list(text: string): Json[] {
  const value = parseExactly(text)
  return Array.isArray(value) ? value : []
}

function isJsonObject(value: unknown): value is JsonObject {
  return isObject(value)
}

function toCase(entry: JsonObject, name: string): LogicCase {
  return {
    name,
    rule: sorted(entry.rule ?? null),
    data: sorted(entry.data === undefined ? {} : entry.data),
    template: entry.templating === true,
    expected: expectation(entry),
  }
}

function expectation(entry: JsonObject): LogicCase['expected'] {
  const { error } = entry
  if (!isObject(error)) return { result: entry.result ?? null }
  if (error.thrown !== undefined) return { thrown: error.thrown }
  return { errorType: error.kind === 'InvalidOperator' ? 'Unknown Operator' : String(error.type) }
}

/**
 * The suites expect objects to be iterated in the byte order of their keys, Orion keeps the order they are written in:
 * so rules and data are written in byte order here. (Keys like "10" come first in any case, as JavaScript has it.)
 */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isObject(value)) return value
  const copy: JsonObject = {}
  for (const key of Object.keys(value).sort()) setOwn(copy, key, sorted(value[key] ?? null))
  return copy
}
