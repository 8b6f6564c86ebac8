import type { TSchema } from '@sinclair/typebox'
import { isObject, type Json, type JsonObject, setOwn } from '../std/json.ts'
import { logicFields } from '../workflow/logic-fields.ts'
import type { CompileContext, RunContext } from './functions-api.ts'
import { keptResult } from './kept-result.ts'

type Part = (run: RunContext) => Json

const LOGIC_SUFFIX = '_logic'

/**
 * Gives the input of a call with the results of its expressions, which nothing changes later. What `x_logic` gives stands
 * under `x`, where it replaces what is written. Secrets read `******`. Throws what its expressions throw.
 */
export function compileSeenInput(schema: TSchema, input: Json, { shownLogic }: CompileContext): Part {
  const rules = new Map<Json, Part>()
  for (const { rule, mode } of logicFields(schema, input, '')) {
    if (isContainer(rule)) rules.set(rule, keptResult(shownLogic(rule, mode)))
  }
  if (!isObject(input)) return partOf(input, rules)
  const members = Object.entries(input).map(([key, value]) => ({ key, part: partOf(value, rules) }))
  return run => {
    const seen: JsonObject = {}
    for (const { key, part } of members) if (!key.endsWith(LOGIC_SUFFIX)) setOwn(seen, key, part(run))
    for (const { key, part } of members) {
      if (key.endsWith(LOGIC_SUFFIX)) setOwn(seen, key.slice(0, -LOGIC_SUFFIX.length), part(run))
    }
    return seen
  }
}

function partOf(value: Json, rules: ReadonlyMap<Json, Part>): Part {
  const rule = rules.get(value)
  if (rule !== undefined) return rule
  if (Array.isArray(value)) {
    const items = value.map(item => partOf(item, rules))
    return run => items.map(item => item(run))
  }
  if (!isObject(value)) return () => value
  const members = Object.entries(value).map(([key, member]) => ({ key, part: partOf(member, rules) }))
  return run => {
    const object: JsonObject = {}
    for (const { key, part } of members) setOwn(object, key, part(run))
    return object
  }
}

function isContainer(value: Json): boolean {
  return typeof value === 'object' && value !== null
}
