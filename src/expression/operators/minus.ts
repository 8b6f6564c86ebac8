import type { Json } from '../../std/json.ts'
import { invalidArguments } from '../failure.ts'
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
    const left = builder.build(first)
    if (second === undefined) {
      const { meter } = builder
      return (data, frame) => {
        const value = left(data, frame)
        if (!Array.isArray(value)) return -toNumber(value)
        if (value.length === 0) throw invalidArguments()
        return foldItems(value, code, meter)
      }
    }
    if (call.args.length > 2) return buildMany(call.args, builder, code)
    const right = builder.build(second)
    return (data, frame) => {
      const a = left(data, frame)
      const b = right(data, frame)
      return typeof a === 'number' && typeof b === 'number' ? a - b : subtractValues(a, b)
    }
  },
}

function subtractValues(a: Json, b: Json): Json {
  return subtractTimes(a, b) ?? toNumber(a) - toNumber(b)
}

function subtractTimes(a: Json, b: Json): string | undefined {
  if (typeof a === 'number' || typeof b === 'number') return undefined
  const date = asDateTime(a)
  const length = asDuration(b)
  if (date !== undefined) {
    if (length !== undefined) return utcText(date.seconds - length)
    const other = asDateTime(b)
    return other === undefined
      ? undefined
      : durationText(date.seconds - other.seconds + (date.nanos - other.nanos) / 1e9)
  }
  const first = asDuration(a)
  return first === undefined || length === undefined ? undefined : durationText(first - length)
}
