import { isObject, type Json, type JsonObject, own, setOwn } from '../std/json.ts'
import { changeable } from './changeable.ts'
import { copyOfRoot, mergeRoot, type Root, rootNamed, snapshot } from './context.ts'
import { budgetExceeded } from './engine-error.ts'
import type { RunContext } from './functions-api.ts'
import type { Context } from './message.ts'
import { child, type Level, levelsOf, type Segment, segmentsOf } from './path-segments.ts'
import { compileRemove } from './remove.ts'
import { spendCopy, spendPadding } from './spend.ts'

/** What a write touches of a run. */
export type Holder = Pick<RunContext, 'message' | 'own' | 'budget'>

/** A path of the context, split once (engine-contract A7). Whoever writes pays for what has to be copied. */
export interface Place {
  readonly path: string
  /** Whether it is a whole root. */
  readonly isRoot: boolean
  /** The value there, which later writes do not reach; undefined when there is none. */
  read(context: Context): Json | undefined
  write(holder: Holder, value: Json): void
  /** Takes away what is there; only where `read` finds something, and never a root. */
  remove(holder: Holder): void
}

/** Writes a value that may be a part of the context. */
export function assign(run: RunContext, place: Place, value: Json): void {
  if (typeof value === 'object') run.own.share('any')
  assignNew(run, place, value)
}

/** Writes and, when the run asks for it, records the change: every attempt, even one without effect. */
export function assignNew(run: RunContext, place: Place, value: Json): void {
  if (run.changes !== undefined) {
    const old_value = place.read(run.message.context) ?? null
    run.changes.push({ path: place.path, old_value, new_value: value })
  }
  place.write(run, value)
}

/** Reads below any value; the empty path reads it whole. */
export function compileRead(path: string): (value: Json) => Json | undefined {
  if (path === '') return value => value
  const segments = segmentsOf(path)
  return value => readThrough(segments, value)
}

function readThrough(segments: readonly Segment[], value: Json): Json | undefined {
  let found: Json | undefined = value
  for (const step of segments) {
    found = child(found, step)
    if (found === undefined) return undefined
  }
  return found
}

/** Reads the context; what is read stays as it is whatever is written later. */
export function compileContextRead(path: string): (context: Context) => Json | undefined {
  return path === '' ? snapshot : contextReader(segmentsOf(path))
}

function contextReader(segments: readonly Segment[]): (context: Context) => Json | undefined {
  if (segments.length > 1) return context => readThrough(segments, context)
  return context => {
    const value = readThrough(segments, context)
    return value === undefined ? undefined : copyOfRoot(value)
  }
}

/** `maxArrayPadding` bounds the nulls that a write may add to an array before its index. */
export function compilePlace(path: string, maxArrayPadding: number): Place {
  const levels = levelsOf(path)
  return {
    path,
    isRoot: levels.length === 1 && rootNamed(levels[0]?.key ?? '') !== undefined,
    read: path === '' ? snapshot : contextReader(levels),
    write: compileWrite(path, levels, maxArrayPadding),
    remove: compileRemove(levels),
  }
}

function compileWrite(path: string, levels: readonly Level[], maxArrayPadding: number): Place['write'] {
  const [first = { key: '', index: -1, above: '' }, ...rest] = levels
  const slot = slotFor(path, rest, maxArrayPadding)
  const root = rootNamed(first.key)
  if (root === undefined) return writeBesideRoots(first.key, slot)
  if (slot !== undefined) return writeBelowRoot(root, slot)
  if (path === root)
    return ({ message, budget }, value) => {
      spendCopy(budget, value)
      mergeRoot(message.context, root, value)
    }
  return ({ message, budget }, value) => {
    spendCopy(budget, value)
    message.context[root] = copyOfRoot(value)
  }
}

function writeBelowRoot(root: Root, slot: Slot): Place['write'] {
  return (holder, value) => {
    const { context } = holder.message
    const current = context[root]
    if (isObject(current)) slot.set(current, value, holder)
    else context[root] = slot.into(current, value, holder)
  }
}

function writeBesideRoots(key: string, slot: Slot | undefined): Place['write'] {
  return (holder, value) => {
    const { context } = holder.message
    setOwn(context, key, descend(slot, own(context, key), value, holder))
  }
}

/** How a value is put one segment further down. */
interface Slot {
  /** What has the value in it: `container` where the run may change it, else a copy; `container` as it is where the segment does not apply. */
  into(container: Json, value: Json, holder: Holder): Json
  /** Changes an object that belongs to the run. */
  set(object: JsonObject, value: Json, holder: Holder): void
  /** The container that holds the value where nothing was. */
  fresh(value: Json, holder: Holder): Json
}

function slotFor(path: string, levels: readonly Level[], maxPadding: number): Slot | undefined {
  let next: Slot | undefined
  for (const level of levels.toReversed()) next = slotAt(path, level, next, maxPadding)
  return next
}

function slotAt(
  path: string,
  { key, index, above }: Level,
  next: Slot | undefined,
  maxPadding: number,
): Slot {
  const set: Slot['set'] = (object, value, holder) =>
    setOwn(object, key, descend(next, own(object, key), value, holder))
  const setItem = (array: Json[], value: Json, holder: Holder): Json[] => {
    pad(path, array, index, maxPadding, holder)
    array[index] = descend(next, array[index] ?? undefined, value, holder)
    return array
  }
  const into: Slot['into'] = (container, value, holder) => {
    if (Array.isArray(container)) {
      return index < 0 ? container : setItem(changeable(container, above, holder), value, holder)
    }
    if (!isObject(container)) return container
    const object = changeable(container, above, holder)
    set(object, value, holder)
    return object
  }
  const fresh: Slot['fresh'] = (value, holder) => {
    if (index >= 0) return setItem([], value, holder)
    const object = {}
    set(object, value, holder)
    return object
  }
  return { into, set, fresh }
}

function descend(slot: Slot | undefined, current: Json | undefined, value: Json, holder: Holder): Json {
  if (slot === undefined) return value
  return current === undefined ? slot.fresh(value, holder) : slot.into(current, value, holder)
}

function pad(path: string, array: Json[], index: number, maxPadding: number, { budget }: Holder): void {
  const missing = index - array.length
  if (missing > maxPadding) {
    throw budgetExceeded(
      `Cannot write path "${path}": index ${index} is beyond the end of an array of ${array.length} by more than ` +
        `${maxPadding} (engine.max_array_padding)`,
    )
  }
  if (missing > 0) spendPadding(budget, missing)
  while (array.length <= index) array.push(null)
}
