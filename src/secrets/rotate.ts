import type { StoredSecret } from './definition.ts'
import type { KeyRing } from './key-ring.ts'

/** A row, and the same value encrypted with the current key. */
export interface Rotation {
  readonly before: StoredSecret
  readonly after: StoredSecret
}

/** What has to change for the previous keys to be needed no more, or the names of those that no key opens. */
export function rotationOf(
  rows: readonly StoredSecret[],
  ring: KeyRing,
  tenant: string,
): { readonly rotations: readonly Rotation[]; readonly unreadable: readonly string[] } {
  const rotations: Rotation[] = []
  const unreadable: string[] = []
  for (const before of rows) {
    const bound = { tenant, name: before.name, version: before.version }
    const value = ring.open(before, bound)
    if (value === undefined) unreadable.push(before.name)
    else if (!ring.isCurrent(before.key_id)) {
      rotations.push({ before, after: { ...before, ...ring.seal(value, bound) } })
    }
  }
  return { rotations, unreadable }
}
