import type { Evaluate } from '../evaluate.ts'
import { type Builder, type CallNode, isLiteral, literal, type Node, type Operator } from '../node.ts'
import { isTruthy } from '../truth.ts'
import { failing } from './comparison.ts'

/** `?:` is the same operator under another name. */
export const conditional: Operator = {
  name: 'if',
  aliases: ['?:'],
  summary: 'The value after the first true condition, else the last argument, else null.',
  args: { '...branches': 'condition, value, condition, value, ..., and perhaps a value for else' },
  example: {
    rule: {
      if: [{ '>': [{ var: 'total' }, 1000] }, 'large', { '>': [{ var: 'total' }, 100] }, 'medium', 'small'],
    },
    data: { total: 250 },
    result: 'medium',
  },
  foldable: true,
  simplify: withoutLiterals,
  build: buildIf,
}

/** Drops branches whose condition is written in the rule. */
function withoutLiterals(call: CallNode): Node {
  if (!call.list) return call
  const args: Node[] = []
  let at = 0
  for (; at + 1 < call.args.length; at += 2) {
    const [condition, value] = call.args.slice(at, at + 2)
    if (condition === undefined || value === undefined) break
    if (!isLiteral(condition)) args.push(condition, value)
    else if (isTruthy(condition.value)) return ending(call, [...args, value])
  }
  return ending(call, [...args, ...call.args.slice(at)])
}

function ending(call: CallNode, args: readonly Node[]): Node {
  const [only] = args
  if (only === undefined) return literal(null)
  return args.length === 1 ? only : { ...call, args }
}

function buildIf(call: CallNode, builder: Builder): Evaluate {
  if (!call.list) return failing()
  const conditions: Evaluate[] = []
  const values: Evaluate[] = []
  let at = 0
  for (; at + 1 < call.args.length; at += 2) {
    const [condition, value] = call.args.slice(at, at + 2)
    if (condition === undefined || value === undefined) break
    conditions.push(builder.test(condition))
    values.push(builder.build(value))
  }
  const otherwise = call.args[at]
  return branches(conditions, values, otherwise === undefined ? () => null : builder.build(otherwise))
}

function branches(
  conditions: readonly Evaluate[],
  values: readonly Evaluate[],
  otherwise: Evaluate,
): Evaluate {
  const [condition, second] = conditions
  const [value, secondValue] = values
  if (condition === undefined || value === undefined) return otherwise
  if (second === undefined || secondValue === undefined) {
    return (data, frame) => (condition(data, frame) === true ? value(data, frame) : otherwise(data, frame))
  }
  const rest = branches(conditions.slice(2), values.slice(2), otherwise)
  return (data, frame) => {
    if (condition(data, frame) === true) return value(data, frame)
    return second(data, frame) === true ? secondValue(data, frame) : rest(data, frame)
  }
}
