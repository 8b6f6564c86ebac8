import { expect, test } from 'bun:test'
import { families } from './families.ts'
import { operators } from './index.ts'

test('every operator is in exactly one family, in the order of the list', () => {
  expect(families.flatMap(family => family.operators)).toEqual([...operators])
  expect(families.map(({ name }) => name)).toEqual([
    'variables',
    'comparison',
    'logic',
    'arithmetic',
    'text',
    'collections',
    'errors and types',
    'dates and durations',
    'feature flags',
  ])
})

test.each([
  ['comparison', ['==', '<=']],
  ['logic', ['!', 'switch']],
  ['text', ['cat', 'split']],
  ['collections', ['merge', 'none']],
])('%s begins and ends where it should', (name, ends) => {
  const names = families.find(family => family.name === name)?.operators.map(operator => operator.name)
  expect([names?.at(0), names?.at(-1)]).toEqual(ends)
})
