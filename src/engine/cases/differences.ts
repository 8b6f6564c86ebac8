import { isObject, type Json, type JsonObject, own } from '../../std/json.ts'
import { innerPath } from '../../std/json-positions.ts'

/** One place where something else came than was expected; undefined: nothing. */
export interface Difference {
  readonly path: string
  readonly expected: Json | undefined
  readonly got: Json | undefined
}

/** Differences of one expectation that are told; more of them help nobody. */
const MAX_DIFFERENCES = 20

/** Whether what was expected may be a part of what came: objects may have more keys, lists not more items. */
export type Match = 'exact' | 'subset'

/** What came otherwise than expected, below `path`; empty when it fits. The order of keys does not count. */
export function differencesBetween(
  expected: Json,
  got: Json | undefined,
  path: string,
  match: Match,
): Difference[] {
  const found: Difference[] = []
  collect(expected, got, path, match, found)
  return found
}

export function fits(expected: Json, got: Json | undefined): boolean {
  return differencesBetween(expected, got, '', 'subset').length === 0
}

function collect(
  expected: Json,
  got: Json | undefined,
  path: string,
  match: Match,
  found: Difference[],
): void {
  if (found.length >= MAX_DIFFERENCES) return
  if (Array.isArray(expected) && Array.isArray(got)) collectItems(expected, got, path, match, found)
  else if (isObject(expected) && isObject(got)) collectMembers(expected, got, path, match, found)
  else if (!isSame(expected, got)) found.push({ path, expected, got })
}

function collectItems(
  expected: readonly Json[],
  got: readonly Json[],
  path: string,
  match: Match,
  found: Difference[],
): void {
  const shorter = Math.min(expected.length, got.length)
  for (let at = 0; at < shorter; at++) {
    collect(expected[at] ?? null, got[at] ?? null, innerPath(path, at), match, found)
  }
  for (let at = shorter; at < Math.max(expected.length, got.length); at++) {
    if (found.length >= MAX_DIFFERENCES) return
    found.push({ path: innerPath(path, at), expected: expected[at], got: got[at] })
  }
}

function collectMembers(
  expected: JsonObject,
  got: JsonObject,
  path: string,
  match: Match,
  found: Difference[],
): void {
  for (const key of Object.keys(expected)) {
    collect(own(expected, key) ?? null, own(got, key), innerPath(path, key), match, found)
  }
  if (match === 'subset') return
  for (const key of Object.keys(got)) {
    if (found.length >= MAX_DIFFERENCES) return
    if (Object.hasOwn(expected, key)) continue
    found.push({ path: innerPath(path, key), expected: undefined, got: own(got, key) })
  }
}

/** Scalars; an integer is the same number whether it is held as a bigint or not. */
function isSame(expected: Json, got: Json | undefined): boolean {
  if (expected === got) return true
  if (typeof expected === 'bigint') return typeof got === 'number' && isInteger(got, expected)
  return typeof got === 'bigint' && typeof expected === 'number' && isInteger(expected, got)
}

function isInteger(number: number, integer: bigint): boolean {
  return Number.isInteger(number) && BigInt(number) === integer
}
