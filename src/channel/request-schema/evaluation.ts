import type { Resource } from './document.ts'

/** Steps that one validation may take: one for each schema applied to a value, more for texts and comparisons. */
const MAX_STEPS = 1_000_000

/** What looking a name up in a value costs. */
export const STEPS_PER_NAME = 0.5

/** Schemas within schemas that are being applied at a time; far below what the stack holds. */
const MAX_NESTING = 2500

/** Ends a validation that takes too long. */
export class TooMuchWork extends Error {
  override readonly name = 'TooMuchWork'
}

/** What one validation has left and where it is. Validations are synchronous, so each compiled schema has one. */
export class Evaluation {
  private remaining = 0
  private nesting = 0
  /** The schema resources entered so far, outermost first; kept only for schemas that ask for it. */
  readonly scope: Resource[]

  constructor(root: Resource) {
    this.scope = [root]
  }

  restart(): void {
    this.remaining = MAX_STEPS
    this.nesting = 0
    this.scope.length = 1
  }

  charge(steps: number): void {
    this.remaining -= steps
    if (this.remaining < 0) throw new TooMuchWork(`It takes more than ${MAX_STEPS} steps`)
  }

  /** Begins to apply a schema. */
  enter(): void {
    if (++this.nesting > MAX_NESTING) throw new TooMuchWork(`It nests more than ${MAX_NESTING} schemas`)
    this.charge(1)
  }

  leave(): void {
    this.nesting--
  }
}
