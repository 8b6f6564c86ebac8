import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { MemoryKeys } from '../../channel/deduplication/memory-keys.ts'
import type { KeyStore } from '../../channel/deduplication/store.ts'
import type { Clock } from '../../std/clock.ts'
import { INSTANT } from '../../storage/test-store.ts'
import { recorded } from '../../telemetry/test-telemetry.ts'
import { type TestArrival, testArrival, testRequest } from '../test-arrival.ts'
import { AnsweredKeys } from './answered-keys.ts'
import { openDeduplication } from './deduplication.ts'
import type { DeduplicationGuard } from './guards.ts'
import { RuntimeRegistry } from './registry.ts'
import type { Request } from './request.ts'
import { StoreWatch } from './store-watch.ts'

const ANSWER = { status: 200, body: '{}', contentType: undefined, headers: undefined, workflowVersion: 1 }
const BYTES = Buffer.from('{}')

/** What a request does once it may run. */
type Fate = 'answers' | 'gives back'

interface Plan {
  readonly key: 'a' | 'b'
  readonly fate: Fate
}

const PLANS = fc.array(
  fc.record<Plan>({ key: fc.constantFrom('a', 'b'), fate: fc.constantFrom('answers', 'gives back') }),
  { minLength: 2, maxLength: 12 },
)

/** A store that takes its time, and now and then does not take a key. */
function slowStore(scheduler: fc.Scheduler, refuses: () => boolean): KeyStore {
  const keys = new MemoryKeys({ maxKeys: 100, maxBytes: 1e6 })
  return {
    find: scheduler.scheduleFunction(async (channel: string, key: string, nowMs: number) =>
      keys.find(channel, key, nowMs),
    ),
    remember: scheduler.scheduleFunction(async (key: Parameters<KeyStore['remember']>[0]) => {
      if (refuses()) throw new Error('no room')
      keys.remember(key)
    }),
    removeExpired: () => false,
  }
}

function openGuard(store: KeyStore, on_store_error: 'deny' | 'local'): DeduplicationGuard {
  const { telemetry } = recorded()
  const clock: Clock = { now: () => Date.parse(INSTANT), monotonic: () => 0 }
  return openDeduplication(
    { id: 'orders', name: 'orders', holdMs: 1000 },
    { header: 'key', on_duplicate: 'replay', on_store_error },
    {
      answeredKeys: new AnsweredKeys({ store, clock, telemetry }),
      registry: new RuntimeRegistry(),
      storeWatch: new StoreWatch(telemetry),
      telemetry,
    },
  )
}

function requestOf(arrival: TestArrival): Request {
  return testRequest(arrival, null)
}

test.each(['deny', 'local'] as const)(
  'whatever comes in between, no key runs twice at a time, nor once it is answered, with "%s"',
  async on_store_error => {
    const property = fc.asyncProperty(
      fc.scheduler(),
      PLANS,
      fc.infiniteStream(fc.boolean()),
      async (scheduler, plans, refusals) => {
        const guard = openGuard(
          slowStore(scheduler, () => refusals.next().value === true),
          on_store_error,
        )
        const running = new Set<string>()
        const answered = new Set<string>()
        const ended: string[] = []
        const request = async ({ key, fate }: Plan) => {
          const claim = await guard.claim(requestOf(testArrival({ headers: { key } })), BYTES)
          if (claim?.kind !== 'claim') return
          expect(running.has(key) || answered.has(key)).toBe(false)
          running.add(key)
          await scheduler.schedule(Promise.resolve())
          running.delete(key)
          if (fate === 'gives back') return claim.release()
          answered.add(key)
          ended.push(key)
          await claim.finish(ANSWER)
        }
        const all = Promise.allSettled(plans.map(request))
        await scheduler.waitFor(all)
        for (const outcome of await all) {
          if (outcome.status === 'rejected') expect(outcome.reason).toHaveProperty('code')
        }
        expect(new Set(ended).size).toBe(ended.length)
      },
    )
    await fc.assert(property, { numRuns: 500 })
  },
)
