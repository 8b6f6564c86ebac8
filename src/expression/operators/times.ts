import type { Json } from '../../std/json.ts'
import type { Meter } from '../meter.ts'
import type { Operator } from '../node.ts'
import { EXACT, product, toNumeric } from '../values/integer.ts'
import { multiplyTimes } from '../values/time-arithmetic.ts'
import { type Arithmetic, buildArithmetic } from './arithmetic.ts'
import { constantsFirst } from './plus.ts'

const code: Arithmetic = {
  pair: (left, right, meter) => (data, frame) => {
    const a = left(data, frame)
    const b = right(data, frame)
    if (typeof a !== 'number' || typeof b !== 'number') return multiplyValues(a, b, meter)
    const result = a * b
    return result <= EXACT && result >= -EXACT ? result : product(a, b)
  },
  numbers: product,
  alone: toNumeric,
  empty: 1,
  writtenLists: false,
  divides: false,
}

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
  build: (call, builder) => buildArithmetic(call, builder, code),
}

function multiplyValues(a: Json, b: Json, meter: Meter): Json {
  return multiplyTimes(a, b, meter) ?? product(toNumeric(a, meter), toNumeric(b, meter))
}
