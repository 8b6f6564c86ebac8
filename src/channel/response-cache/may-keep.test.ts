import { expect, test } from 'bun:test'
import { mayKeep } from './may-keep.ts'
import type { KeptAnswer } from './store.ts'

function answer(fields: Partial<KeptAnswer>): KeptAnswer {
  return {
    status: 200,
    body: '{}',
    contentType: undefined,
    headers: undefined,
    workflowVersion: 1,
    ...fields,
  }
}

test.each([
  [200, true],
  [201, true],
  [204, true],
  [206, false],
  [301, true],
  [304, false],
  [399, true],
  [400, false],
  [404, false],
  [500, false],
])('an answer with status %p may be kept: %p', (status, may) => {
  expect(mayKeep(answer({ status }), [])).toBe(may)
})

test.each([
  ['set-cookie', 'a=1', false],
  ['cache-control', 'no-store', false],
  ['cache-control', 'max-age=60, Private', false],
  ['cache-control', 'private="x-user"', false],
  ['cache-control', 'no-cache', false],
  ['cache-control', 'public, max-age=60', true],
  ['cache-control', 'x-private-thing', true],
  ['vary', 'accept-language', true],
  ['vary', 'Accept-Language, X-Tier', true],
  ['vary', 'accept-language, origin', false],
  ['vary', '*', false],
  ['x-price', 'no-store', true],
])('an answer with %s: %s may be kept: %p', (name, value, may) => {
  const headers = [['x-other', '1'] as const, [name, value] as const]
  expect(mayKeep(answer({ headers }), ['accept-language', 'x-tier'])).toBe(may)
})
