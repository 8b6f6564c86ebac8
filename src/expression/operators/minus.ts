import type { Json } from '../../std/json.ts'
import type { Meter } from '../meter.ts'
import type { Operator } from '../node.ts'
import { difference, EXACT, integer, type Numeric, toNumeric } from '../values/integer.ts'
import { subtractTimes } from '../values/time-arithmetic.ts'
import { type Arithmetic, buildArithmetic } from './arithmetic.ts'

const code: Arithmetic = {
  alone: negated,
  writtenLists: true,
  divides: false,
  numbers: difference,
  pair: (left, right, meter) => (data, frame) => {
    const a = left(data, frame)
    const b = right(data, frame)
    if (typeof a !== 'number' || typeof b !== 'number') return subtractValues(a, b, meter)
    const result = a - b
    return result <= EXACT && result >= -EXACT ? result : difference(a, b)
  },
}

export const minus: Operator = {
  name: '-',
  summary: 'The first number less the others; one number negated; dates and durations.',
  args: {
    '...values': 'Numbers, numeric texts, true (1), false, null and "" (0); or one computed array of them',
  },
  example: { rule: { '-': [{ var: 'gross' }, { var: 'tax' }] }, data: { gross: 119, tax: 19 }, result: 100 },
  foldable: true,
  build: (call, builder) => buildArithmetic(call, builder, code),
}

function negated(value: Json, meter: Meter): Numeric {
  const number = toNumeric(value, meter)
  return typeof number === 'bigint' ? integer(-number) : -number
}

function subtractValues(a: Json, b: Json, meter: Meter): Json {
  return subtractTimes(a, b, meter) ?? difference(toNumeric(a, meter), toNumeric(b, meter))
}
