import { type Json, type JsonObject, own } from '../std/json.ts'

/** One step of a path: an own key on objects, an index on arrays. */
export interface Step {
  /** null for an index that reads arrays only. */
  readonly key: string | null
  /** -1 where the step cannot be an index. */
  readonly index: number
}

const INDEX = /^\+?\d+$/

/** A step by name: `"0"` is a key on objects and an index on arrays. */
export function keyStep(key: string): Step {
  return { key, index: INDEX.test(key) ? Number(key) : -1 }
}

/** A step by a number written in the rule: arrays only. */
export function indexStep(index: number): Step {
  return { key: null, index: Number.isInteger(index) && index >= 0 ? index : -1 }
}

/** `a.b` as steps; an empty text has none. */
export function dottedSteps(path: string): Step[] {
  return path === '' ? [] : path.split('.').map(keyStep)
}

export function readStep(value: Json, step: Step): Json | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) return step.index < 0 ? undefined : value[step.index]
  return step.key === null ? undefined : own(value, step.key)
}

export function readSteps(data: Json, steps: readonly Step[]): Json | undefined {
  let value: Json | undefined = data
  for (const step of steps) {
    value = readStep(value, step)
    if (value === undefined) return undefined
  }
  return value
}

/**
 * Whether a plain read of the key finds own properties only: no index, and no name of a prototype chain. (`length` is
 * own on arrays, so it is not plain either.)
 */
function isPlain(step: Step): boolean {
  return (
    step.key !== null && step.index < 0 && !(step.key in Array.prototype) && !(step.key in Object.prototype)
  )
}

/** True for objects and arrays, on which a plain key reads an own property or nothing. */
export function isContainer(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null
}

/** The names of a short path whose every step is plain, for the fast paths; undefined otherwise. */
export function plainKeys(steps: readonly Step[]): string[] | undefined {
  const keys: string[] = []
  for (const step of steps) {
    if (step.key === null || !isPlain(step)) return undefined
    keys.push(step.key)
  }
  return keys.length >= 1 && keys.length <= 3 ? keys : undefined
}
