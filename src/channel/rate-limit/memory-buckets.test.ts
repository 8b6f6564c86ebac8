import { expect, test } from 'bun:test'
import { rateOf } from './bucket-store.ts'
import { MemoryBuckets } from './memory-buckets.ts'
import { bucketStoreSuite, handClock } from './test-bucket-store.ts'

bucketStoreSuite('memory', (rate, clock) => new MemoryBuckets(rate, clock))

test('the burst is half of the rate and one when it is left out, and never 0', () => {
  expect(rateOf(100, undefined)).toEqual({ perSecond: 100, burst: 51 })
  expect(rateOf(1, undefined)).toEqual({ perSecond: 1, burst: 1 })
  expect(rateOf(10, 0)).toEqual({ perSecond: 10, burst: 1 })
  expect(rateOf(0, 3)).toEqual({ perSecond: 1, burst: 3 })
})

test('keys are bounded', () => {
  const store = new MemoryBuckets({ perSecond: 1, burst: 1 }, handClock(), 100)
  for (let n = 0; n < 1000; n++) store.take(`key ${n}`)
  expect(store.size).toBe(100)
})

test('the bucket that was asked longest ago makes room', () => {
  const store = new MemoryBuckets({ perSecond: 1, burst: 1 }, handClock(), 3)
  for (const key of ['a', 'b', 'c', 'a', 'd']) store.take(key)
  expect(store.take('a').admitted).toBe(false)
  expect(store.take('b').admitted).toBe(true)
})

test('a full bucket makes room before an older one that is not', () => {
  const clock = handClock()
  const store = new MemoryBuckets({ perSecond: 1, burst: 9 }, clock, 3)
  for (let n = 0; n < 9; n++) store.take('drained')
  store.take('lightly used')
  clock.ms += 2000
  store.take('third')
  store.take('fourth')
  expect(store.size).toBe(3)
  expect(store.take('drained').remaining).toBe(1)
})

test('a bucket counts exactly over a long life', () => {
  const clock = handClock()
  const store = new MemoryBuckets({ perSecond: 3, burst: 1 }, clock)
  let admitted = 0
  for (let n = 0; n < 300_000; n++) {
    clock.ms = n * 7
    if (store.take('k').admitted) admitted++
  }
  // 7 ms a step: the first that is not too early after each third of a second comes with the 48th.
  expect(admitted).toBe(Math.ceil(300_000 / 48))
})
