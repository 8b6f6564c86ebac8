import { validationError } from '../errors.ts'
import { isObject, type Json, type JsonObject, own, setOwn } from '../std/json.ts'
import { copyOfRoot, mergeRoot, type Root, rootNamed, snapshot } from './context.ts'
import { budgetExceeded } from './engine-error.ts'
import type { RunContext } from './functions-api.ts'
import type { Context } from './message.ts'
import { child, isRootPath, type Segment, segmentsOf } from './path-segments.ts'
import { compileRemove } from './remove.ts'

/** Levels below a root that a path may write: no value is nested deeper. */
const MAX_SEGMENTS = 500

/** A path of the context, split once (engine-contract A7). */
export interface Place {
  readonly path: string
  /** Whether it is a whole root. */
  readonly isRoot: boolean
  /** The value there, which later writes do not reach; undefined when there is none. */
  read(context: Context): Json | undefined
  write(context: Context, value: Json): void
  /** Takes away what is there; only where `read` finds something, and never a root. */
  remove(context: Context): void
}

/** Writes a value that may be a part of the context. */
export function assign(run: RunContext, place: Place, value: Json): void {
  if (typeof value === 'object') run.lists.share('any')
  assignNew(run, place, value)
}

/** Writes and, when the run asks for it, records the change: every attempt, even one without effect. */
export function assignNew(run: RunContext, place: Place, value: Json): void {
  const context = run.message.context
  run.changes?.push({ path: place.path, old_value: place.read(context) ?? null, new_value: value })
  place.write(context, value)
}

/** Reads below any value; the empty path reads it whole. */
export function compileRead(path: string): (value: Json) => Json | undefined {
  if (path === '') return value => value
  const segments = segmentsOf(path)
  return value => {
    let found: Json | undefined = value
    for (const step of segments) {
      found = child(found, step)
      if (found === undefined) return undefined
    }
    return found
  }
}

/** Reads the context; what is read stays as it is whatever is written later. */
export function compileContextRead(path: string): (context: Context) => Json | undefined {
  if (path === '') return snapshot
  const read = compileRead(path)
  if (path.includes('.')) return read
  return context => {
    const value = read(context)
    return value === undefined ? undefined : copyOfRoot(value)
  }
}

/** `maxArrayPadding` bounds the nulls that a write may add to an array before its index. */
export function compilePlace(path: string, maxArrayPadding: number): Place {
  return {
    path,
    isRoot: isRootPath(path),
    read: compileContextRead(path),
    write: compileWrite(path, maxArrayPadding),
    remove: compileRemove(path),
  }
}

function compileWrite(path: string, maxArrayPadding: number): Place['write'] {
  const [first = { key: '', index: -1 }, ...rest] = segmentsOf(path)
  if (rest.length > MAX_SEGMENTS) {
    const message = `a path goes at most ${MAX_SEGMENTS} levels deep`
    throw validationError([{ path: '', code: 'TOO_LONG', message, expected: `at most ${MAX_SEGMENTS}` }])
  }
  const slot = slotFor(path, rest, maxArrayPadding)
  const root = rootNamed(first.key)
  if (root === undefined) return writeBesideRoots(first.key, slot)
  if (slot !== undefined) return writeBelowRoot(root, slot)
  if (path === root) return (context, value) => mergeRoot(context, root, value)
  return (context, value) => {
    context[root] = copyOfRoot(value)
  }
}

function writeBelowRoot(root: Root, slot: Slot): Place['write'] {
  return (context, value) => {
    const current = context[root]
    if (isObject(current)) slot.set(current, value)
    else context[root] = slot.into(current, value)
  }
}

function writeBesideRoots(key: string, slot: Slot | undefined): Place['write'] {
  return (context, value) => setOwn(context, key, descend(slot, own(context, key), value))
}

/** How a value is put one segment further down. */
interface Slot {
  /** A copy of `container` with the value in it; the container itself where the segment does not apply. */
  into(container: Json, value: Json): Json
  /** Changes an object that belongs to the run. */
  set(object: JsonObject, value: Json): void
  /** The container that holds the value where nothing was. */
  fresh(value: Json): Json
}

function slotFor(path: string, segments: readonly Segment[], maxPadding: number): Slot | undefined {
  let next: Slot | undefined
  for (const step of segments.toReversed()) next = slotAt(path, step, next, maxPadding)
  return next
}

function slotAt(path: string, { key, index }: Segment, next: Slot | undefined, maxPadding: number): Slot {
  const set = (object: JsonObject, value: Json) => setOwn(object, key, descend(next, own(object, key), value))
  const setItem = (array: Json[], value: Json): Json[] => {
    pad(path, array, index, maxPadding)
    array[index] = descend(next, array[index] ?? undefined, value)
    return array
  }
  const into = (container: Json, value: Json): Json => {
    if (Array.isArray(container)) return index < 0 ? container : setItem(container.slice(), value)
    if (!isObject(container)) return container
    const copy = { ...container }
    set(copy, value)
    return copy
  }
  const fresh = (value: Json): Json => {
    if (index >= 0) return setItem([], value)
    const object = {}
    set(object, value)
    return object
  }
  return { into, set, fresh }
}

function descend(slot: Slot | undefined, current: Json | undefined, value: Json): Json {
  if (slot === undefined) return value
  return current === undefined ? slot.fresh(value) : slot.into(current, value)
}

function pad(path: string, array: Json[], index: number, maxPadding: number): void {
  if (index - array.length > maxPadding) {
    throw budgetExceeded(
      `Cannot write path "${path}": index ${index} is beyond the end of an array of ${array.length} by more than ` +
        `${maxPadding} (engine.max_array_padding)`,
    )
  }
  while (array.length <= index) array.push(null)
}
