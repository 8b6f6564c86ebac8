import { Type } from '@sinclair/typebox'
import type { Detail } from '../errors.ts'
import { isObject, type Json, type JsonObject, own } from '../std/json.ts'
import { schemaProblems } from '../std/schema-problems.ts'
import { Loop } from './definition.ts'

/** A loop without what is in its setup, whose steps are read one by one. */
const Shape = Type.Object(
  { ...Loop.properties, setup: Type.Optional(Type.Unknown()) },
  { additionalProperties: false },
)

/** Places below `temp_data` that the loop itself writes, in the order in which they are told apart. */
const PLACES = ['counter', 'as', 'scratch'] as const

/** Every problem of a loop but for those of its setup. */
export function loopProblems(loop: Json, maxIterations: number): Detail[] {
  if (!isObject(loop)) return schemaProblems(Shape, loop, 'loop')
  return [
    ...rangeProblems(loop, maxIterations),
    ...overProblems(loop),
    ...overlaps(loop),
    ...schemaProblems(Shape, loop, 'loop'),
  ]
}

/** The loop ends by its numbers alone, whatever its condition says. */
function rangeProblems(loop: JsonObject, maxIterations: number): Detail[] {
  const max = own(loop, 'max')
  const init = own(loop, 'init') ?? 0
  const increment = own(loop, 'increment') ?? 1
  if (typeof max !== 'number' || typeof init !== 'number' || typeof increment !== 'number') return []
  if (max <= init) {
    return [
      outOfRange('max', max, `"max" (${max}) must be greater than "init" (${init}): no sweep would ever run`),
    ]
  }
  if (max > maxIterations) {
    const message = `"max" (${max}) is above ${maxIterations} (engine.max_loop_iterations)`
    return [outOfRange('max', max, message, `at most ${maxIterations}`)]
  }
  if (increment >= 1 && (max - init) / increment > maxIterations) {
    const message = `from ${init} to ${max} by ${increment} there are more than ${maxIterations} sweeps (engine.max_loop_iterations)`
    return [outOfRange('init', init, message)]
  }
  if (init < 0 && own(loop, 'over') !== undefined) {
    return [
      outOfRange('init', init, `"init" (${init}) must not be negative: with "over" the counter is an index`),
    ]
  }
  return []
}

function outOfRange(key: string, got: number, message: string, expected?: string): Detail {
  return {
    path: `loop.${key}`,
    code: 'OUT_OF_RANGE',
    message,
    ...(expected !== undefined && { expected }),
    got,
  }
}

function overProblems(loop: JsonObject): Detail[] {
  const over = own(loop, 'over')
  if (over === undefined) {
    if ((own(loop, 'as') ?? null) === null) return []
    const message = '"as" names the place of the element, but there is no "over" to take elements from'
    return [{ path: 'loop.as', code: 'UNKNOWN_KEY', message }]
  }
  if (typeof over === 'object' && over !== null) return []
  const expected = 'an expression or an array'
  return [
    {
      path: 'loop.over',
      code: 'TYPE_MISMATCH',
      message: `must be ${expected}; this is never an array`,
      expected,
    },
  ]
}

/** Two places of which one holds the other would overwrite each other. */
function overlaps(loop: JsonObject): Detail[] {
  const places = PLACES.flatMap(key => {
    const path = own(loop, key)
    return typeof path === 'string' ? [{ key, path, keys: keysOf(path) }] : []
  })
  return places.flatMap(({ key, path, keys }, at): Detail[] => {
    const other = places
      .slice(0, at)
      .find(earlier => isPrefix(earlier.keys, keys) || isPrefix(keys, earlier.keys))
    if (other === undefined) return []
    const message = `"${key}" ("${path}") and "${other.key}" ("${other.path}") overlap; each needs a place of its own below temp_data`
    return [{ path: `loop.${key}`, code: 'DUPLICATE', message, got: path }]
  })
}

/** Texts that name the same member are the same: one leading `#` only keeps a number a key. */
function keysOf(path: string): string[] {
  return path.split('.').map(part => (part.startsWith('#') ? part.slice(1) : part))
}

function isPrefix(upper: readonly string[], lower: readonly string[]): boolean {
  return upper.every((key, at) => key === lower[at])
}
