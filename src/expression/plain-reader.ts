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
]

const TWO_KEYS: readonly ((a: string, b: string) => Read)[] = [
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
]

/** Reads a path of one to three plain keys; what is absent is null. */
export function plainReader(keys: readonly string[]): Read {
  const [a = '', b, c] = keys
  if (b === undefined) return pick(ONE_KEY, a)(a)
  return c === undefined ? pick(TWO_KEYS, b)(a, b) : pick(THREE_KEYS, c)(a, b, c)
}

function isTree(value: Json): value is Tree {
  return typeof value === 'object' && value !== null
}

/** One of the readers, always the same for a name. */
function pick<Reader>(readers: readonly Reader[], name: string): Reader {
  let hash = name.length
  for (let at = 0; at < name.length; at++) hash = (Math.imul(hash, 31) + name.charCodeAt(at)) | 0
  const reader = readers[Math.abs(hash ^ (hash >> 7)) % readers.length]
  if (reader === undefined) throw new Error('there is at least one reader')
  return reader
}
