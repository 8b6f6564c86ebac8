import type { Json } from '../../std/json.ts'
import { notANumber } from '../failure.ts'
import type { Meter } from '../meter.ts'
import type { Operator } from '../node.ts'
import { durationText } from '../values/duration.ts'
import { asFactor, toNumber } from '../values/number.ts'
import { asDuration } from '../values/time.ts'
import { type Arithmetic, buildMany, foldItems, isComputed } from './arithmetic.ts'
import { constantsFirst } from './plus.ts'

const multiply = (a: number, b: number) => a * b
const code: Arithmetic = { numbers: multiply, divides: false }

export const times: Operator = {
  name: '*',
  summary: 'The product of numbers, or of a duration and a number.',
  args: {
    '...values': 'Numbers, numeric texts, true (1), false, null and "" (0); or one computed array of them',
  },
  example: {
    rule: { '*': [{ var: 'price' }, { var: 'quantity' }] },
    data: { price: 3, quantity: 4 },
    result: 12,
  },
  foldable: true,
  simplify: constantsFirst,
  build(call, builder) {
    const [first, second] = call.args
    if (first === undefined) return () => 1
    const { meter } = builder
    const left = builder.build(first)
    if (second === undefined) {
      const list = isComputed(first)
      return (data, frame) => {
        const value = left(data, frame)
        if (!Array.isArray(value) || !list) return toNumber(value, meter)
        return value.length === 0 ? 1 : foldItems(value, code, meter)
      }
    }
    if (call.args.length > 2) return buildMany(call.args, builder, code)
    const right = builder.build(second)
    return (data, frame) => {
      const a = left(data, frame)
      const b = right(data, frame)
      return typeof a === 'number' && typeof b === 'number' ? a * b : multiplyValues(a, b, meter)
    }
  },
}

function multiplyValues(a: Json, b: Json, meter: Meter): Json {
  const length = asDuration(a, meter)
  if (length !== undefined) return scaled(length, b, meter)
  const other = asDuration(b, meter)
  return other === undefined ? toNumber(a, meter) * toNumber(b, meter) : scaled(other, a, meter)
}

/** A factor that is not finite leaves the duration as it is. */
function scaled(length: number, value: Json, meter: Meter): string {
  const factor = asFactor(value, meter)
  if (factor === undefined) throw notANumber()
  return durationText(Number.isFinite(factor) ? length * factor : length)
}
