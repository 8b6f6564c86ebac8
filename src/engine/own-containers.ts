import type { Json, JsonObject } from '../std/json.ts'
import { mayRead, type Reads } from './reads.ts'

/** More containers at a time than one workflow usually fills. */
const MAX_CONTAINERS = 32

interface Owned {
  readonly container: Json[] | JsonObject
  /** As far as the path reads as one of an expression does. */
  readonly readAs: string
}

/**
 * Lists and objects that a run has made by writing and that nothing but its context holds: these alone may change in
 * place, everything else below the roots is shared and copied. Whoever lets a part of the context out says so here.
 */
export class OwnContainers {
  #byPath: Map<string, Owned> | undefined = undefined
  readonly #isKept: boolean

  /** `isKept`: whether somebody keeps what the context was, so that nothing may ever change in place. */
  constructor(isKept = false) {
    this.#isKept = isKept
  }

  /** Whether what is `found` at `path` may change in place. */
  has(path: string, found: Json[] | JsonObject): boolean {
    return this.#byPath !== undefined && this.#byPath.get(path)?.container === found
  }

  add(path: string, container: Json[] | JsonObject): void {
    if (this.#isKept) return
    const readAs = readablePart(path)
    if (readAs === '') return
    const containers = this.#byPath ?? new Map<string, Owned>()
    if (containers.size >= MAX_CONTAINERS) containers.clear()
    this.#byPath = containers.set(path, { container, readAs })
  }

  /** What was read is now elsewhere, too. */
  share(reads: Reads): void {
    if (this.#byPath === undefined) return
    for (const [path, { readAs }] of this.#byPath) {
      if (mayRead(reads, readAs)) this.#byPath.delete(path)
    }
  }
}

/** The beginning of a path up to a `#` or to what may be an index, which expressions may write otherwise. */
function readablePart(path: string): string {
  const parts = path.split('.')
  const end = parts.findIndex(part => part.startsWith('#') || /^\+?\d+$/.test(part))
  return end === -1 ? path : parts.slice(0, end).join('.')
}
