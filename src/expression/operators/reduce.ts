import type { Json, JsonObject } from '../../std/json.ts'
import { Frame } from '../evaluate.ts'
import type { Meter } from '../meter.ts'
import type { Body, Node, Operator } from '../node.ts'
import { plainKeys } from '../path.ts'
import { plainReader } from '../plain-reader.ts'
import { EXACT } from '../values/integer.ts'
import { failing } from './comparison.ts'

export const reduce: Operator = {
  name: 'reduce',
  summary: 'One value out of many: a rule sees `current` and the `accumulator` so far.',
  args: {
    collection: 'Array or object',
    rule: 'Evaluated for each item; its result is the next accumulator',
    'initial?': 'The first accumulator; null when it is left out',
  },
  example: {
    rule: { reduce: [{ var: 'prices' }, { '+': [{ var: 'accumulator' }, { var: 'current' }] }, 0] },
    data: { prices: [1, 2, 3] },
    result: 6,
  },
  foldable: false,
  body: 1,
  build(call, builder) {
    const [first, second, third] = call.args
    if (first === undefined || second === undefined || call.args.length > 3) return failing()
    const collection = builder.build(first)
    const body = builder.body(second)
    const initial = third === undefined ? () => null : builder.build(third)
    const { meter } = builder
    const summand = summandOf(second)
    return (data, frame) => {
      const start = initial(data, frame)
      const source = collection(data, frame)
      if (typeof source !== 'object' || source === null) return start
      if (summand !== undefined && typeof start === 'number' && Array.isArray(source)) {
        const sum = sumOf(source, start, summand, body.weight, meter)
        if (sum !== undefined) return sum
      }
      return fold(source, start, Frame.inside(frame, null), body, meter)
    }
  },
}

type ReadItem = (item: Json) => Json

/** What `{"+": [accumulator, current...]}` adds of each item; undefined for any other rule. */
function summandOf(rule: Node): ReadItem | undefined {
  if (rule.kind !== 'call' || rule.operator.name !== '+' || rule.args.length !== 2) return undefined
  const [left, right] = rule.args
  const other = isNamed(left, 'accumulator') ? right : isNamed(right, 'accumulator') ? left : undefined
  if (other?.kind !== 'path' || other.level !== null || other.fallback !== null) return undefined
  const [first, ...rest] = other.steps
  if (first?.key !== 'current') return undefined
  if (rest.length === 0) return item => item
  const keys = plainKeys(rest)
  return keys === undefined ? undefined : plainReader(keys)
}

function isNamed(node: Node | undefined, name: string): boolean {
  return (
    node?.kind === 'path' && node.level === null && node.steps.length === 1 && node.steps[0]?.key === name
  )
}

/** The sum of numbers; undefined when something is none, or the sum inexact: then the rule itself has to look at it. */
function sumOf(
  items: readonly Json[],
  start: number,
  read: ReadItem,
  weight: number,
  meter: Meter,
): number | undefined {
  let sum = start
  for (const item of items) {
    const value = read(item)
    if (typeof value !== 'number') return undefined
    sum += value
    if (sum > EXACT || sum < -EXACT) return undefined
  }
  meter.charge(weight * items.length)
  return sum
}

function fold(source: Json[] | JsonObject, start: Json, scope: Frame, body: Body, meter: Meter): Json {
  const { run, weight } = body
  let accumulator = start
  if (Array.isArray(source)) {
    for (let index = 0; index < source.length; index++) {
      meter.charge(weight)
      const item = source[index] ?? null
      scope.data = item
      scope.index = index
      scope.accumulator = accumulator
      accumulator = run(item, scope)
    }
    return accumulator
  }
  for (const key of Object.keys(source)) {
    meter.charge(weight)
    const item = source[key] ?? null
    scope.data = item
    scope.index++
    scope.key = key
    scope.accumulator = accumulator
    accumulator = run(item, scope)
  }
  return accumulator
}
