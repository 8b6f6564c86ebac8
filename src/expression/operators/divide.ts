import type { Json } from '../../std/json.ts'
import { notANumber } from '../failure.ts'
import type { Meter } from '../meter.ts'
import type { Operator } from '../node.ts'
import { isNumeric, quotient, toNumeric } from '../values/integer.ts'
import { toNumber } from '../values/number.ts'
import { divideTimes } from '../values/time-arithmetic.ts'
import { type Arithmetic, buildArithmetic, zeroDivision } from './arithmetic.ts'

const code: Arithmetic = {
  pair: (left, right, meter) => (data, frame) => {
    const a = left(data, frame)
    const b = right(data, frame)
    return typeof a === 'number' && typeof b === 'number' && b !== 0 ? a / b : divideValues(a, b, meter)
  },
  numbers: quotient,
  alone: inverse,
  writtenLists: true,
  divides: true,
}

export const divide: Operator = {
  name: '/',
  summary: 'The first number divided by the others; one number inverted; a duration by a number.',
  args: {
    '...values': 'Numbers, numeric texts, true (1), false, null and "" (0); or one computed array of them',
  },
  example: { rule: { '/': [{ var: 'total' }, { var: 'count' }] }, data: { total: 12, count: 4 }, result: 3 },
  foldable: true,
  build: (call, builder) => buildArithmetic(call, builder, code),
}

function inverse(value: Json, meter: Meter): number {
  const number = toNumber(value, meter)
  if (number === 0) throw notANumber()
  return 1 / number
}

function divideValues(a: Json, b: Json, meter: Meter): Json {
  const length = divideTimes(a, b, meter)
  if (length !== undefined) return length
  const dividend = toNumeric(a, meter)
  const divisor = toNumeric(b, meter)
  return divisor === 0 ? zeroDivision(dividend, isNumeric(a) && isNumeric(b)) : quotient(dividend, divisor)
}
