import type { Portions } from '../../std/portions.ts'
import type { Finding } from '../../versioning/finding.ts'

/** Does the work with a turn for others, told by an empty portion, after each of its own. */
export function* inPortions<Result>(work: Portions<Result>): Generator<Finding[], Result> {
  for (;;) {
    const next = work.next()
    if (next.done === true) return next.value
    yield []
  }
}
