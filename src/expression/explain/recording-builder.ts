import { ClosureBuilder } from '../build.ts'
import type { Evaluate } from '../evaluate.ts'
import type { Body, CallNode, Node, Operator } from '../node.ts'
import { variable } from '../operators/variable.ts'
import { Recording } from './record.ts'

/** Stands for a variable whose path is known. */
const VEIL: Operator = { ...variable, name: '' }

/**
 * Builds the same code as always, but each node reports what it is evaluated to. The operators are those of every
 * rule, so what is explained is what happens.
 */
export class RecordingBuilder extends ClosureBuilder {
  readonly recording = new Recording()
  private readonly originals = new Map<Node, Node>()
  private readonly bodies = new Set<Node>()

  override build(node: Node): Evaluate {
    const original = this.originals.get(node)
    if (original !== undefined) return this.build(original)
    if (node.kind === 'literal') return super.build(node)
    const run = super.build(node.kind === 'call' ? this.withoutShortcuts(node) : node)
    const isBody = this.bodies.has(node)
    const { recording } = this
    return (data, frame) => recording.run(node, isBody, run, data, frame)
  }

  override body(node: Node): Body {
    this.bodies.add(this.originals.get(node) ?? node)
    return super.body(node)
  }

  /** Operators look into their arguments to do the work of them at once; behind a veil they have to evaluate them. */
  private withoutShortcuts(call: CallNode): CallNode {
    const { operator } = call
    const args = call.args.map((arg, index) =>
      index === operator.body && meansMore(operator, arg) ? arg : this.veiled(arg),
    )
    return { ...call, args }
  }

  /** A call of the same weight that nobody recognizes. */
  private veiled(node: Node): Node {
    if (node.kind !== 'path' && node.kind !== 'call') return node
    const veil: CallNode =
      node.kind === 'call'
        ? { ...node, operator: { ...node.operator, name: '' } }
        : { kind: 'call', operator: VEIL, args: node.fallback === null ? [] : [node.fallback], list: true }
    this.originals.set(veil, node)
    return veil
  }
}

/** Whether an operator reads its body in a way of its own: a shortcut with a result that the body alone does not have. */
function meansMore({ name }: Operator, body: Node): boolean {
  if (name === 'sort') return true
  if (name !== 'filter' || body.kind !== 'call') return false
  return body.operator.name === '===' || body.operator.name === '!=='
}
