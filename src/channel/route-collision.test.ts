import { expect, test } from 'bun:test'
import { routeCollision } from './route-collision.ts'

const channel = (channel_id: string, route_pattern: string | null, methods: string[] | null = ['GET']) => ({
  channel_id,
  route_pattern,
  methods,
})

test.each([
  ['equal patterns', '/orders/{id}', '/orders/{id}'],
  ['other parameter names', '/orders/{id}/x', '/orders/{order}/x'],
  ['other letters', '/Orders/{id}', '/orders/{id}'],
  ['other slashes', 'orders/{id}/', '//orders/{id}'],
])('patterns collide: %s', (_what, one, other) => {
  const taken = channel('taken', other)
  expect(routeCollision(channel('new', one), [channel('free', '/free'), taken])).toBe(taken)
})

test.each([
  ['a parameter in another place', '/a/{x}', '/{x}/a'],
  ['static against parameter', '/orders/{id}', '/orders/open'],
  ['another length', '/orders', '/orders/{id}'],
  ['non-ASCII letters that fold', '/\u212a', '/k'],
])('patterns do not collide: %s', (_what, one, other) => {
  expect(routeCollision(channel('new', one), [channel('old', other)])).toBeUndefined()
})

test('equal patterns collide when a method is shared, whatever its letters', () => {
  const collides = (mine: string[] | null, theirs: string[] | null) =>
    routeCollision(channel('new', '/a', mine), [channel('old', '/a', theirs)]) !== undefined
  expect(collides(['GET'], ['POST'])).toBe(false)
  expect(collides(['GET', 'PUT'], ['POST', 'put'])).toBe(true)
  expect(collides(['GET'], null)).toBe(true)
  expect(collides([], ['POST'])).toBe(true)
})

test('another version of the same channel does not collide', () => {
  expect(routeCollision(channel('same', '/a'), [channel('same', '/a')])).toBeUndefined()
})

test('a channel without a route collides with nothing', () => {
  expect(routeCollision(channel('new', null), [channel('old', null), channel('other', '/a')])).toBeUndefined()
  expect(routeCollision(channel('new', '/a'), [channel('old', null)])).toBeUndefined()
})
