import { type Json, own } from '../std/json.ts'
import type { Meter } from './meter.ts'

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

/** Reads a dotted path that was computed; each of its characters may be a step, and counts as one. */
export function readDotted(data: Json, path: string, meter: Meter): Json | undefined {
  meter.charge(1 + path.length)
  if (path === '') return data
  let value: Json | undefined = data
  for (let start = 0; value !== undefined; ) {
    const dot = path.indexOf('.', start)
    if (dot === -1) return readStep(value, keyStep(path.slice(start)))
    value = readStep(value, keyStep(path.slice(start, dot)))
    start = dot + 1
  }
  return undefined
}

const PROTOTYPES = [Object, Array, String, Number, Boolean].map(({ prototype }) => prototype)

/** Whether a plain read of the key finds own properties only, on any value: it is no index and no name of a prototype. */
function isPlain(step: Step): step is Step & { readonly key: string } {
  const { key } = step
  return key !== null && step.index < 0 && !PROTOTYPES.some(prototype => key in prototype)
}

/** The names of a path of one to three steps that are all plain; undefined for any other path. */
export function plainKeys(steps: readonly Step[]): string[] | undefined {
  if (steps.length < 1 || steps.length > 3 || !steps.every(isPlain)) return undefined
  return steps.map(step => step.key)
}
