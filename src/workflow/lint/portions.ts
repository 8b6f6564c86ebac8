import type { Portions } from '../../std/portions.ts'
import type { Finding } from '../../versioning/finding.ts'

/** Portions of the work between two turns. */
const PORTION = 200

/** Does the work with a turn for others, told by an empty portion, now and then. */
export function* inPortions<Result>(work: Portions<Result>): Generator<Finding[], Result> {
  for (let count = 1; ; count++) {
    const next = work.next()
    if (next.done === true) return next.value
    if (count % PORTION === 0) yield []
  }
}
