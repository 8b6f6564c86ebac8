import { afterAll, expect } from 'bun:test'
import { RedisBuckets } from '../../src/channel/rate-limit/redis-buckets.ts'
import { bucketStoreSuite, handClock } from '../../src/channel/rate-limit/test-bucket-store.ts'
import { testNeeding } from '../harness/needs.ts'
import { openHandTimed } from './hand-time.ts'

const test = testNeeding('redis')

const clockOfAll = { current: handClock(), monotonic: () => clockOfAll.current.ms }
const opened: { timed?: ReturnType<typeof openHandTimed> } = {}
const timed = () => (opened.timed ??= openHandTimed(clockOfAll))
let scopes = 0

afterAll(async () => {
  await (await opened.timed)?.[Symbol.asyncDispose]()
})

bucketStoreSuite(
  'Redis',
  (rate, clock) =>
    new RedisBuckets({
      rate,
      scope: `suite ${++scopes}`,
      scripts: {
        async run(script, keys, args) {
          const { scripts } = await timed()
          clockOfAll.current = { ...handClock(), ms: clock.monotonic() }
          return scripts.run(script, keys, args)
        },
      },
    }),
  test,
)

test('servers share their buckets, and a limit of another scope has its own', async () => {
  const { scripts } = await timed()
  const rate = { perSecond: 1, burst: 2 }
  const [here, there, other] = ['shared', 'shared', 'apart'].map(
    scope => new RedisBuckets({ rate, scripts, scope }),
  )
  const admitted = await Promise.all([
    here?.take('k'),
    there?.take('k'),
    here?.take('k'),
    there?.take('k'),
    other?.take('k'),
  ])
  expect(admitted.map(taken => taken?.admitted)).toEqual([true, true, false, false, true])
})
