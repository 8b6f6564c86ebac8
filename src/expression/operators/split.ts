import type { Operator } from '../node.ts'
import { plainText } from '../values/text.ts'
import { failing } from './comparison.ts'

export const split: Operator = {
  name: 'split',
  summary: 'The parts of a text between separators; an empty separator gives its code points.',
  args: { text: 'A text; anything else is made one', separator: 'A text, not a pattern' },
  example: { rule: { split: [{ var: 'tags' }, ','] }, data: { tags: 'a,b' }, result: ['a', 'b'] },
  foldable: true,
  build(call, builder) {
    const [first, second] = call.args
    if (first === undefined || second === undefined) return failing()
    const source = builder.build(first)
    const separator = builder.build(second)
    const { meter } = builder
    const { maxResultItems } = meter.limits
    return (data, frame) => {
      const text = plainText(source(data, frame), meter)
      const between = plainText(separator(data, frame), meter)
      meter.scan(text.length)
      if (text === '') return ['']
      const parts =
        between === '' ? codePoints(text, maxResultItems) : text.split(between, maxResultItems + 1)
      meter.items(parts.length)
      meter.charge(parts.length)
      return parts
    }
  },
}

/** At most one more than `limit`. */
function codePoints(text: string, limit: number): string[] {
  const parts: string[] = []
  for (const point of text) {
    if (parts.length > limit) break
    parts.push(point)
  }
  return parts
}
