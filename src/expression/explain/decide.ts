import type { CallNode } from '../node.ts'
import { isTruthy } from '../truth.ts'
import type { Decision } from './explanation.ts'
import type { Evaluation } from './record.ts'
import type { View } from './view.ts'

const MAX_DEPTH = 40
const MAX_EACH = 10

type Item = readonly (number | string)[]

/** The operand because of which an evaluation came out as it did: down to a variable or to a comparison of two values. */
export function decisionOf(evaluation: Evaluation, view: View, item: Item = [], depth = 0): Decision {
  const { node } = evaluation
  const here = evaluation.item === undefined ? item : [...item, evaluation.item]
  const deeper = (part: Evaluation) => decisionOf(part, view, here, depth + 1)
  if (node.kind === 'call' && depth < MAX_DEPTH) {
    const [only, ...others] = decidingParts(evaluation, node)
    if (only !== undefined && others.length === 0) return deeper(only)
    if (only !== undefined)
      return { ...itself(evaluation, view, here), each: [only, ...others].slice(0, MAX_EACH).map(deeper) }
    const operands = view.operands(evaluation, node)
    if (operands.length > 0) return { ...itself(evaluation, view, here), operands }
  }
  return itself(evaluation, view, here)
}

function itself(evaluation: Evaluation, view: View, item: Item): Decision {
  const { result } = view.outcome(evaluation)
  return {
    ...view.expression(evaluation),
    ...(result !== undefined && { result }),
    ...(item.length > 0 && { item: [...item] }),
  }
}

/** One part that alone made the call what it is, or those that did it together; none when the call itself decided. */
function decidingParts({ parts, value }: Evaluation, call: CallNode): readonly Evaluation[] {
  const last = parts.at(-1)
  if (last?.value === undefined || value === undefined) return []
  const is = isTruthy(value)
  switch (call.operator.name) {
    case 'and':
      return is ? parts : [last].filter(isUntrue)
    case 'or':
      return is ? [last].filter(isTrue) : parts
    case '!':
    case '!!':
      return last.node.kind === 'call' ? [last] : []
    case 'if':
    case '??':
      return [last]
    case 'all':
      return is ? [] : lastItem(last, false)
    case 'some':
      return is ? lastItem(last, true) : []
    case 'none':
      return is ? [] : lastItem(last, true)
    default:
      return []
  }
}

/** The item that made an iterator stop; it is not there when too much happened to see it. */
function lastItem(last: Evaluation, truth: boolean): Evaluation[] {
  return last.item !== undefined && isTrue(last) === truth ? [last] : []
}

function isTrue({ value }: Evaluation): boolean {
  return value !== undefined && isTruthy(value)
}

function isUntrue({ value }: Evaluation): boolean {
  return value !== undefined && !isTruthy(value)
}
