import type { Json } from '../../std/json.ts'
import { invalidArguments, notANumber } from '../failure.ts'
import type { Meter } from '../meter.ts'
import type { Operator } from '../node.ts'
import { durationText } from '../values/duration.ts'
import { asFactor, toNumber } from '../values/number.ts'
import { asDuration } from '../values/time.ts'
import { type Arithmetic, buildMany, foldItems, zeroDivision } from './arithmetic.ts'
import { failing } from './comparison.ts'

const code: Arithmetic = { numbers: (a, b) => a / b, divides: true }

export const divide: Operator = {
  name: '/',
  summary: 'The first number divided by the others; one number inverted; a duration by a number.',
  args: {
    '...values': 'Numbers, numeric texts, true (1), false, null and "" (0); or one computed array of them',
  },
  example: { rule: { '/': [{ var: 'total' }, { var: 'count' }] }, data: { total: 12, count: 4 }, result: 3 },
  foldable: true,
  build(call, builder) {
    const [first, second] = call.args
    if (first === undefined) return failing()
    const { meter } = builder
    const left = builder.build(first)
    if (second === undefined) {
      return (data, frame) => {
        const value = left(data, frame)
        if (!Array.isArray(value)) return inverse(value, meter)
        if (value.length === 0) throw invalidArguments()
        return foldItems(value, code, meter)
      }
    }
    if (call.args.length > 2) return buildMany(call.args, builder, code)
    const right = builder.build(second)
    return (data, frame) => {
      const a = left(data, frame)
      const b = right(data, frame)
      return typeof a === 'number' && typeof b === 'number' && b !== 0 ? a / b : divideValues(a, b, meter)
    }
  },
}

function inverse(value: Json, meter: Meter): number {
  const number = toNumber(value, meter)
  if (number === 0) throw notANumber()
  return 1 / number
}

function divideValues(a: Json, b: Json, meter: Meter): Json {
  const length = asDuration(a, meter)
  if (length !== undefined) return divided(length, b, meter)
  const dividend = toNumber(a, meter)
  const divisor = toNumber(b, meter)
  return divisor === 0
    ? zeroDivision(dividend, typeof a === 'number' && typeof b === 'number')
    : dividend / divisor
}

function divided(length: number, value: Json, meter: Meter): string {
  const divisor = asFactor(value, meter)
  if (divisor === undefined || divisor === 0) throw notANumber()
  return durationText(Number.isNaN(divisor) ? length : length / divisor)
}
