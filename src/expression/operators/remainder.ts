import type { Json } from '../../std/json.ts'
import { invalidArguments } from '../failure.ts'
import type { Operator } from '../node.ts'
import { toNumber } from '../values/number.ts'
import { isComputed, zeroDivision } from './arithmetic.ts'
import { failing } from './comparison.ts'

export const remainder: Operator = {
  name: '%',
  summary: 'The remainder of a division, with the sign of the dividend.',
  args: { dividend: 'A number, or a computed array of two', 'divisor?': 'A number' },
  example: { rule: { '%': [{ var: 'n' }, 3] }, data: { n: 8 }, result: 2 },
  foldable: true,
  build(call, builder) {
    const [first, second] = call.args
    if (first === undefined) return failing()
    const left = builder.build(first)
    if (second === undefined) {
      if (!isComputed(first)) return failing()
      return (data, frame) => {
        const value = left(data, frame)
        if (!Array.isArray(value) || value.length < 2) throw invalidArguments()
        return remainderOf(value[0] ?? null, value[1] ?? null)
      }
    }
    const right = builder.build(second)
    return (data, frame) => remainderOf(left(data, frame), right(data, frame))
  },
}

function remainderOf(a: Json, b: Json): number {
  const dividend = toNumber(a)
  const divisor = toNumber(b)
  if (divisor !== 0) return dividend % divisor
  return zeroDivision(dividend, typeof a === 'number' && typeof b === 'number')
}
