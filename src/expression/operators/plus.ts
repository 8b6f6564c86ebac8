import type { Json } from '../../std/json.ts'
import type { Meter } from '../meter.ts'
import { type CallNode, isLiteral, literal, type Node, type Operator, type Rewrite } from '../node.ts'
import { utcText } from '../values/datetime.ts'
import { durationText } from '../values/duration.ts'
import { toNumber } from '../values/number.ts'
import { asDateTime, asDuration } from '../values/time.ts'
import { type Arithmetic, buildMany, foldItems, isComputed } from './arithmetic.ts'

const add = (a: number, b: number) => a + b
const code: Arithmetic = { numbers: add, divides: false }

export const plus: Operator = {
  name: '+',
  summary: 'The sum of numbers; a date and a duration, or two durations.',
  args: {
    '...values': 'Numbers, numeric texts, true (1), false, null and "" (0); or one computed array of them',
  },
  example: { rule: { '+': [{ var: 'net' }, { var: 'tax' }] }, data: { net: 100, tax: 19 }, result: 119 },
  foldable: true,
  simplify: constantsFirst,
  build(call, builder) {
    const [first, second] = call.args
    if (first === undefined) return () => 0
    const { meter } = builder
    const left = builder.build(first)
    if (second === undefined) {
      const list = isComputed(first)
      return (data, frame) => {
        const value = left(data, frame)
        if (!Array.isArray(value) || !list) return toNumber(value, meter)
        return value.length === 0 ? 0 : foldItems(value, code, meter)
      }
    }
    if (call.args.length > 2) return buildMany(call.args, builder, code)
    const right = builder.build(second)
    return (data, frame) => {
      const a = left(data, frame)
      const b = right(data, frame)
      return typeof a === 'number' && typeof b === 'number' ? a + b : addValues(a, b, meter)
    }
  },
}

function addValues(a: Json, b: Json, meter: Meter): Json {
  return addTimes(a, b, meter) ?? toNumber(a, meter) + toNumber(b, meter)
}

function addTimes(a: Json, b: Json, meter: Meter): string | undefined {
  if (typeof a === 'number' || typeof b === 'number') return undefined
  const length = asDuration(b, meter)
  const date = asDateTime(a, meter)
  if (date !== undefined) return length === undefined ? undefined : utcText(date.seconds + length)
  const first = asDuration(a, meter)
  return first === undefined || length === undefined ? undefined : durationText(first + length)
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
