import type { Evaluate } from '../evaluate.ts'
import { type Builder, itemsOf, type Node, type Operator } from '../node.ts'
import { strictEquals } from '../values/equality.ts'
import { failing } from './comparison.ts'

/** `match` is the same operator under another name. */
export const choose: Operator = {
  name: 'switch',
  aliases: ['match'],
  summary: 'The result beside the first case that strictly equals a value, else the default, else null.',
  args: {
    value: 'What is compared',
    cases: 'Array of [match, result] pairs, written in the rule',
    'default?': 'When no case matches',
  },
  example: {
    rule: {
      switch: [
        { var: 'tier' },
        [
          ['gold', 0.2],
          ['silver', 0.1],
        ],
        0,
      ],
    },
    data: { tier: 'silver' },
    result: 0.1,
  },
  foldable: true,
  build(call, builder) {
    const [first, second, third] = call.args
    if (first === undefined || second === undefined) return failing()
    const subject = builder.build(first)
    const cases = readCases(second, builder)
    const otherwise = third === undefined ? () => null : builder.build(third)
    const { meter } = builder
    return (data, frame) => {
      const value = subject(data, frame)
      for (const { match, result } of cases) {
        meter.charge(OPERATIONS_PER_CASE)
        if (strictEquals(value, match(data, frame), meter)) return result(data, frame)
      }
      return otherwise(data, frame)
    }
  },
}

/** What trying a case costs beside the comparison. */
const OPERATIONS_PER_CASE = 2

interface Case {
  readonly match: Evaluate
  readonly result: Evaluate
}

function readCases(node: Node, builder: Builder): Case[] {
  const cases: Case[] = []
  for (const pair of itemsOf(node) ?? []) {
    const [match, result] = itemsOf(pair) ?? []
    if (match !== undefined && result !== undefined) {
      cases.push({ match: builder.build(match), result: builder.build(result) })
    }
  }
  return cases
}
