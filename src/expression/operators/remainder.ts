import type { Json } from '../../std/json.ts'
import { invalidArguments } from '../failure.ts'
import type { Meter } from '../meter.ts'
import type { Operator } from '../node.ts'
import { isNumeric, type Numeric, rest, toNumeric } from '../values/integer.ts'
import { type Arithmetic, buildArithmetic, zeroDivision } from './arithmetic.ts'

const code: Arithmetic = {
  pair: (left, right, meter) => (data, frame) => remainderOf(left(data, frame), right(data, frame), meter),
  numbers: rest,
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

function remainderOf(a: Json, b: Json, meter: Meter): Numeric {
  if (typeof a === 'number' && typeof b === 'number' && b !== 0) return a % b
  const dividend = toNumeric(a, meter)
  const divisor = toNumeric(b, meter)
  return divisor === 0 ? zeroDivision(dividend, isNumeric(a) && isNumeric(b)) : rest(dividend, divisor)
}
