import type { Json } from '../../std/json.ts'
import { invalidArguments } from '../failure.ts'
import type { Meter } from '../meter.ts'
import type { Operator } from '../node.ts'
import { utcText } from '../values/datetime.ts'
import { durationText } from '../values/duration.ts'
import { toNumber } from '../values/number.ts'
import { asDateTime, asDuration } from '../values/time.ts'
import { type Arithmetic, buildMany, foldItems } from './arithmetic.ts'
import { failing } from './comparison.ts'

const subtract = (a: number, b: number) => a - b
const code: Arithmetic = { numbers: subtract, divides: false }

export const minus: Operator = {
  name: '-',
  summary: 'The first number less the others; one number negated; dates and durations.',
  args: {
    '...values': 'Numbers, numeric texts, true (1), false, null and "" (0); or one computed array of them',
  },
  example: { rule: { '-': [{ var: 'gross' }, { var: 'tax' }] }, data: { gross: 119, tax: 19 }, result: 100 },
  foldable: true,
  build(call, builder) {
    const [first, second] = call.args
    if (first === undefined) return failing()
    const { meter } = builder
    const left = builder.build(first)
    if (second === undefined) {
      return (data, frame) => {
        const value = left(data, frame)
        if (!Array.isArray(value)) return -toNumber(value, meter)
        if (value.length === 0) throw invalidArguments()
        return foldItems(value, code, meter)
      }
    }
    if (call.args.length > 2) return buildMany(call.args, builder, code)
    const right = builder.build(second)
    return (data, frame) => {
      const a = left(data, frame)
      const b = right(data, frame)
      return typeof a === 'number' && typeof b === 'number' ? a - b : subtractValues(a, b, meter)
    }
  },
}

function subtractValues(a: Json, b: Json, meter: Meter): Json {
  return subtractTimes(a, b, meter) ?? toNumber(a, meter) - toNumber(b, meter)
}

function subtractTimes(a: Json, b: Json, meter: Meter): string | undefined {
  if (typeof a === 'number' || typeof b === 'number') return undefined
  const date = asDateTime(a, meter)
  const length = asDuration(b, meter)
  if (date !== undefined) {
    if (length !== undefined) return utcText(date.seconds - length)
    const other = asDateTime(b, meter)
    return other === undefined
      ? undefined
      : durationText(date.seconds - other.seconds + (date.nanos - other.nanos) / 1e9)
  }
  const first = asDuration(a, meter)
  return first === undefined || length === undefined ? undefined : durationText(first - length)
}
