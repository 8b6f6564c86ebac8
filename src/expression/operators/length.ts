import { invalidArguments } from '../failure.ts'
import type { Operator } from '../node.ts'
import { codePointCount, hasSurrogates } from '../values/text.ts'
import { failing } from './comparison.ts'

/** What counting code points costs. */
const OPERATIONS_PER_LETTER = 1 / 4

export const length: Operator = {
  name: 'length',
  summary: 'How many items an array has, or how many code points a text.',
  args: { value: 'Array or text' },
  example: { rule: { length: { var: 'items' } }, data: { items: ['a', 'b'] }, result: 2 },
  foldable: true,
  build(call, builder) {
    const [arg] = call.args
    if (arg === undefined || call.args.length !== 1) return failing()
    const run = builder.build(arg)
    const { meter } = builder
    return (data, frame) => {
      const value = run(data, frame)
      if (Array.isArray(value)) return value.length
      if (typeof value !== 'string') throw invalidArguments()
      meter.scan(value.length)
      if (hasSurrogates(value)) meter.letters(value.length, OPERATIONS_PER_LETTER)
      return codePointCount(value)
    }
  },
}
