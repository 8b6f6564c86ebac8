import type { Json } from '../../std/json.ts'
import type { Evaluation } from './evaluation.ts'
import type { Report } from './report.ts'

/** One keyword, or a few that belong together, of one schema; or a whole schema, which is the same from outside. */
export interface Rule {
  test(value: Json): boolean
  /**
   * Whether `explain` looks for itself what is wrong, and tells nothing of a value that passes. The others are asked for
   * values only that failed the test.
   */
  readonly looks?: true
  /** Tells what is wrong with a value. `path` is its place. */
  explain(value: Json, path: string, report: Report): void
  /** Notes which members and items of a value that passed the test were looked at. */
  mark?(value: Json, marks: Marks): void
}

/** Which parts of one value were evaluated, for `unevaluatedProperties` and `unevaluatedItems`. */
export class Marks {
  allMembers = false
  allItems = false
  readonly members = new Set<string>()
  /** So many items from the first one on. */
  firstItems = 0
  readonly items = new Set<number>()

  hasItem(index: number): boolean {
    return this.allItems || index < this.firstItems || this.items.has(index)
  }
}

/** What a keyword is built from. */
export interface Build {
  readonly evaluation: Evaluation
  /** The schema that lies there, seen from the schema that is built. */
  child(...tokens: (string | number)[]): Rule
  reference(keyword: '$ref' | '$dynamicRef'): Rule
}
