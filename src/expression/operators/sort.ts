import type { Json } from '../../std/json.ts'
import { readsFrame } from '../build-path.ts'
import { Frame } from '../evaluate.ts'
import { invalidArguments } from '../failure.ts'
import type { Meter } from '../meter.ts'
import { type Builder, isLiteral, type Node, type Operator } from '../node.ts'
import { readSteps } from '../path.ts'
import { isNumeric } from '../values/integer.ts'
import { compareText, hasSurrogates } from '../values/text.ts'
import { failing } from './comparison.ts'

export const sort: Operator = {
  name: 'sort',
  summary:
    'An array in order: null, false, true, numbers, texts, arrays, objects; equal items keep their order.',
  args: {
    array: 'The array; a computed null stays null',
    'ascending?': 'false, exactly, turns the order around',
    'key?': 'Evaluated with the item as its data; what is compared',
  },
  example: { rule: { sort: [{ var: 'names' }] }, data: { names: ['b', 'a'] }, result: ['a', 'b'] },
  foldable: true,
  body: 2,
  build(call, builder) {
    const [first, second, third] = call.args
    if (first === undefined) return failing()
    const source = builder.build(first)
    const written = isLiteral(first)
    const ascending = second === undefined ? () => true : builder.build(second)
    const key = third === undefined ? undefined : sortKey(third, builder)
    const { meter } = builder
    return (data, frame) => {
      const items = source(data, frame)
      if (items === null && !written) return null
      if (!Array.isArray(items)) throw invalidArguments()
      if (items.length === 0) return items
      const sign = ascending(data, frame) === false ? -1 : 1
      meter.items(items.length)
      meter.charge(sortingCost(items.length))
      if (key === undefined) return sorted(items, sign, meter)
      const keys = items.map((item, index) => key(item, index, frame))
      const compare = comparing(keys, sign, meter)
      const keyed = items.map((item, index) => ({ item, key: keys[index] }))
      return keyed.sort((a, b) => compare(a.key, b.key)).map(({ item }) => item)
    }
  },
}

/** Characters of a comparison that count as one operation. */
const CHARS_PER_OPERATION = 16

/** Half of the comparisons that sorting takes at most. */
function sortingCost(count: number): number {
  return Math.ceil((count * Math.log2(count + 1)) / 2)
}

type Key = (item: Json, index: number, frame: Frame) => Json | undefined

/** The key of a plain variable can be absent, which sorts before null. */
function sortKey(node: Node, builder: Builder): Key {
  const body = builder.body(node)
  if (node.kind === 'path' && !readsFrame(node) && node.fallback === null) {
    const { steps } = node
    return item => readSteps(item, steps)
  }
  return (item, index, frame) => {
    builder.meter.charge(body.weight)
    const scope = Frame.inside(frame, item)
    scope.index = index
    return body.run(item, scope)
  }
}

/** Texts by their units, which is the platform's own order, are sorted by it. */
function sorted(items: readonly Json[], sign: number, meter: Meter): Json[] {
  const compare = comparing(items, sign, meter)
  if (!items.every(item => typeof item === 'string' && !hasSurrogates(item))) return items.toSorted(compare)
  const texts = items.toSorted()
  return sign < 0 ? texts.reverse() : texts
}

type Compare = (a: Json | undefined, b: Json | undefined) => number

/** The comparison that is right for these keys, and no more expensive than they ask for. */
function comparing(keys: readonly (Json | undefined)[], sign: number, meter: Meter): Compare {
  let chars = 0
  for (const key of keys) if (typeof key === 'string') chars += key.length
  meter.charge(Math.floor((chars * Math.log2(keys.length + 1)) / CHARS_PER_OPERATION))
  const isWide = keys.some(key => typeof key === 'string' && hasSurrogates(key))
  const compareTexts = isWide ? compareText : compareUnits
  return (a, b) => {
    if (typeof a === 'number' && typeof b === 'number') return a < b ? -sign : a > b ? sign : 0
    if (typeof a === 'string' && typeof b === 'string') return sign * compareTexts(a, b)
    if (isNumeric(a) && isNumeric(b)) return sign * (Number(a) - Number(b))
    if (typeof a === 'boolean' && typeof b === 'boolean') return sign * (Number(a) - Number(b))
    return sign * (rank(a) - rank(b))
  }
}

function compareUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function rank(value: Json | undefined): number {
  if (value === undefined) return 0
  if (value === null) return 1
  if (typeof value === 'boolean') return 2
  if (isNumeric(value)) return 3
  if (typeof value === 'string') return 4
  return Array.isArray(value) ? 5 : 6
}
