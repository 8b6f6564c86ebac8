import type { Json } from '../../std/json.ts'
import { invalidArguments } from '../failure.ts'
import type { Meter } from '../meter.ts'
import type { Operator } from '../node.ts'
import { toNumber } from '../values/number.ts'
import { type Arithmetic, buildArithmetic, zeroDivision } from './arithmetic.ts'

const code: Arithmetic = {
  pair: (left, right, meter) => (data, frame) => remainderOf(left(data, frame), right(data, frame), meter),
  numbers: (a, b) => a % b,
  alone() {
    throw invalidArguments()
  },
  least: 2,
  writtenLists: true,
  divides: true,
}

export const remainder: Operator = {
  name: '%',
  summary: 'The remainder of a division, with the sign of the dividend; more divisors go on from there.',
  args: { dividend: 'A number, or an array of two or more', '...divisors': 'Numbers' },
  example: { rule: { '%': [{ var: 'n' }, 3] }, data: { n: 8 }, result: 2 },
  foldable: true,
  build: (call, builder) => buildArithmetic(call, builder, code),
}

function remainderOf(a: Json, b: Json, meter: Meter): number {
  if (typeof a === 'number' && typeof b === 'number' && b !== 0) return a % b
  const dividend = toNumber(a, meter)
  const divisor = toNumber(b, meter)
  if (divisor !== 0) return dividend % divisor
  return zeroDivision(dividend, typeof a === 'number' && typeof b === 'number')
}
