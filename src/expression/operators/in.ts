import type { Json } from '../../std/json.ts'
import type { Meter } from '../meter.ts'
import type { Operator } from '../node.ts'
import { strictEquals } from '../values/equality.ts'
import { failing } from './comparison.ts'

/** What looking for a text costs, per letter of the other. */
const OPERATIONS_PER_LETTER = 1 / 4

export const within: Operator = {
  name: 'in',
  summary: 'Whether a text is part of another, or a value is an element of an array.',
  args: { needle: 'Text, or any value', haystack: 'Text, or array' },
  example: { rule: { in: [{ var: 'tier' }, ['gold', 'silver']] }, data: { tier: 'gold' }, result: true },
  foldable: true,
  boolean: true,
  build(call, builder) {
    const [first, second] = call.args
    if (first === undefined || second === undefined) return failing()
    const needle = builder.build(first)
    const haystack = builder.build(second)
    const { meter } = builder
    return (data, frame) => isWithin(needle(data, frame), haystack(data, frame), meter)
  },
}

function isWithin(needle: Json, haystack: Json, meter: Meter): boolean {
  if (typeof haystack === 'string') {
    meter.letters(haystack.length, OPERATIONS_PER_LETTER)
    return typeof needle === 'string' && haystack.includes(needle)
  }
  if (!Array.isArray(haystack)) return false
  for (const item of haystack) {
    meter.charge(1)
    if (strictEquals(needle, item, meter)) return true
  }
  return false
}
