import type { Json } from '../../std/json.ts'
import { invalidArguments } from '../failure.ts'
import type { Meter } from '../meter.ts'
import type { Operator } from '../node.ts'
import { toNumber } from '../values/number.ts'
import { type Arithmetic, buildMany, foldItems, zeroDivision } from './arithmetic.ts'
import { failing } from './comparison.ts'

const code: Arithmetic = { numbers: (a, b) => a % b, divides: true }

export const remainder: Operator = {
  name: '%',
  summary: 'The remainder of a division, with the sign of the dividend; more divisors go on from there.',
  args: { dividend: 'A number, or an array of two or more', '...divisors': 'Numbers' },
  example: { rule: { '%': [{ var: 'n' }, 3] }, data: { n: 8 }, result: 2 },
  foldable: true,
  build(call, builder) {
    const [first, second] = call.args
    if (first === undefined) return failing()
    const { meter } = builder
    const left = builder.build(first)
    if (second === undefined) {
      return (data, frame) => {
        const value = left(data, frame)
        if (!Array.isArray(value) || value.length < 2) throw invalidArguments()
        return foldItems(value, code, meter)
      }
    }
    if (call.args.length > 2) return buildMany(call.args, builder, code)
    const right = builder.build(second)
    return (data, frame) => {
      const a = left(data, frame)
      const b = right(data, frame)
      return typeof a === 'number' && typeof b === 'number' && b !== 0 ? a % b : remainderOf(a, b, meter)
    }
  },
}

function remainderOf(a: Json, b: Json, meter: Meter): number {
  const dividend = toNumber(a, meter)
  const divisor = toNumber(b, meter)
  if (divisor !== 0) return dividend % divisor
  return zeroDivision(dividend, typeof a === 'number' && typeof b === 'number')
}
