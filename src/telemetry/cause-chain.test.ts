import { expect, test } from 'bun:test'
import { causeChain, causeLine, innermostStack } from './cause-chain.ts'

test('causes follow each other, outermost first', () => {
  const error = new Error('Cannot open the database', { cause: new Error('disk', { cause: 'full' }) })
  expect(causeChain(error)).toEqual(['Cannot open the database', 'disk', 'full'])
  expect(causeLine(error)).toBe('Cannot open the database: disk: full')
})

test('a circle of causes ends', () => {
  const error = new Error('round')
  error.cause = error
  expect(causeChain(error).length).toBeLessThan(20)
  expect(innermostStack(error)).toBeString()
})

test.each([
  [undefined, 'undefined'],
  [null, 'null'],
  ['text', 'text'],
  [5, 'number thrown: 5'],
  [new TypeError(''), 'TypeError'],
  [new AggregateError([new Error('a'), 'b'], 'all failed'), 'all failed (a; b)'],
  [Object.create(null), 'object thrown'],
  [Symbol('s'), 'symbol thrown: Symbol(s)'],
])('anything may be thrown: %#', (thrown, line) => {
  expect(causeLine(thrown)).toStartWith(line)
})

test('the stack is that of the innermost error', () => {
  const inner = new Error('inner')
  expect(innermostStack(new Error('outer', { cause: inner }))).toBe(inner.stack ?? '')
  expect(innermostStack('text')).toBeUndefined()
})
