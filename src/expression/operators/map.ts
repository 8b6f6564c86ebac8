import type { Json } from '../../std/json.ts'
import { Frame } from '../evaluate.ts'
import type { Operator } from '../node.ts'
import { failing } from './comparison.ts'
import { eachItem, type Iteration, iteration } from './iterate.ts'

export const map: Operator = {
  name: 'map',
  summary: 'The results of a rule for each item of an array, or each value of an object.',
  args: { collection: 'Array or object; a scalar is one item', rule: 'Evaluated with the item as its data' },
  example: {
    rule: { map: [{ var: 'prices' }, { '*': [{ var: '' }, 2] }] },
    data: { prices: [1, 2] },
    result: [2, 4],
  },
  foldable: false,
  composes: true,
  body: 1,
  build(call, builder) {
    const over = iteration(call, builder)
    if (over === undefined) return failing()
    const { collection, body } = over
    return (data, frame) => {
      const source = collection(data, frame)
      if (!Array.isArray(source)) return mapOther(source, frame, over)
      return body.framed ? mapFramed(source, frame, over) : mapItems(source, frame, over)
    }
  },
}

function mapItems(items: readonly Json[], frame: Frame, { body, meter }: Iteration): Json[] {
  const { run, weight } = body
  meter.items(items.length)
  const results: Json[] = []
  for (const item of items) {
    meter.charge(weight)
    results.push(run(item, frame))
  }
  return results
}

function mapFramed(items: readonly Json[], frame: Frame, { body, meter }: Iteration): Json[] {
  const { run, weight } = body
  meter.items(items.length)
  const results: Json[] = []
  const scope = Frame.inside(frame, null)
  for (const item of items) {
    meter.charge(weight)
    scope.data = item
    scope.index++
    results.push(run(item, scope))
  }
  return results
}

function mapOther(source: Json, frame: Frame, over: Iteration): Json {
  if (source === null) return []
  const results: Json[] = []
  const items = typeof source === 'object' && !Array.isArray(source) ? source : [source]
  eachItem(items, frame, over, result => {
    results.push(result)
    return true
  })
  over.meter.items(results.length)
  return results
}
