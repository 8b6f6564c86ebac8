import type { Json } from '../../std/json.ts'
import type { Meter } from '../meter.ts'
import type { Operator } from '../node.ts'
import { plainText } from '../values/text.ts'
import { failing } from './comparison.ts'

export const startsWith = testing('starts_with', 'Whether a text begins with another.', 'ORD', (text, part) =>
  text.startsWith(part),
)
export const endsWith = testing('ends_with', 'Whether a text ends with another.', '82', (text, part) =>
  text.endsWith(part),
)
export const upper = changing(
  'upper',
  'A text in upper case.',
  ['straße', 'STRASSE'],
  inOtherCase(text => text.toUpperCase()),
)
export const lower = changing(
  'lower',
  'A text in lower case, letter by letter.',
  ['ORD', 'ord'],
  inOtherCase(toLower),
)
export const trim = changing('trim', 'A text without white space at both ends.', ['  a b ', 'a b'], trimmed)

function testing(
  name: string,
  summary: string,
  part: string,
  test: (text: string, part: string) => boolean,
): Operator {
  return {
    name,
    summary,
    args: { text: 'A text; anything else is made one', part: 'A text' },
    example: { rule: { [name]: [{ var: 'id' }, part] }, data: { id: 'ORD-9182' }, result: true },
    foldable: true,
    boolean: true,
    build(call, builder) {
      const [first, second] = call.args
      if (first === undefined || second === undefined) return failing()
      const text = builder.build(first)
      const wanted = builder.build(second)
      const { meter } = builder
      return (data, frame) => test(textOf(text(data, frame), meter), textOf(wanted(data, frame), meter))
    },
  }
}

function changing(
  name: string,
  summary: string,
  example: [string, string],
  change: (text: string, meter: Meter) => string,
): Operator {
  return {
    name,
    summary,
    args: { text: 'A text; anything else is made one' },
    example: { rule: { [name]: { var: 'text' } }, data: { text: example[0] }, result: example[1] },
    foldable: true,
    build(call, builder) {
      const [arg] = call.args
      if (arg === undefined) return failing()
      const run = builder.build(arg)
      const { meter } = builder
      return (data, frame) => {
        const text = change(textOf(run(data, frame), meter), meter)
        meter.text(text.length)
        meter.scan(text.length)
        return text
      }
    },
  }
}

/** A text that is about to be looked through. */
function textOf(value: Json, meter: Meter): string {
  const text = plainText(value, meter)
  meter.scan(text.length)
  return text
}

/** What the case of a letter beyond ASCII costs; one that becomes several takes a hundred times as long as an ASCII one. */
const OPERATIONS_PER_LETTER = 4

function inOtherCase(change: (text: string) => string): (text: string, meter: Meter) => string {
  return (text, meter) => {
    meter.scan(text.length)
    if (/[^\0-\x7f]/.test(text)) meter.letters(text.length, OPERATIONS_PER_LETTER)
    return change(text)
  }
}

/** Each letter by itself: a sigma at the end of a word is an ordinary one. */
function toLower(text: string): string {
  return (text.includes('Σ') ? text.replaceAll('Σ', 'σ') : text).toLowerCase()
}

const WHITE_SPACE = new Set(
  '\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000',
)

/** By the White_Space property of Unicode, which has U+0085 and not U+FEFF. */
function trimmed(text: string, meter: Meter): string {
  const kept = between(text)
  meter.letters(text.length - kept.length, 1)
  return kept
}

function between(text: string): string {
  let from = 0
  let to = text.length
  while (from < to && WHITE_SPACE.has(text.charAt(from))) from++
  while (to > from && WHITE_SPACE.has(text.charAt(to - 1))) to--
  return text.slice(from, to)
}
