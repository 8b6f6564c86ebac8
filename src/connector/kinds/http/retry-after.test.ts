import { expect, test } from 'bun:test'
import { retryAfterSecs } from './retry-after.ts'

const NOW = Date.parse('2026-01-02T03:04:05.678Z')

test.each([
  ['0', 0],
  [' 120 ', 120],
  ['99999999999', 86_400],
  ['Fri, 02 Jan 2026 03:05:05 GMT', 60],
  ['Fri, 02 Jan 2026 03:00:00 GMT', 0],
  ['-5', undefined],
  ['1.5', undefined],
  ['soon', undefined],
  ['', undefined],
])('retry-after %p asks for %p seconds', (value, secs) => {
  expect(retryAfterSecs(value, NOW)).toBe(secs)
})

test('what was sent twice or not at all asks for nothing', () => {
  expect(retryAfterSecs(undefined, NOW)).toBeUndefined()
  expect(retryAfterSecs(['1', '2'], NOW)).toBeUndefined()
})
