import type { Json } from '../../std/json.ts'
import type { Operator } from '../node.ts'
import { toPlainNumber } from '../values/number.ts'
import { failing } from './comparison.ts'

const LARGEST_INTEGER = 2 ** 63

export const abs = rounding('abs', 'A number without its sign.', [-2.5, 2.5], Math.abs)
export const ceil = rounding('ceil', 'The next integer at or above a number.', [2.1, 3], value =>
  saturated(Math.ceil(value)),
)
export const floor = rounding('floor', 'The next integer at or below a number.', [2.9, 2], value =>
  saturated(Math.floor(value)),
)

function rounding(
  name: string,
  summary: string,
  example: [number, number],
  round: (value: number) => number,
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

/** The reference's integers end at 2^63; NaN is 0 among them. */
function saturated(value: number): number {
  if (Number.isNaN(value)) return 0
  return Math.min(Math.max(value, -LARGEST_INTEGER), LARGEST_INTEGER)
}
