import type { Json, JsonObject } from '../../std/json.ts'
import { Frame } from '../evaluate.ts'
import type { Meter } from '../meter.ts'
import type { Body, Operator } from '../node.ts'
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
    return (data, frame) => {
      const start = initial(data, frame)
      const source = collection(data, frame)
      if (typeof source !== 'object' || source === null) return start
      return fold(source, start, Frame.inside(frame, null), body, meter)
    }
  },
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
