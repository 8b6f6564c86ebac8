import { describe, expect, test } from 'bun:test'
import { errorRate, stopReason, type Tally } from './stop-judgement.ts'
import type { StopWhen } from './stop-when.ts'

function tally(requests: number, errors: number, p99Ms?: number): Tally {
  return { requests, errors, p99: () => p99Ms }
}

const NOTHING = tally(0, 0)

describe('a share of failures', () => {
  const rule: StopWhen = { error_rate_over: 0.1, after_requests: 100 }
  test.each([
    ['of one in five', tally(100, 20), tally(400, 0), true],
    ['exactly at the threshold', tally(100, 10), tally(400, 0), false],
    ['just above it', tally(100, 11), tally(400, 0), true],
    ['that the other version has as well', tally(100, 20), tally(400, 80), false],
    ['just above that of the other version', tally(100, 31), tally(400, 80), true],
    ['at the threshold above the other, whatever adding makes of it', tally(100, 80), tally(10, 7), false],
    ['that is lower than that of the other version', tally(100, 5), tally(400, 400), false],
    ['when the other had no request', tally(100, 11), NOTHING, true],
    ['that is too large already, long before the window is full', tally(11, 11), tally(40, 0), true],
    ['that is large in a small part of the window', tally(10, 10), tally(40, 0), false],
    ['of an outage that hits both, early in the window', tally(11, 11), tally(44, 44), false],
    ['of nothing', NOTHING, NOTHING, false],
  ])('%s', (_, newer, older, stops) => {
    expect(stopReason(rule, newer, older) !== undefined).toBe(stops)
  })

  test('of zero allows none, and no failure is never above it', () => {
    const none: StopWhen = { error_rate_over: 0, after_requests: 1000 }
    expect(stopReason(none, tally(1, 1), tally(9, 0))).toBeDefined()
    expect(stopReason(none, tally(1000, 0), tally(9, 0))).toBeUndefined()
  })

  test('of one can never be passed', () => {
    expect(stopReason({ error_rate_over: 1, after_requests: 10 }, tally(10, 10), NOTHING)).toBeUndefined()
  })
})

describe('a 99th percentile', () => {
  const rule: StopWhen = { p99_over_ms: 50, after_requests: 100 }
  test.each([
    ['further above the other than allowed', tally(100, 0, 71), tally(400, 0, 20), true],
    ['as far above it as allowed', tally(100, 0, 70), tally(400, 0, 20), false],
    ['as slow as that of the other', tally(100, 0, 900), tally(400, 0, 900), false],
    ['when the other had no request', tally(100, 0, 51), NOTHING, true],
    ['of a window that is not full', tally(99, 0, 900), tally(400, 0, 20), false],
    ['of failures is not the matter', tally(100, 100, 20), tally(400, 0, 20), false],
  ])('%s', (_, newer, older, stops) => {
    expect(stopReason(rule, newer, older) !== undefined).toBe(stops)
  })
})

test('either of two thresholds is enough', () => {
  const rule: StopWhen = { error_rate_over: 0.1, p99_over_ms: 50, after_requests: 100 }
  expect(stopReason(rule, tally(100, 11, 1), tally(400, 0, 1))).toContain('failed')
  expect(stopReason(rule, tally(100, 0, 60), tally(400, 0, 1))).toContain('p99')
  expect(stopReason(rule, tally(100, 10, 51), tally(400, 0, 1))).toBeUndefined()
})

test('the reason says the numbers of both', () => {
  expect(stopReason({ error_rate_over: 0.05, after_requests: 50 }, tally(12, 3), tally(48, 0))).toBe(
    '3 of 12 requests failed, in a window of 50, against 0 of 48 requests failed of the other version: more than 0.05 above it',
  )
  expect(stopReason({ p99_over_ms: 5, after_requests: 50 }, tally(50, 0, 12.3456), tally(48, 0, 1.25))).toBe(
    'p99 is 12.35 ms over 50 requests, against 1.25 ms of the other version: more than 5 ms above it',
  )
})

test('without a request nothing failed', () => {
  expect([errorRate(NOTHING), errorRate(tally(8, 2))]).toEqual([0, 0.25])
})
