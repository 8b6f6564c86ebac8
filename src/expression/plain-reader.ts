import type { Json } from '../std/json.ts'

/** A value to read by plain keys (see {@link plainKeys}): what is no object has none of them. */
type Tree = Json & { readonly [key: string]: Tree | undefined }

type Read = (data: Json) => Json

/*
 * The engine caches what a property read found at the place of the code that reads. One reader for all variables would
 * see them all there and forget; each of these identical ones serves a part of them.
 */

const ONE_KEY: readonly ((a: string) => Read)[] = [
  a => data => (isTree(data) ? (data[a] ?? null) : null),
  a => data => (isTree(data) ? (data[a] ?? null) : null),
  a => data => (isTree(data) ? (data[a] ?? null) : null),
  a => data => (isTree(data) ? (data[a] ?? null) : null),
  a => data => (isTree(data) ? (data[a] ?? null) : null),
  a => data => (isTree(data) ? (data[a] ?? null) : null),
]

const TWO_KEYS: readonly ((a: string, b: string) => Read)[] = [
  (a, b) => data => (isTree(data) ? (data[a]?.[b] ?? null) : null),
  (a, b) => data => (isTree(data) ? (data[a]?.[b] ?? null) : null),
  (a, b) => data => (isTree(data) ? (data[a]?.[b] ?? null) : null),
  (a, b) => data => (isTree(data) ? (data[a]?.[b] ?? null) : null),
  (a, b) => data => (isTree(data) ? (data[a]?.[b] ?? null) : null),
  (a, b) => data => (isTree(data) ? (data[a]?.[b] ?? null) : null),
]

const THREE_KEYS: readonly ((a: string, b: string, c: string) => Read)[] = [
  (a, b, c) => data => (isTree(data) ? (data[a]?.[b]?.[c] ?? null) : null),
  (a, b, c) => data => (isTree(data) ? (data[a]?.[b]?.[c] ?? null) : null),
  (a, b, c) => data => (isTree(data) ? (data[a]?.[b]?.[c] ?? null) : null),
  (a, b, c) => data => (isTree(data) ? (data[a]?.[b]?.[c] ?? null) : null),
  (a, b, c) => data => (isTree(data) ? (data[a]?.[b]?.[c] ?? null) : null),
  (a, b, c) => data => (isTree(data) ? (data[a]?.[b]?.[c] ?? null) : null),
]

const MOST_SHARED = 10_000
const shared = new Map<string, Read>()

/**
 * Reads a path of one to three plain keys; what is absent is null. A reader holds nothing but its keys, so all rules
 * share it: with thousands of them, what they share stays in the processor's cache.
 */
export function plainReader(keys: readonly string[]): Read {
  const path = JSON.stringify(keys)
  const known = shared.get(path)
  if (known !== undefined) return known
  const reader = makeReader(keys)
  if (shared.size < MOST_SHARED) shared.set(path, reader)
  return reader
}

function makeReader(keys: readonly string[]): Read {
  const [a = '', b, c] = keys
  if (b === undefined) return next(ONE_KEY)(a)
  return c === undefined ? next(TWO_KEYS)(a, b) : next(THREE_KEYS)(a, b, c)
}

/** One after the other, so that the first few paths have each their own. */
function next<Reader>(readers: readonly Reader[]): Reader {
  const reader = readers[shared.size % readers.length]
  if (reader === undefined) throw new Error('there is at least one reader')
  return reader
}

function isTree(value: Json): value is Tree {
  return typeof value === 'object' && value !== null
}
