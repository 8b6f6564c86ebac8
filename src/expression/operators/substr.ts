import type { Operator } from '../node.ts'
import { asPosition } from '../values/integer.ts'
import { codePointCount, hasSurrogates, plainText, unitOffset } from '../values/text.ts'
import { failing } from './comparison.ts'

/** What counting code points up to a position costs. */
const OPERATIONS_PER_LETTER = 1 / 4

export const substr: Operator = {
  name: 'substr',
  summary: 'A part of a text, counted in code points.',
  args: {
    text: 'A text; anything else is made one',
    start: 'Where to begin; negative counts from the end',
    'length?': 'How many; negative stops that far before the end',
  },
  example: { rule: { substr: [{ var: 'id' }, 0, 3] }, data: { id: 'ORD-9182' }, result: 'ORD' },
  foldable: true,
  build(call, builder) {
    const [first, second, third] = call.args
    if (first === undefined || second === undefined) return failing()
    const source = builder.build(first)
    const start = builder.build(second)
    const length = third === undefined ? () => null : builder.build(third)
    const { meter } = builder
    return (data, frame) => {
      const text = plainText(source(data, frame), meter)
      meter.scan(text.length)
      if (hasSurrogates(text)) meter.letters(text.length, OPERATIONS_PER_LETTER)
      return part(text, asPosition(start(data, frame)) ?? 0, asPosition(length(data, frame)))
    }
  },
}

function part(text: string, start: number, length: number | undefined): string {
  const wide = hasSurrogates(text)
  const count = wide ? codePointCount(text) : text.length
  const from = start < 0 ? Math.max(0, count + start) : Math.min(start, count)
  const to = length === undefined ? count : length < 0 ? count + length : Math.min(from + length, count)
  if (to <= from) return ''
  return wide ? text.slice(unitOffset(text, from), unitOffset(text, to)) : text.slice(from, to)
}
