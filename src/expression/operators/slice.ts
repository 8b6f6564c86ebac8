import type { Json } from '../../std/json.ts'
import type { Evaluate } from '../evaluate.ts'
import { invalidArguments } from '../failure.ts'
import type { Meter } from '../meter.ts'
import { type Builder, isLiteral, type Node, type Operator } from '../node.ts'
import { asPosition, isNumeric } from '../values/integer.ts'
import { hasSurrogates } from '../values/text.ts'
import { failing } from './comparison.ts'

export const slice: Operator = {
  name: 'slice',
  summary: 'A part of an array or text, by start, end and step; negative positions count from the end.',
  args: {
    source: 'Array or text; null stays null',
    'start?': 'First position',
    'end?': 'Position behind the last',
    'step?': 'Negative goes backwards',
  },
  example: { rule: { slice: [{ var: 'items' }, 0, 2] }, data: { items: [1, 2, 3] }, result: [1, 2] },
  foldable: true,
  build(call, builder) {
    const [first, second, third, fourth] = call.args
    if (first === undefined) return failing()
    const source = builder.build(first)
    const start = bound(second, builder)
    const end = bound(third, builder)
    const step = bound(fourth, builder)
    const { meter } = builder
    return (data, frame) => {
      const value = source(data, frame)
      if (value === null) return null
      const from = start(data, frame)
      const to = end(data, frame)
      const by = step(data, frame) ?? 1
      if (by === 0) throw invalidArguments()
      if (typeof value === 'string') {
        meter.scan(value.length)
        return sliceText(value, meter, from, to, by)
      }
      if (!Array.isArray(value)) throw invalidArguments()
      meter.charge(1)
      const part = pick(value, from, to, by)
      meter.items(part.length)
      meter.charge(part.length)
      return part
    }
  },
}

/** What a text costs that is taken apart and put together again. */
const OPERATIONS_PER_LETTER = 2

type Bound = (...scope: Parameters<Evaluate>) => number | undefined

/** A fraction that is written in the rule is ignored; one that is computed is an error, as is everything but null. */
function bound(node: Node | undefined, builder: Builder): Bound {
  if (node === undefined) return () => undefined
  if (isLiteral(node) && isNumeric(node.value)) {
    const position = asPosition(node.value)
    return () => position
  }
  const run = builder.build(node)
  return (data, frame) => position(run(data, frame))
}

function position(value: Json): number | undefined {
  if (value === null) return undefined
  const at = asPosition(value)
  if (at === undefined) throw invalidArguments('NaN')
  return at
}

function sliceText(
  text: string,
  meter: Meter,
  from: number | undefined,
  to: number | undefined,
  by: number,
): string {
  if (by === 1 && !hasSurrogates(text)) {
    const [first, last] = limits(text.length, from, to, by)
    return first < last ? text.slice(first, last) : ''
  }
  meter.letters(text.length, OPERATIONS_PER_LETTER)
  return pick([...text], from, to, by).join('')
}

function pick<Item>(
  items: readonly Item[],
  from: number | undefined,
  to: number | undefined,
  by: number,
): Item[] {
  const [first, last] = limits(items.length, from, to, by)
  if (by === 1) return items.slice(first, last)
  const picked: Item[] = []
  for (let at = first; by > 0 ? at < last : at > last; at += by) {
    const item = items[at]
    if (item !== undefined) picked.push(item)
  }
  return picked
}

/** First and last position as in Python: clamped, and counted from the end when negative. */
function limits(
  length: number,
  from: number | undefined,
  to: number | undefined,
  by: number,
): [number, number] {
  const lowest = by > 0 ? 0 : -1
  const highest = by > 0 ? length : length - 1
  const clamp = (at: number) => Math.min(Math.max(at < 0 ? at + length : at, lowest), highest)
  const first = from === undefined ? (by > 0 ? lowest : highest) : clamp(from)
  const last = to === undefined ? (by > 0 ? highest : lowest) : clamp(to)
  return [first, last]
}
