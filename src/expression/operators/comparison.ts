import type { Json } from '../../std/json.ts'
import type { Evaluate } from '../evaluate.ts'
import { invalidArguments } from '../failure.ts'
import type { Meter } from '../meter.ts'
import { type Builder, type CallNode, isLiteral, type Node, type Operator } from '../node.ts'
import { compareValues } from '../values/order.ts'

type Holds = (a: Json, b: Json, meter: Meter) => boolean
type Against = (read: Evaluate, limit: number, meter: Meter) => Evaluate

interface Ordering {
  /** Any two values. */
  readonly holds: Holds
  /** An operand against a number written in the rule. */
  readonly right: Against
  /** A number written in the rule against an operand. */
  readonly left: Against
}

const below: Holds = (a, b, meter) =>
  typeof a === 'number' && typeof b === 'number' ? a < b : compareValues(a, b, meter) < 0
const notAbove: Holds = (a, b, meter) =>
  typeof a === 'number' && typeof b === 'number' ? a <= b : compareValues(a, b, meter) <= 0
const above: Holds = (a, b, meter) =>
  typeof a === 'number' && typeof b === 'number' ? a > b : compareValues(a, b, meter) > 0
const notBelow: Holds = (a, b, meter) =>
  typeof a === 'number' && typeof b === 'number' ? a >= b : compareValues(a, b, meter) >= 0

const isBelow: Against = (read, limit, meter) => (data, frame) => {
  const value = read(data, frame)
  return typeof value === 'number' ? value < limit : compareValues(value, limit, meter) < 0
}
const isNotAbove: Against = (read, limit, meter) => (data, frame) => {
  const value = read(data, frame)
  return typeof value === 'number' ? value <= limit : compareValues(value, limit, meter) <= 0
}
const isAbove: Against = (read, limit, meter) => (data, frame) => {
  const value = read(data, frame)
  return typeof value === 'number' ? value > limit : compareValues(value, limit, meter) > 0
}
const isNotBelow: Against = (read, limit, meter) => (data, frame) => {
  const value = read(data, frame)
  return typeof value === 'number' ? value >= limit : compareValues(value, limit, meter) >= 0
}

export const lessThan = ordering('<', 'before', { holds: below, right: isBelow, left: isAbove })
export const lessOrEqual = ordering('<=', 'before or equal to', {
  holds: notAbove,
  right: isNotAbove,
  left: isNotBelow,
})
export const greaterThan = ordering('>', 'after', { holds: above, right: isAbove, left: isBelow })
export const greaterOrEqual = ordering('>=', 'after or equal to', {
  holds: notBelow,
  right: isNotBelow,
  left: isNotAbove,
})

function ordering(name: string, words: string, code: Ordering): Operator {
  return {
    name,
    summary: `Whether each argument is ${words} the next: numbers, texts by code point, dates and durations.`,
    args: { '...values': 'Two or more values' },
    example: { rule: { [name]: [{ var: 'total' }, 100] }, data: { total: 100 }, result: name.includes('=') },
    foldable: true,
    boolean: true,
    build: (call, builder) => buildOrdering(call, builder, code),
  }
}

function buildOrdering(call: CallNode, builder: Builder, code: Ordering): Evaluate {
  const [first, second] = call.args
  if (first === undefined || second === undefined) return failing()
  if (call.args.length > 2) return buildChain(call.args, builder, code.holds)
  const { meter } = builder
  const left = builder.build(first)
  const right = builder.build(second)
  if (isLiteral(second) && typeof second.value === 'number') return code.right(left, second.value, meter)
  if (isLiteral(first) && typeof first.value === 'number') return code.left(right, first.value, meter)
  const { holds } = code
  return (data, frame) => holds(left(data, frame), right(data, frame), meter)
}

/** Pair by pair; an argument is evaluated when the pair before it holds. */
function buildChain(args: readonly Node[], builder: Builder, holds: Holds): Evaluate {
  const { meter } = builder
  const [first, ...rest] = args.map(arg => builder.build(arg))
  if (first === undefined) return failing()
  return (data, frame) => {
    let previous = first(data, frame)
    for (const run of rest) {
      const next = run(data, frame)
      if (!holds(previous, next, meter)) return false
      previous = next
    }
    return true
  }
}

/** The code of a call with too few arguments. */
export function failing(): Evaluate {
  return () => {
    throw invalidArguments()
  }
}
