import { isObject, type Json, own } from '../../std/json.ts'
import type { Operator } from '../node.ts'

/** A text is looked through several times. */
const OPERATIONS_PER_LETTER = 1 / 2

export const type: Operator = {
  name: 'type',
  summary: 'What a value is: null, boolean, number, string, array, object, datetime or duration.',
  args: { 'value?': 'Any value; texts that look like dates or durations are guessed' },
  example: { rule: { type: { var: 'items' } }, data: { items: [] }, result: 'array' },
  foldable: true,
  build(call, builder) {
    const [arg] = call.args
    if (arg === undefined) return () => 'null'
    const run = builder.build(arg)
    const { meter } = builder
    return (data, frame) => {
      const value = run(data, frame)
      if (typeof value === 'string') meter.letters(value.length, OPERATIONS_PER_LETTER)
      return typeOf(value)
    }
  },
}

function typeOf(value: Json): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return textType(value)
  if (Array.isArray(value)) return 'array'
  if (!isObject(value)) return typeof value === 'bigint' ? 'number' : typeof value
  if (own(value, 'datetime') !== undefined) return 'datetime'
  return own(value, 'timestamp') !== undefined ? 'duration' : 'object'
}

/** A guess, and the reference's: `h2o` is a duration, `2024-01-01` is not a date. */
function textType(text: string): string {
  if (text.includes('T') && text.includes(':') && (text.includes('Z') || text.includes('+')))
    return 'datetime'
  return /\d/.test(text) && /[dhms]/.test(text) && !text.includes(' ') ? 'duration' : 'string'
}
