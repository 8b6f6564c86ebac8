import { readsFrame } from '../build-path.ts'
import { type Body, type Builder, isLiteral, type Node, type PathNode } from '../node.ts'
import { readSteps } from '../path.ts'
import { deepEquals } from '../values/equality.ts'

/**
 * `===` and `!==` between a variable of the item and a constant or a variable from outside, as the body of `filter`: the
 * reference compares what is stored, so dates are texts, and a missing field equals nothing, not even null.
 */
export function rawComparison(node: Node, builder: Builder): Body | undefined {
  if (node.kind !== 'call' || node.args.length !== 2) return undefined
  const { name } = node.operator
  if (name !== '===' && name !== '!==') return undefined
  const [left, right] = node.args
  if (left === undefined || right === undefined) return undefined
  const field = isField(left) ? left : isField(right) ? right : undefined
  const other = field === left ? right : left
  if (field === undefined || !(isLiteral(other) || isOuter(other))) return undefined
  const wanted = name === '==='
  const { steps } = field
  const { meter } = builder
  const body = builder.body(other)
  return {
    ...body,
    run: (data, frame) => {
      const value = readSteps(data, steps)
      if (value === undefined) return !wanted
      return deepEquals(value, body.run(data, frame), meter) === wanted
    },
  }
}

function isField(node: Node): node is PathNode {
  return node.kind === 'path' && node.fallback === null && !readsFrame(node)
}

function isOuter(node: Node): boolean {
  return node.kind === 'path' && node.fallback === null && node.level !== null && node.level !== 0
}
