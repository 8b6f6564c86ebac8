import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Clock } from '../../std/clock.ts'
import type { BucketStore, Rate } from './bucket-store.ts'

/** Milliseconds that a test moves by hand. */
export interface HandClock extends Clock {
  ms: number
}

export function handClock(ms = 0): HandClock {
  return {
    ms,
    now() {
      return this.ms
    },
    monotonic() {
      return this.ms
    },
  }
}

/** Opens an empty store. */
export type OpenBuckets = (rate: Rate, clock: Pick<Clock, 'monotonic'>) => BucketStore

/** What every store of buckets promises. */
export function bucketStoreSuite(name: string, open: OpenBuckets, testIt = test): void {
  describe(`buckets in ${name}`, () => {
    examples(open, testIt)
    laws(open, testIt)
  })
}

function examples(open: OpenBuckets, testIt: typeof test): void {
  testIt('hold the burst, then what the rate brings, and say when', async () => {
    const clock = handClock(5_000)
    const store = open({ perSecond: 2, burst: 3 }, clock)
    expect(await store.take('a')).toEqual({
      admitted: true,
      remaining: 2,
      retryAfterMs: 0,
      resetMs: 500,
    })
    await store.take('a')
    expect(await store.take('a')).toEqual({
      admitted: true,
      remaining: 0,
      retryAfterMs: 500,
      resetMs: 1500,
    })
    clock.ms += 100
    const refused = { admitted: false, remaining: 0, retryAfterMs: 400, resetMs: 1400 }
    expect(await store.take('a')).toEqual(refused)
    expect(await store.take('a')).toEqual(refused)
    clock.ms += 400
    expect(await store.take('a')).toMatchObject({ admitted: true, remaining: 0 })
    clock.ms += 60_000
    expect(await store.take('a')).toMatchObject({ admitted: true, remaining: 2 })
  })

  testIt('are one for each key, whatever it looks like', async () => {
    const store = open({ perSecond: 1, burst: 1 }, handClock())
    for (const key of [
      'a',
      'A',
      '',
      '__proto__',
      'constructor',
      'a ',
      '\u00e4',
      'a\u0308',
      'x'.repeat(1000),
    ]) {
      expect(await store.take(key)).toMatchObject({ admitted: true })
      expect(await store.take(key)).toMatchObject({ admitted: false })
    }
  })
}

function laws(open: OpenBuckets, testIt: typeof test): void {
  testIt('admit in no t seconds more than burst + rate * t, however requests come', async () => {
    await fc.assert(
      fc.asyncProperty(RATE, fc.array(GAP_US, { maxLength: 150, size: 'max' }), async (rate, gapsUs) => {
        const clock = handClock()
        const store = open(rate, clock)
        const admittedUs: number[] = []
        let nowUs = 0
        for (const gapUs of gapsUs) {
          nowUs += gapUs
          clock.ms = nowUs / 1000
          if ((await store.take('k')).admitted) admittedUs.push(nowUs)
        }
        expect(crowdedWindow(admittedUs, rate)).toBeUndefined()
      }),
    )
  })

  testIt(
    'always admit a client that keeps to the rate, and one that waits as long as it is told',
    async () => {
      await fc.assert(
        fc.asyncProperty(RATE, fc.integer({ min: 0, max: 1e9 }), async (rate, startMs) => {
          const clock = handClock()
          const store = open(rate, clock)
          for (let n = 0; n < 50; n++) {
            clock.ms = startMs + (n * 1000) / rate.perSecond
            expect((await store.take('steady')).admitted).toBe(true)
          }
          for (let n = 0; n < 50; n++) {
            const { admitted, retryAfterMs } = await store.take('patient')
            expect(admitted).toBe(true)
            clock.ms += retryAfterMs
          }
        }),
      )
    },
  )
}

const RATE = fc.record({
  perSecond: fc.integer({ min: 1, max: 2000 }),
  burst: fc.integer({ min: 1, max: 20 }),
})
/** Mostly crowded, sometimes long enough for a bucket to fill. */
const GAP_US = fc.integer({ min: 0, max: 30_000 })

/** The admitted of some window that are too many; a hundredth of a request is left to rounding. */
function crowdedWindow(admittedUs: readonly number[], { perSecond, burst }: Rate): string | undefined {
  for (const [first, fromUs] of admittedUs.entries()) {
    for (const [last, untilUs] of admittedUs.entries()) {
      const count = last - first + 1
      const most = burst + (perSecond * (untilUs - fromUs)) / 1_000_000 + 0.01
      if (last >= first && count > most) return `${count} in ${untilUs - fromUs} us, at most ${most}`
    }
  }
  return undefined
}
