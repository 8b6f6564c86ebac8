import type { Json } from '../../std/json.ts'
import type { Operator } from '../node.ts'
import { magnitude, type Numeric, saturated } from '../values/integer.ts'
import { toPlainNumber } from '../values/number.ts'
import { failing } from './comparison.ts'

export const abs = rounding('abs', 'A number without its sign.', [-2.5, 2.5], magnitude)
export const ceil = rounding('ceil', 'The next integer at or above a number.', [2.1, 3], value =>
  typeof value === 'bigint' ? saturated(value) : saturated(Math.ceil(value)),
)
export const floor = rounding('floor', 'The next integer at or below a number.', [2.9, 2], value =>
  typeof value === 'bigint' ? saturated(value) : saturated(Math.floor(value)),
)

function rounding(
  name: string,
  summary: string,
  example: [number, number],
  round: (value: Numeric) => Numeric,
): Operator {
  return {
    name,
    summary,
    args: { '...values': 'Numbers or numeric texts; several give an array' },
    example: { rule: { [name]: { var: 'n' } }, data: { n: example[0] }, result: example[1] },
    foldable: true,
    build(call, builder) {
      const runs = call.args.map(arg => builder.build(arg))
      const { meter } = builder
      const one = (value: Json) => round(toPlainNumber(value, meter))
      const [first] = runs
      if (first === undefined) return failing()
      if (runs.length === 1) return (data, frame) => one(first(data, frame))
      return (data, frame) => runs.map(run => one(run(data, frame)))
    },
  }
}
