import type { Expression } from '../expression/expression.ts'
import { isObject, type Json, type JsonObject } from '../std/json.ts'
import { budgetExceeded } from './engine-error.ts'
import type { CompileContext, RunContext } from './functions-api.ts'
import { keptResult } from './kept-result.ts'
import { MAX_PATH_PARTS } from './path-segments.ts'
import { assignNew, compilePlace, type Place } from './paths.ts'
import { spendCopy, spendReading } from './spend.ts'

/** A mapping of `map` as it is written. */
export interface MappingDefinition {
  readonly path: string | JsonObject
  readonly logic?: Json
  readonly unset?: boolean
  readonly on_null?: 'skip' | 'unset'
  readonly mode?: Mode
}
type Mode = 'set' | 'append' | 'extend'

/** A mapping ready to run. Throws why it cannot write: {@link WriteRefused}, or what its expressions throw. */
export type Mapping = (run: RunContext) => void

/** What a mapping was to do does not fit what is there. */
export class WriteRefused extends Error {
  override readonly name = 'WriteRefused'
}

type Write = (run: RunContext, place: Place, value: Json) => void

export function compileMapping(definition: MappingDefinition, context: CompileContext): Mapping {
  const { path, unset, on_null, mode = 'set' } = definition
  const locate = typeof path === 'string' ? literalPlace(path, context) : computedPlace(path, context)
  if (unset || on_null === 'unset' || mode !== 'set') context.reads(typeof path === 'string' ? path : '')
  if (unset) return run => takeAway(run, locate(run))
  const evaluate = keptResult(context.logic(definition.logic ?? null))
  const write = writer(mode, context)
  if (on_null !== 'unset') {
    return run => {
      const value = evaluate(run)
      if (value !== null) write(run, locate(run), value)
    }
  }
  return run => {
    const value = evaluate(run)
    if (value === null) takeAway(run, locate(run))
    else write(run, locate(run), value)
  }
}

function literalPlace(path: string, { limits }: CompileContext): (run: RunContext) => Place {
  const place = compilePlace(path, limits.maxArrayPadding)
  return () => place
}

function computedPlace(rule: JsonObject, { logic, limits }: CompileContext): (run: RunContext) => Place {
  const expression = logic(rule)
  return run => compilePlace(pathText(expression, run), limits.maxArrayPadding)
}

/** Numbers, booleans and null become the text that JSON has for them, as in the reference. */
function pathText(expression: Expression, run: RunContext): string {
  const value = expression.evaluate(run.message.context, run.budget)
  if (typeof value === 'object' && value !== null) {
    throw new WriteRefused(
      `its path came out as ${isObject(value) ? 'an object' : 'an array'}, not as a text`,
    )
  }
  const path = String(value)
  spendReading(run.budget, path.length)
  const parts = path.split('.', MAX_PATH_PARTS + 1).length
  if (parts > MAX_PATH_PARTS) throw new WriteRefused(`its path has more than ${MAX_PATH_PARTS} parts`)
  return path
}

function writer(mode: Mode, { limits }: CompileContext): Write {
  const { maxResultItems } = limits
  switch (mode) {
    case 'set':
      return assignNew
    case 'append':
      return (run, place, value) => push(run, place, [value], maxResultItems)
    case 'extend':
      return (run, place, value) => {
        if (!Array.isArray(value)) throw new WriteRefused('"extend" needs an array as the result')
        push(run, place, value, maxResultItems)
      }
  }
}

/** What is pushed is recorded element by element, so that a long list costs no copy per change. */
function push(run: RunContext, place: Place, items: readonly Json[], maxItems: number): void {
  const current = place.read(run.message.context) ?? []
  if (!Array.isArray(current)) throw new WriteRefused('what is there is no array')
  if (current.length + items.length > maxItems) {
    throw budgetExceeded(
      `Cannot add to the list at "${place.path}": it would have more than ${maxItems} items (engine.max_result_items)`,
    )
  }
  items.forEach((item, at) => {
    run.changes?.push({ path: `${place.path}.${current.length + at}`, old_value: null, new_value: item })
  })
  spendCopy(run.budget, items)
  if (run.own.has(place.path, current)) {
    for (const item of items) current.push(item)
    return
  }
  spendCopy(run.budget, current)
  const list = current.concat(items)
  place.write(run, list)
  run.own.add(place.path, list)
}

/** Where nothing is, nothing is done and nothing recorded. */
function takeAway(run: RunContext, place: Place): void {
  if (place.isRoot) throw new WriteRefused('a root of the context cannot be removed')
  const old = place.read(run.message.context)
  if (old === undefined) return
  run.changes?.push({ path: place.path, old_value: old, new_value: null, removed: true })
  place.remove(run)
}
