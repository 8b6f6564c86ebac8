import { expect, test } from 'bun:test'
import type { StopWhen } from '../../versioning/stop-when.ts'
import { StopWatch, type Verdict } from './stop-watch.ts'

function watching(rule: StopWhen) {
  const verdicts: Verdict[] = []
  const { promise: putBack, resolve: finish } = Promise.withResolvers<boolean>()
  const watch = new StopWatch({ workflowId: 'w', newer: 3, older: 2, rule }, verdict => {
    verdicts.push(verdict)
    return putBack
  })
  return { watch, verdicts, putBack, finish }
}

test('a version that fails one in five is stopped within one window, by its failures alone', () => {
  const { watch, verdicts } = watching({ error_rate_over: 0.1, after_requests: 50 })
  for (let at = 1; at <= 50; at++) {
    for (let other = 0; other < 4; other++) watch.addOlder(1, false)
    watch.addNewer(1, at % 5 === 0)
  }
  expect(verdicts).toMatchObject([
    {
      workflowId: 'w',
      newer: 3,
      older: 2,
      reason: expect.stringContaining('6 of 30 requests failed'),
      newerCounts: { requests: 30, errors: 6 },
      olderCounts: { requests: 120, errors: 0 },
    },
  ])
  expect(watch.hasStopped).toBe(true)
})

test('what fails alike in both versions stops nothing', () => {
  const { watch, verdicts } = watching({ error_rate_over: 0.1, after_requests: 50 })
  for (let at = 1; at <= 1000; at++) {
    for (let other = 0; other < 4; other++) watch.addOlder(1, at % 5 === 0)
    watch.addNewer(1, at % 5 === 0)
  }
  expect(verdicts).toEqual([])
})

test('a failure that begins late is not diluted by what went well before', () => {
  const { watch, verdicts } = watching({ error_rate_over: 0.5, after_requests: 10 })
  for (let at = 0; at < 1000; at++) watch.addNewer(1, false)
  expect(verdicts).toEqual([])
  for (let at = 0; at < 6; at++) watch.addNewer(1, true)
  expect(verdicts).toHaveLength(1)
})

test('a new window begins for both versions', () => {
  const { watch, verdicts } = watching({ error_rate_over: 0.4, after_requests: 10 })
  for (let at = 0; at < 100; at++) watch.addOlder(1, true)
  for (let at = 0; at < 10; at++) watch.addNewer(1, true)
  expect(verdicts).toEqual([])
  for (let at = 0; at < 10; at++) watch.addOlder(1, false)
  for (let at = 0; at < 5; at++) watch.addNewer(1, true)
  expect(verdicts).toMatchObject([{ newerCounts: { requests: 5 }, olderCounts: { requests: 10, errors: 0 } }])
})

test('a slow version is stopped when its window is full', () => {
  const { watch, verdicts } = watching({ p99_over_ms: 20, after_requests: 100 })
  for (let at = 0; at < 99; at++) watch.addNewer(at < 2 ? 80 : 1, false)
  watch.addOlder(5, false)
  expect(verdicts).toEqual([])
  watch.addNewer(1, false)
  expect(verdicts).toMatchObject([{ reason: expect.stringContaining('p99') }])
  expect(Math.abs((verdicts[0]?.newerCounts.p99Ms ?? 0) / 80 - 1)).toBeLessThan(0.01)
  expect(Math.abs((verdicts[0]?.olderCounts.p99Ms ?? 0) / 5 - 1)).toBeLessThan(0.01)
})

test('a version is put back once, and what happens meanwhile counts for nothing', async () => {
  const { watch, verdicts, putBack, finish } = watching({ error_rate_over: 0, after_requests: 10 })
  for (let at = 0; at < 100; at++) watch.addNewer(1, true)
  expect(verdicts).toHaveLength(1)
  finish(true)
  await putBack
  watch.addNewer(1, true)
  expect([verdicts.length, watch.hasStopped]).toEqual([1, true])
})

test('a version that could not be put back is judged anew', async () => {
  const { watch, verdicts, putBack, finish } = watching({ error_rate_over: 0.15, after_requests: 10 })
  for (let at = 0; at < 9; at++) watch.addNewer(1, true)
  expect([verdicts.length, watch.hasStopped]).toEqual([1, true])
  finish(false)
  await putBack
  expect(watch.hasStopped).toBe(false)
  watch.addNewer(1, true)
  expect(verdicts).toHaveLength(1)
  watch.addNewer(1, true)
  expect(verdicts).toMatchObject([{}, { newerCounts: { requests: 2, errors: 2 } }])
})

test('a watch that is over judges nothing', () => {
  const { watch, verdicts } = watching({ error_rate_over: 0, after_requests: 10 })
  watch[Symbol.dispose]()
  for (let at = 0; at < 100; at++) watch.addNewer(1, true)
  expect(verdicts).toEqual([])
})
