import type { Json } from '../../std/json.ts'
import type { Meter } from '../meter.ts'
import type { Operator } from '../node.ts'
import { toNumber } from '../values/number.ts'
import { subtractTimes } from '../values/time-arithmetic.ts'
import { type Arithmetic, buildArithmetic } from './arithmetic.ts'

const code: Arithmetic = {
  alone: (value, meter) => -toNumber(value, meter),
  writtenLists: true,
  divides: false,
  numbers: (a, b) => a - b,
  pair: (left, right, meter) => (data, frame) => {
    const a = left(data, frame)
    const b = right(data, frame)
    return typeof a === 'number' && typeof b === 'number' ? a - b : subtractValues(a, b, meter)
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

function subtractValues(a: Json, b: Json, meter: Meter): Json {
  return subtractTimes(a, b, meter) ?? toNumber(a, meter) - toNumber(b, meter)
}
