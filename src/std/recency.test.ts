import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { type Place, Recency } from './recency.ts'

function inOrder(recency: Recency<string>): string[] {
  const items: string[] = []
  for (let place = recency.oldest; place !== undefined; place = place.newer) items.push(place.item)
  return items
}

test('what was used last is forgotten last', () => {
  const recency = new Recency<string>()
  const [a, b, c] = ['a', 'b', 'c'].map(item => recency.add(item))
  if (a === undefined || b === undefined || c === undefined) throw new Error('three were added')
  recency.touch(a)
  expect(inOrder(recency)).toEqual(['b', 'c', 'a'])
  recency.touch(a)
  recency.remove(c)
  expect(inOrder(recency)).toEqual(['b', 'a'])
  recency.remove(b)
  recency.remove(a)
  expect(recency.oldest).toBeUndefined()
  recency.add('d')
  expect(inOrder(recency)).toEqual(['d'])
})

test('the order is that of a list, whatever happens', () => {
  const steps = fc.array(fc.tuple(fc.constantFrom('use', 'remove'), fc.constantFrom(...'abcdef')))
  fc.assert(
    fc.property(steps, given => {
      const recency = new Recency<string>()
      const places = new Map<string, Place<string>>()
      let list: string[] = []
      for (const [step, item] of given) {
        const place = places.get(item)
        list = list.filter(other => other !== item)
        if (step === 'use') {
          list.push(item)
          if (place === undefined) places.set(item, recency.add(item))
          else recency.touch(place)
        } else if (place !== undefined) {
          recency.remove(place)
          places.delete(item)
        }
      }
      expect(inOrder(recency)).toEqual(list)
    }),
  )
})
