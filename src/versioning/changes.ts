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

/** Names that need no quotes: no dot, bracket, quote, white space or control character. */
const PLAIN_NAME = /^[^.[\]"\s\p{C}]+$/u

/**
 * What to do with `old` to get `new`, the order of keys aside; empty when they are equal. Keys come sorted, then what is
 * taken from a list, its new order, and what is set or put in, by index.
 *
 * The elements of a list that all have an `id` of their own are compared with their namesakes; when those that stay
 * change places, `tasks[].id` has their ids in both orders. Of any other list the equal elements at both ends are left
 * out, and the rest are compared one by one.
 */
export function changesBetween(old: Json, new_: Json): Change[] {
  return compare('', old, new_, new ContentIds())
}

function compare(path: string, old: Json, new_: Json, ids: ContentIds): Change[] {
  if (ids.of(old) === ids.of(new_)) return []
  const parts = partsOf(path, old, new_, ids)
  const isWhole = parts === undefined || parts.length > MAX_CHANGES
  return isWhole ? [{ path, old, new: new_ }] : fewEnough(parts).flatMap(part => part.changes())
}

/** A place within a container, and the differences below it. */
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

/** Undefined when nothing of the one can be compared with something of the other. */
function partsOf(path: string, old: Json, new_: Json, ids: ContentIds): Part[] | undefined {
  if (!isOpen(old, ids) || !isOpen(new_, ids)) return undefined
  if (Array.isArray(old) && Array.isArray(new_)) {
    const before = byId(old)
    const after = byId(new_)
    if (before === undefined || after === undefined) return positionParts(path, old, new_, ids)
    return namesakeParts(path, before, after, ids)
  }
  return isObject(old) && isObject(new_) ? memberParts(path, old, new_, ids) : undefined
}

function isOpen(value: Json, ids: ContentIds): boolean {
  return typeof value === 'object' && value !== null && !ids.isOpaque(value)
}

function memberParts(path: string, old: JsonObject, new_: JsonObject, ids: ContentIds): Part[] {
  const names = [...new Set([...Object.keys(old), ...Object.keys(new_)])].sort()
  return names.flatMap(name => pair(memberPath(path, name), own(old, name), own(new_, name), ids))
}

function memberPath(path: string, name: string): string {
  if (!PLAIN_NAME.test(name)) return `${path}[${JSON.stringify(name)}]`
  return path === '' ? name : `${path}.${name}`
}

function positionParts(path: string, old: readonly Json[], new_: readonly Json[], ids: ContentIds): Part[] {
  const shorter = Math.min(old.length, new_.length)
  const isEqual = (one: number, other: number) => ids.of(old[one] ?? null) === ids.of(new_[other] ?? null)
  let start = 0
  while (start < shorter && isEqual(start, start)) start++
  let end = 0
  while (end < shorter - start && isEqual(old.length - 1 - end, new_.length - 1 - end)) end++
  const pairs = shorter - end
  const place = (at: number) => `${path}[${at}]`
  return [
    ...old.slice(pairs, old.length - end).map((item, at) => taken(place(pairs + at), item)),
    ...new_
      .slice(start, new_.length - end)
      .flatMap((item, at) =>
        pair(place(start + at), start + at < pairs ? old[start + at] : undefined, item, ids),
      ),
  ]
}

interface Placed {
  readonly at: number
  readonly item: Json
}

/** The elements of a list by their ids; undefined unless each has one of its own. */
function byId(list: readonly Json[]): ReadonlyMap<string, Placed> | undefined {
  const found = new Map<string, Placed>()
  for (const [at, item] of list.entries()) {
    const id = isObject(item) ? own(item, 'id') : undefined
    if (typeof id !== 'string' || found.has(id)) return undefined
    found.set(id, { at, item })
  }
  return found
}

function namesakeParts(
  path: string,
  before: ReadonlyMap<string, Placed>,
  after: ReadonlyMap<string, Placed>,
  ids: ContentIds,
): Part[] {
  const old = [...before.keys()].filter(id => after.has(id))
  const order = [...after.keys()].filter(id => before.has(id))
  const isMoved = old.some((id, at) => id !== order[at])
  return [
    ...[...before].flatMap(([id, { at, item }]) => (after.has(id) ? [] : taken(`${path}[${at}]`, item))),
    ...(isMoved ? [new Part({ path: `${path}[].id`, old, new: order })] : []),
    ...[...after].flatMap(([id, { at, item }]) => pair(`${path}[${at}]`, before.get(id)?.item, item, ids)),
  ]
}

function taken(path: string, old: Json): Part {
  return new Part({ path, old })
}

/** What stands at a place before and after; undefined: nothing. */
function pair(path: string, old: Json | undefined, new_: Json | undefined, ids: ContentIds): Part[] {
  if (new_ === undefined) return old === undefined ? [] : [taken(path, old)]
  if (old === undefined) return [new Part({ path, new: new_ })]
  const inner = compare(path, old, new_, ids)
  return inner.length === 0 ? [] : [new Part({ path, old, new: new_ }, inner)]
}
