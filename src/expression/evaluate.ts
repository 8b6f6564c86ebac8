import type { Json } from '../std/json.ts'

/** A compiled node: the current data and its scope in, the value out. */
export type Evaluate = (data: Json, frame: Frame) => Json

/** One scope: the root, an item of an iterator, or the catch arm of `try`. An iterator moves one frame over its items. */
export class Frame {
  readonly parent: Frame | null
  readonly depth: number
  readonly root: Json
  data: Json
  /** Position of the item; -1 where there is none. */
  index = -1
  /** Key of the item when an object is iterated. */
  key: string | null = null
  /** What `reduce` has so far; undefined outside the body of a `reduce`. */
  accumulator: Json | undefined = undefined

  constructor(parent: Frame | null, root: Json, data: Json) {
    this.parent = parent
    this.depth = parent === null ? 0 : parent.depth + 1
    this.root = root
    this.data = data
  }

  /** A scope inside `parent`. */
  static inside(parent: Frame, data: Json): Frame {
    return new Frame(parent, parent.root, data)
  }
}

/** The scope of rules that never look at their scopes. */
export const NO_FRAME = new Frame(null, null, null)
