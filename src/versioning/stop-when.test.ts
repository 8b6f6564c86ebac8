import { expect, test } from 'bun:test'
import { stopWhenProblems } from './stop-when.ts'

test.each([
  [{ error_rate_over: 0.05, after_requests: 100 }],
  [{ error_rate_over: 0, after_requests: 1 }],
  [{ p99_over_ms: 0.5, after_requests: 1_000_000 }],
  [{ error_rate_over: 1, p99_over_ms: 3_600_000, after_requests: 10 }],
  [null],
  [undefined],
])('%j is fine', given => {
  expect(stopWhenProblems(given)).toEqual([])
})

test.each([
  [{ error_rate_over: 0.1 }, 'stop_when.after_requests', 'REQUIRED'],
  [{ error_rate_over: 0.1, after_requests: 0 }, 'stop_when.after_requests', 'OUT_OF_RANGE'],
  [{ error_rate_over: 0.1, after_requests: 1_000_001 }, 'stop_when.after_requests', 'OUT_OF_RANGE'],
  [{ error_rate_over: 0.1, after_requests: 1.5 }, 'stop_when.after_requests', 'TYPE_MISMATCH'],
  [{ error_rate_over: -0.1, after_requests: 9 }, 'stop_when.error_rate_over', 'OUT_OF_RANGE'],
  [{ error_rate_over: 1.1, after_requests: 9 }, 'stop_when.error_rate_over', 'OUT_OF_RANGE'],
  [{ error_rate_over: '5%', after_requests: 9 }, 'stop_when.error_rate_over', 'TYPE_MISMATCH'],
  [{ p99_over_ms: 0, after_requests: 9 }, 'stop_when.p99_over_ms', 'OUT_OF_RANGE'],
  [{ p99_over_ms: 3_600_001, after_requests: 9 }, 'stop_when.p99_over_ms', 'OUT_OF_RANGE'],
])('%j is refused', (given, path, code) => {
  expect(stopWhenProblems(given)).toMatchObject([{ path, code }])
})

test('a rule without a threshold would never stop anything', () => {
  expect(stopWhenProblems({ after_requests: 100 })).toMatchObject([
    { path: 'stop_when', code: 'REQUIRED', expected: 'error_rate_over, p99_over_ms or both' },
  ])
})

test('an unknown key is told with the one that was meant', () => {
  const given = { error_rate_above: 0.1, p99_over_ms: 5, after_requests: 9 }
  expect(stopWhenProblems(given)).toMatchObject([
    { path: 'stop_when.error_rate_above', code: 'UNKNOWN_KEY', suggestion: 'error_rate_over' },
  ])
})
