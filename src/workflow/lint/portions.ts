import type { Finding } from '../../versioning/finding.ts'
import type { Subject } from './subject.ts'

/** Expressions that are read between two turns. */
const PORTION = 200

/** Opens a workflow with a turn for others, told by an empty portion, now and then. */
export function* inPortions(opening: Generator<void, Subject>): Generator<Finding[], Subject> {
  for (let count = 1; ; count++) {
    const { done, value } = opening.next()
    if (done === true) return value
    if (count % PORTION === 0) yield []
  }
}
