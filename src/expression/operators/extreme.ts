import type { Json } from '../../std/json.ts'
import { invalidArguments } from '../failure.ts'
import type { Operator } from '../node.ts'
import { isNumeric, type Numeric } from '../values/integer.ts'
import { isComputed } from './arithmetic.ts'
import { failing } from './comparison.ts'

export const max = extreme('max', 'The largest of some numbers.', (a, b) => a > b)
export const min = extreme('min', 'The smallest of some numbers.', (a, b) => a < b)

function extreme(name: string, summary: string, better: (a: number, b: number) => boolean): Operator {
  return {
    name,
    summary,
    args: { '...values': 'Numbers only, or one computed array of them' },
    example: {
      rule: { [name]: { var: 'prices' } },
      data: { prices: [3, 1, 2] },
      result: name === 'max' ? 3 : 1,
    },
    foldable: false,
    build(call, builder) {
      const runs = call.args.map(arg => builder.build(arg))
      const [first] = call.args
      if (first === undefined) return failing()
      const list = runs.length === 1 && isComputed(first)
      const { meter } = builder
      return (data, frame) => {
        let best: Numeric | undefined
        const take = (value: Json) => {
          if (!isNumeric(value)) throw invalidArguments()
          if (best === undefined || better(Number(value), Number(best))) best = value
        }
        for (const run of runs) {
          const value = run(data, frame)
          if (list && Array.isArray(value)) {
            meter.charge(value.length)
            value.forEach(take)
          } else take(value)
        }
        if (best === undefined) throw invalidArguments()
        return best
      }
    },
  }
}
