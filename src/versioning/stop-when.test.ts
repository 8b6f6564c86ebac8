import { expect, test } from 'bun:test'
import { schemaProblems } from '../std/schema-problems.ts'
import { SetRollout } from './definition.ts'
import { StopWhen, stopWhenProblems } from './stop-when.ts'

test.each([
  [{ error_rate_over: 0.05, after_requests: 100 }],
  [{ error_rate_over: 0, after_requests: 1 }],
  [{ p99_over_ms: 0.5, after_requests: 1_000_000 }],
  [{ error_rate_over: 1, p99_over_ms: 3_600_000, after_requests: 10 }],
])('%j is fine', given => {
  expect([...schemaProblems(StopWhen, given), ...stopWhenProblems(given, 20)]).toEqual([])
})

test.each([
  [{ error_rate_over: 0.1 }, 'after_requests', 'REQUIRED'],
  [{ error_rate_over: 0.1, after_requests: 0 }, 'after_requests', 'OUT_OF_RANGE'],
  [{ error_rate_over: 0.1, after_requests: 1_000_001 }, 'after_requests', 'OUT_OF_RANGE'],
  [{ error_rate_over: 0.1, after_requests: 1.5 }, 'after_requests', 'TYPE_MISMATCH'],
  [{ error_rate_over: -0.1, after_requests: 9 }, 'error_rate_over', 'OUT_OF_RANGE'],
  [{ error_rate_over: 1.1, after_requests: 9 }, 'error_rate_over', 'OUT_OF_RANGE'],
  [{ error_rate_over: '5%', after_requests: 9 }, 'error_rate_over', 'TYPE_MISMATCH'],
  [{ p99_over_ms: 0, after_requests: 9 }, 'p99_over_ms', 'OUT_OF_RANGE'],
  [{ p99_over_ms: 3_600_001, after_requests: 9 }, 'p99_over_ms', 'OUT_OF_RANGE'],
])('%j is refused', (stop_when, key, code) => {
  const given = { rollout_percentage: 20, stop_when }
  expect(schemaProblems(SetRollout, given)).toMatchObject([{ path: `stop_when.${key}`, code }])
})

test('an unknown key is told with the one that was meant', () => {
  const stop_when = { error_rate_above: 0.1, p99_over_ms: 5, after_requests: 9 }
  expect(schemaProblems(SetRollout, { rollout_percentage: 20, stop_when })).toMatchObject([
    { path: 'stop_when.error_rate_above', code: 'UNKNOWN_KEY', suggestion: 'error_rate_over' },
  ])
})

test('a rule without a threshold would never stop anything', () => {
  expect(stopWhenProblems({ after_requests: 100 }, 20)).toMatchObject([
    { path: 'stop_when', code: 'REQUIRED', expected: 'error_rate_over, p99_over_ms or both' },
  ])
})

test('at 100 percent there is nothing to compare with, but a rule may be taken away', () => {
  const rule = { error_rate_over: 0.1, after_requests: 100 }
  expect(stopWhenProblems(rule, 100)).toMatchObject([{ path: 'stop_when', code: 'OUT_OF_RANGE' }])
  for (const none of [null, undefined]) expect(stopWhenProblems(none, 100)).toEqual([])
})
