import { LEAVES, leafOf } from './leaves.ts'
import type { ConfigProblem } from './problem.ts'

/** What one source says: the file, or the environment. */
export interface Layer {
  /** By key; only values that fit the schema. */
  readonly values: ReadonlyMap<string, unknown>
  readonly problems: readonly ConfigProblem[]
  /** Keys that the source tried to set and could not; no rule judges them by their defaults. */
  readonly broken: ReadonlySet<string>
  /** Where the source sets a key. */
  where(key: string): string
}

export const EMPTY_LAYER: Layer = {
  values: new Map(),
  problems: [],
  broken: new Set(),
  where: () => '',
}

/** The keys that a mistake at `path` leaves without a value: the one it is in, or all of a section. */
export function keysAt(path: string): string[] {
  const leaf = leafOf(path)
  if (leaf !== undefined) return [leaf.key]
  return LEAVES.filter(({ key }) => path === '' || key.startsWith(`${path}.`)).map(({ key }) => key)
}
