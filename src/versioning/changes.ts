import { ContentIds } from '../std/content-ids.ts'
import { isObject, type Json, type JsonObject, own } from '../std/json.ts'

/**
 * One difference. `path` leads from the root: `tasks[0].function.input["a key"]`, empty for the whole; of what was
 * taken away (`new` is absent) its indices count in the old list, of everything else in the new one.
 */
export interface Change {
  readonly path: string
  readonly old?: Json
  readonly new?: Json
}

/** Differences that one comparison tells; where there are more, they are told together as one of what holds them. */
const MAX_CHANGES = 1000

/** Containers within containers that are looked into; deeper ones are equal only when they are the same. */
const MAX_DEPTH = 500

/** Names that need no quotes: no dot, bracket, quote, white space or control character. */
const PLAIN_NAME = /^[^.[\]"\s\p{C}]+$/u

/**
 * What to do with `old` to get `new`, the order of keys aside; empty when they are equal. Keys come sorted, then what is
 * taken from a list, its new order, and what is set or put in, by index.
 *
 * The elements of a list that all have an `id` of their own are compared with their namesakes; when those that stay
 * change places, `tasks[].id` has their ids in both orders. Of any other list that became longer or shorter the equal
 * elements at both ends are left out, and the rest are compared one by one.
 */
export function changesBetween(old: Json, new_: Json): Change[] {
  const changes = new Comparison().compare(old, new_, 0)
  return changes.map(change => ({ ...change, path: change.path.replace(/^\./, '') }))
}

/** A place within a container, and the differences at and below it, at least one. */
class Part {
  readonly #whole: Change
  readonly #inner: readonly Change[]
  #isWhole = false

  constructor(whole: Change, inner: readonly Change[] = [whole]) {
    this.#whole = whole
    this.#inner = inner
  }

  get size(): number {
    return this.#inner.length
  }

  tellWhole(): void {
    this.#isWhole = true
  }

  changes(): readonly Change[] {
    return this.#isWhole ? [this.#whole] : this.#inner
  }
}

const NONE: readonly Change[] = []

class Comparison {
  readonly #ids = new ContentIds(MAX_DEPTH)

  /** Paths lead from the values that are compared, and begin with a dot or a bracket: what is equal needs none. */
  compare(old: Json, new_: Json, depth: number): readonly Change[] {
    if (old === new_) return NONE
    const parts = depth < MAX_DEPTH ? this.#parts(old, new_, depth + 1) : undefined
    if (parts === undefined || parts.length > MAX_CHANGES) return [{ path: '', old, new: new_ }]
    return parts.length === 0 ? NONE : fewEnough(parts).flatMap(part => part.changes())
  }

  /** Undefined when nothing of the one can be compared with something of the other. */
  #parts(old: Json, new_: Json, depth: number): Part[] | undefined {
    if (Array.isArray(old)) return Array.isArray(new_) ? this.#list(old, new_, depth) : undefined
    return isObject(old) && isObject(new_) ? this.#members(old, new_, depth) : undefined
  }

  #members(old: JsonObject, new_: JsonObject, depth: number): Part[] {
    const found: { name: string; part: Part }[] = []
    const look = (name: string) => {
      const part = this.#pair(name, own(old, name), own(new_, name), depth)
      if (part !== undefined) found.push({ name, part })
    }
    for (const name of Object.keys(old)) look(name)
    for (const name of Object.keys(new_)) if (!Object.hasOwn(old, name)) look(name)
    if (found.length > 1) found.sort((a, b) => (a.name < b.name ? -1 : 1))
    return found.map(({ part }) => part)
  }

  #list(old: readonly Json[], new_: readonly Json[], depth: number): Part[] {
    const before = byId(old)
    const after = before && byId(new_)
    if (before !== undefined && after !== undefined) return this.#namesakes(before, after, depth)
    const { start, end } = old.length === new_.length ? { start: 0, end: 0 } : this.#equalEnds(old, new_)
    const pairs = Math.min(old.length, new_.length) - end
    const parts: Part[] = []
    const add = (at: number, before: Json | undefined, after: Json | undefined) => {
      const part = this.#pair(at, before, after, depth)
      if (part !== undefined) parts.push(part)
    }
    for (let at = pairs; at < old.length - end; at++) add(at, old[at], undefined)
    for (let at = start; at < new_.length - end; at++) add(at, at < pairs ? old[at] : undefined, new_[at])
    return parts
  }

  /** How many elements at both ends are equal. */
  #equalEnds(old: readonly Json[], new_: readonly Json[]): { start: number; end: number } {
    const shorter = Math.min(old.length, new_.length)
    const isEqual = (one: number, other: number) =>
      this.#ids.of(old[one] ?? null) === this.#ids.of(new_[other] ?? null)
    let start = 0
    while (start < shorter && isEqual(start, start)) start++
    let end = 0
    while (end < shorter - start && isEqual(old.length - 1 - end, new_.length - 1 - end)) end++
    return { start, end }
  }

  #namesakes(before: Identified, after: Identified, depth: number): Part[] {
    const old = [...before.keys()].filter(id => after.has(id))
    const order = [...after.keys()].filter(id => before.has(id))
    const isMoved = old.some((id, at) => id !== order[at])
    const parts: (Part | undefined)[] = []
    for (const [id, { at, item }] of before) {
      if (!after.has(id)) parts.push(this.#pair(at, item, undefined, depth))
    }
    if (isMoved) parts.push(new Part({ path: '[].id', old, new: order }))
    for (const [id, { at, item }] of after) {
      parts.push(this.#pair(at, before.get(id)?.item, item, depth))
    }
    return parts.filter(part => part !== undefined)
  }

  /** What stands at a place before and after; undefined: nothing. */
  #pair(
    key: string | number,
    old: Json | undefined,
    new_: Json | undefined,
    depth: number,
  ): Part | undefined {
    if (new_ === undefined) return old === undefined ? undefined : new Part({ path: step(key), old })
    if (old === undefined) return new Part({ path: step(key), new: new_ })
    const inner = this.compare(old, new_, depth)
    if (inner.length === 0) return undefined
    const path = step(key)
    const below = inner.map(change => ({ ...change, path: path + change.path }))
    return new Part({ path, old, new: new_ }, below)
  }
}

/** The parts, those with most differences told whole until all together are few enough. */
function fewEnough(parts: readonly Part[]): readonly Part[] {
  let left = parts.reduce((sum, { size }) => sum + size, 0)
  if (left <= MAX_CHANGES) return parts
  for (const part of parts.toSorted((a, b) => b.size - a.size)) {
    if (left <= MAX_CHANGES) break
    part.tellWhole()
    left -= part.size - 1
  }
  return parts
}

/** One step of a path. */
function step(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`
  return PLAIN_NAME.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
}

/** The elements of a list by their ids, in order. */
type Identified = ReadonlyMap<string, { readonly at: number; readonly item: Json }>

/** Undefined unless each element has an id of its own. */
function byId(list: readonly Json[]): Identified | undefined {
  const found = new Map<string, { at: number; item: Json }>()
  for (const [at, item] of list.entries()) {
    const id = isObject(item) ? own(item, 'id') : undefined
    if (typeof id !== 'string' || found.has(id)) return undefined
    found.set(id, { at, item })
  }
  return found
}
