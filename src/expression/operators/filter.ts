import { type Json, type JsonObject, setOwn } from '../../std/json.ts'
import type { Frame } from '../evaluate.ts'
import { invalidArguments } from '../failure.ts'
import type { Operator } from '../node.ts'
import { isTruthy } from '../truth.ts'
import { failing } from './comparison.ts'
import { eachItem, type Iteration, iteration } from './iterate.ts'
import { rawComparison } from './raw-comparison.ts'

export const filter: Operator = {
  name: 'filter',
  summary: 'The items of an array, or the entries of an object, for which a rule is true.',
  args: { collection: 'Array or object', rule: 'Evaluated with the item as its data' },
  example: {
    rule: { filter: [{ var: 'prices' }, { '>': [{ var: '' }, 1] }] },
    data: { prices: [1, 2] },
    result: [2],
  },
  foldable: false,
  body: 1,
  build(call, builder) {
    const over = iteration(call, builder, node => rawComparison(node, builder) ?? builder.body(node))
    if (over === undefined) return failing()
    const { collection } = over
    return (data, frame) => {
      const source = collection(data, frame)
      if (source === null) return []
      if (typeof source !== 'object') throw invalidArguments()
      if (Array.isArray(source))
        return over.body.framed ? keepFramed(source, frame, over) : keep(source, frame, over)
      const kept: JsonObject = {}
      eachItem(source, frame, over, (result, item, key) => {
        if (key !== null && isTruthy(result)) setOwn(kept, key, item)
        return true
      })
      return kept
    }
  },
}

function keep(items: readonly Json[], frame: Frame, { body, meter }: Iteration): Json[] {
  const { run, weight } = body
  const kept: Json[] = []
  for (const item of items) {
    meter.charge(weight)
    const result = run(item, frame)
    if (result === true || (result !== false && isTruthy(result))) kept.push(item)
  }
  meter.items(kept.length)
  return kept
}

function keepFramed(items: Json[], frame: Frame, over: Iteration): Json[] {
  const kept: Json[] = []
  eachItem(items, frame, over, (result, item) => {
    if (isTruthy(result)) kept.push(item)
    return true
  })
  over.meter.items(kept.length)
  return kept
}
