import type { Json } from '../../std/json.ts'
import type { Meter } from '../meter.ts'
import { type CallNode, isLiteral, literal, type Node, type Operator, type Rewrite } from '../node.ts'
import { EXACT, sum, toNumeric } from '../values/integer.ts'
import { addTimes } from '../values/time-arithmetic.ts'
import { type Arithmetic, buildArithmetic } from './arithmetic.ts'

const code: Arithmetic = {
  pair: (left, right, meter) => (data, frame) => {
    const a = left(data, frame)
    const b = right(data, frame)
    if (typeof a !== 'number' || typeof b !== 'number') return addValues(a, b, meter)
    const result = a + b
    return result <= EXACT && result >= -EXACT ? result : sum(a, b)
  },
  numbers: sum,
  alone: toNumeric,
  empty: 0,
  writtenLists: false,
  divides: false,
}

export const plus: Operator = {
  name: '+',
  summary: 'The sum of numbers; a date and a duration, or two durations.',
  args: {
    '...values': 'Numbers, numeric texts, true (1), false, null and "" (0); or one computed array of them',
  },
  example: { rule: { '+': [{ var: 'net' }, { var: 'tax' }] }, data: { net: 100, tax: 19 }, result: 119 },
  foldable: true,
  simplify: constantsFirst,
  build: (call, builder) => buildArithmetic(call, builder, code),
}

function addValues(a: Json, b: Json, meter: Meter): Json {
  return addTimes(a, b, meter) ?? sum(toNumeric(a, meter), toNumeric(b, meter))
}

/**
 * Two or more constants beside something computed are combined first and moved to the front, as the reference's
 * optimiser does; constants that cannot be combined stay where they are.
 */
export function constantsFirst(call: CallNode, rewrite: Rewrite): Node {
  const constants = call.args.filter(isLiteral)
  if (constants.length < 2 || constants.length === call.args.length) return call
  const combined = rewrite.call(call.operator.name, constants)
  if (!isLiteral(combined)) return call
  return { ...call, args: [literal(combined.value), ...call.args.filter(arg => !isLiteral(arg))] }
}
