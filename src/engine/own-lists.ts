import type { Json } from '../std/json.ts'
import { mayRead, type Reads } from './reads.ts'

/** More lists at a time than one workflow usually fills. */
const MAX_LISTS = 16

/**
 * Lists that a run has made by adding to them and that nothing but its context holds: these alone may grow in place,
 * everything else below the roots is shared and copied. Whoever lets a part of the context out says so here.
 */
export class OwnLists {
  #byPath: Map<string, Json[]> | undefined = undefined

  /** The list at `path`, if it is `found` and nobody else has it. */
  at(path: string, found: Json): Json[] | undefined {
    const list = this.#byPath?.get(path)
    return list === found ? list : undefined
  }

  add(path: string, list: Json[]): void {
    if (!isPlain(path)) return
    const lists = this.#byPath ?? new Map<string, Json[]>()
    if (lists.size >= MAX_LISTS) lists.clear()
    this.#byPath = lists.set(path, list)
  }

  /** What was read is now elsewhere, too. */
  share(reads: Reads): void {
    if (this.#byPath === undefined) return
    for (const path of this.#byPath.keys()) {
      if (mayRead(reads, path)) this.#byPath.delete(path)
    }
  }
}

/** Whether the path reads as one of an expression does: no `#`, and nothing that may be an index. */
function isPlain(path: string): boolean {
  return !path.includes('#') && path.split('.').every(part => !/^\+?\d+$/.test(part))
}
