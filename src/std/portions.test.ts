import { expect, test } from 'bun:test'
import type { Clock } from './clock.ts'
import { atOnce, inPortions, type Portions } from './portions.ts'

function* count(to: number): Portions<number> {
  for (let at = 0; at < to; at++) yield
  return to
}

function clockOf(msPerLook: number): Clock {
  let nowMs = 0
  return {
    now: () => 0,
    monotonic() {
      nowMs += msPerLook
      return nowMs
    },
  }
}

/** How many turns others had while the work was done. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0
  let done = false
  const watch = () => {
    if (done) return
    turns++
    setImmediate(watch)
  }
  setImmediate(watch)
  await work
  done = true
  return turns
}

test('work in portions gives what it gives at once', async () => {
  expect(atOnce(count(5))).toBe(5)
  expect(await inPortions(count(5), clockOf(1))).toBe(5)
})

test('long work lets others go first, short work does not wait', async () => {
  expect(await turnsDuring(inPortions(count(100), clockOf(2)))).toBeGreaterThan(10)
  expect(await turnsDuring(inPortions(count(100), clockOf(0)))).toBe(0)
})

test('what the work throws is the rejection', async () => {
  const failing = (function* (): Portions<never> {
    yield
    throw new RangeError('no')
  })()
  await expect(inPortions(failing, clockOf(1))).rejects.toThrow(RangeError)
})
