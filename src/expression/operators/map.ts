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
    const { collection, body, meter } = over
    const { run, weight } = body
    return (data, frame) => {
      const source = collection(data, frame)
      if (!Array.isArray(source)) return mapOther(source, frame, over)
      const count = source.length
      meter.items(count)
      const results: Json[] = []
      if (body.framed) {
        const scope = Frame.inside(frame, null)
        for (let index = 0; index < count; index++) {
          meter.charge(weight)
          const item = source[index] ?? null
          scope.data = item
          scope.index = index
          results.push(run(item, scope))
        }
        return results
      }
      for (let index = 0; index < count; index++) {
        meter.charge(weight)
        results.push(run(source[index] ?? null, frame))
      }
      return results
    }
  },
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
