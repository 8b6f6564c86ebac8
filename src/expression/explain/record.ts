import type { Json } from '../../std/json.ts'
import type { Evaluate, Frame } from '../evaluate.ts'
import { ExpressionError } from '../expression.ts'
import type { Node } from '../node.ts'

/** One evaluation of one node, and what was evaluated on its behalf. */
export interface Evaluation {
  readonly node: Node
  readonly parts: Evaluation[]
  value: Json | undefined
  error: ExpressionError | undefined
  /** Index or key of the item when the node is the body of an iterator. */
  readonly item: number | string | undefined
}

interface Running extends Evaluation {
  readonly parts: Running[]
  readonly frame: Frame
  /** Evaluations of a body so far. */
  items: number
  /** Evaluations that are kept in this one, itself included. */
  size: number
}

/** Of a body, the first evaluations are kept and the last, which is the one that decided when the iterator stopped early. */
const KEPT_ITEMS = 3
const MAX_KEPT = 2000
/** Evaluations that are looked at; what comes after them costs little more than without an explanation. */
const MAX_SEEN = 10_000

/** What happens while a rule is evaluated once. Evaluations are synchronous, so each rule needs but one. */
export class Recording {
  root: Evaluation | undefined
  private current: Running | undefined
  private kept = 0
  private left = 0

  /** Forgets the evaluation before. Nothing is recorded when nobody `wants` to know. */
  begin(wants: boolean): void {
    this.root = undefined
    this.current = undefined
    this.kept = 0
    this.left = wants ? MAX_SEEN : 0
  }

  /** `data` and `frame` go through to `evaluate`, and so does what it gives or throws. */
  run(node: Node, isBody: boolean, evaluate: Evaluate, data: Json, frame: Frame): Json {
    if (this.left <= 0) return evaluate(data, frame)
    this.left--
    const parent = this.current
    const item = isBody && parent !== undefined ? itemOf(parent, frame) : undefined
    const made: Running = {
      node,
      parts: [],
      value: undefined,
      error: undefined,
      item,
      frame,
      items: 0,
      size: 1,
    }
    this.current = made
    try {
      const value = evaluate(data, frame)
      made.value = value
      return value
    } catch (error) {
      if (error instanceof ExpressionError) made.error = error
      throw error
    } finally {
      this.current = parent
      this.keep(made, parent)
    }
  }

  private keep(made: Running, parent: Running | undefined): void {
    if (parent === undefined) {
      this.root = made
      return
    }
    if (made.item !== undefined) this.forgetLast(made.node, parent)
    if (this.kept >= MAX_KEPT) {
      this.kept -= made.size - 1
      return
    }
    this.kept++
    parent.size += made.size
    parent.parts.push(made)
  }

  /** Makes room for one more evaluation of a body. */
  private forgetLast(body: Node, parent: Running): void {
    const last = parent.parts.at(-1)
    if (last?.node !== body || parent.items <= KEPT_ITEMS + 1) return
    parent.parts.pop()
    parent.size -= last.size
    this.kept -= last.size
  }
}

/** An iterator whose body does not look at its scope leaves the frame as it is, so its items are counted. */
function itemOf(parent: Running, frame: Frame): number | string {
  const count = parent.items++
  return frame === parent.frame ? count : (frame.key ?? frame.index)
}
