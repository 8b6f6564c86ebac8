import type { Operator } from '../node.ts'
import { isTruthy } from '../truth.ts'
import { failing } from './comparison.ts'
import { eachItem, iteration } from './iterate.ts'

export const all = quantifier('all', 'Whether a rule is true for every item; false when there is none.', {
  empty: false,
  stopAt: false,
  found: false,
})
export const some = quantifier('some', 'Whether a rule is true for at least one item.', {
  empty: false,
  stopAt: true,
  found: true,
})
export const none = quantifier('none', 'Whether a rule is true for no item.', {
  empty: true,
  stopAt: true,
  found: false,
})

interface Quantifier {
  /** The result for a collection without items, and for what is no collection. */
  readonly empty: boolean
  /** The truth of an item that decides. */
  readonly stopAt: boolean
  /** The result when an item decided; otherwise its opposite. */
  readonly found: boolean
}

function quantifier(name: string, summary: string, { empty, stopAt, found }: Quantifier): Operator {
  return {
    name,
    summary,
    args: { collection: 'Array or object', rule: 'Evaluated with the item as its data' },
    example: {
      rule: { [name]: [{ var: 'prices' }, { '>': [{ var: '' }, 1] }] },
      data: { prices: [2, 3] },
      result: name !== 'none',
    },
    foldable: false,
    boolean: true,
    body: 1,
    build(call, builder) {
      const over = iteration(call, builder)
      if (over === undefined) return failing()
      const { collection } = over
      return (data, frame) => {
        const source = collection(data, frame)
        if (typeof source !== 'object' || source === null) return empty
        let visited = false
        let decided = false
        eachItem(source, frame, over, result => {
          visited = true
          decided = isTruthy(result) === stopAt
          return !decided
        })
        if (!visited) return empty
        return decided ? found : !found
      }
    },
  }
}
