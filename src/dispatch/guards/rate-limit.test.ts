import { describe, expect, test } from 'bun:test'
import { noKeySets } from '../../auth/channel/test-key-sets.ts'
import { MemoryKeys } from '../../channel/deduplication/memory-keys.ts'
import type { ChannelConfig } from '../../channel/definition.ts'
import type { BucketStore } from '../../channel/rate-limit/bucket-store.ts'
import { handClock } from '../../channel/rate-limit/test-bucket-store.ts'
import { MemoryResponseCache } from '../../channel/response-cache/memory-store.ts'
import { defaultLimits, ExpressionError } from '../../expression/expression.ts'
import type { Json, JsonObject } from '../../std/json.ts'
import { recorded } from '../../telemetry/test-telemetry.ts'
import { type TestArrival, testArrival } from '../test-arrival.ts'
import { refusal } from '../test-room.ts'
import { AnsweredKeys } from './answered-keys.ts'
import type { GuardNeeds } from './guard-needs.ts'
import { memoryStores } from './guard-stores.ts'
import { openGuards } from './open-guards.ts'
import { RuntimeRegistry } from './registry.ts'
import { StoreWatch } from './store-watch.ts'

const CHANNEL = {
  version: 1,
  timeoutMs: 1000,
  offers: { explain: false, profile: false },
  sides: [],
}

type Options = Parameters<typeof testArrival>[0]

/** The guards of one channel, opened by reload after reload over one registry. */
function desk(needs: Partial<GuardNeeds> = {}) {
  const { telemetry } = recorded()
  const clock = handClock()
  const registry = new RuntimeRegistry()
  const cache = new MemoryResponseCache({ clock, maxBytes: 0, maxEntries: 0 })
  const keys = new MemoryKeys({ maxKeys: 0, maxBytes: 0 })
  const whole: GuardNeeds = {
    responseCache: cache,
    localCache: cache,
    limits: defaultLimits,
    registry,
    stores: memoryStores(clock),
    caches: { cache: () => ({ reason: 'there is none' }) },
    answeredKeys: new AnsweredKeys({ store: keys, clock, telemetry }),
    storeWatch: new StoreWatch(telemetry),
    keySets: noKeySets(clock),
    clock,
    telemetry,
    ...needs,
  }
  const reload = (config: ChannelConfig, id = 'c', name = 'orders') => {
    const holding = registry.open()
    const { guards } = openGuards({ ...CHANNEL, id, name, config }, holding, whole)
    holding.settle()
    return guards
  }
  return { clock, registry, reload, counters: telemetry.counters }
}

const ONE = { requests_per_second: 1, burst: 1 }

/** Whether each request in turn is admitted by the limit. */
async function outcomes(config: ChannelConfig, ...requests: Options[]): Promise<boolean[]> {
  const { rateLimit } = desk().reload(config)
  const admitted: boolean[] = []
  for (const options of requests) {
    const arrival = testArrival(options)
    const body = rateLimit?.readsBody ? await arrival.parse(new Uint8Array(), 'envelope') : undefined
    admitted.push(await isAdmitted(async () => rateLimit?.admit(arrival, body)))
  }
  return admitted
}

async function isAdmitted(admit: () => Promise<void>): Promise<boolean> {
  try {
    await admit()
    return true
  } catch (error) {
    expect(error).toMatchObject({ code: 'RATE_LIMITED' })
    return false
  }
}

function keyed(key_logic: Json, rest: Partial<ChannelConfig['rate_limit']> = {}): ChannelConfig {
  return { rate_limit: { ...ONE, key_logic, ...rest } }
}

describe('a rate limit', () => {
  test('refuses with 429, when to come again and how it stands, and counts that', async () => {
    const { reload, clock, counters } = desk()
    const { rateLimit } = reload({ rate_limit: { requests_per_second: 2, burst: 3 } })
    const answered: TestArrival['answered'][] = []
    const ask = () => {
      const arrival = testArrival()
      answered.push(arrival.answered)
      return rateLimit?.admit(arrival, undefined)
    }
    await ask()
    await ask()
    await ask()
    clock.ms += 100
    const error = await refusal((async () => ask())())
    expect(error).toMatchObject({
      code: 'RATE_LIMITED',
      message: 'Too many requests',
      headers: { 'retry-after': '1' },
    })
    expect(answered).toEqual([
      { 'ratelimit-limit': '3', 'ratelimit-remaining': '2', 'ratelimit-reset': '1' },
      { 'ratelimit-limit': '3', 'ratelimit-remaining': '1', 'ratelimit-reset': '1' },
      { 'ratelimit-limit': '3', 'ratelimit-remaining': '0', 'ratelimit-reset': '2' },
      { 'ratelimit-limit': '3', 'ratelimit-remaining': '0', 'ratelimit-reset': '2' },
    ])
    expect(counters.snapshot().rate_limited).toBe(1)
    clock.ms += 400
    await ask()
  })

  test('counts by client address when nothing else is said, at once', () => {
    const { rateLimit } = desk().reload({ rate_limit: ONE })
    expect(rateLimit?.readsBody).toBe(false)
    expect(rateLimit?.admit(testArrival({ clientIp: '192.0.2.1' }), undefined)).toBeUndefined()
    expect(rateLimit?.admit(testArrival({ clientIp: '192.0.2.2' }), undefined)).toBeUndefined()
    expect(() => rateLimit?.admit(testArrival({ clientIp: '192.0.2.1' }), undefined)).toThrow()
  })

  test.each<[string, Options, Options]>([
    ['client_ip', { clientIp: '192.0.2.1' }, { clientIp: '192.0.2.2' }],
    ['headers.authorization', { headers: { authorization: 'a' } }, { headers: { authorization: 'b' } }],
    ['method', { method: 'GET' }, { method: 'PUT' }],
    ['path', { path: '/a' }, { path: '/b' }],
    ['query.q', { rawQuery: 'q=1' }, { rawQuery: 'q=2' }],
    ['params.id', { params: { id: '1' } }, { params: { id: '2' } }],
    ['data.user', { payload: { user: 1 } }, { payload: { user: 2 } }],
  ])('counts by %s', async (path, one, other) => {
    expect(await outcomes(keyed({ var: path }), one, one, other, other)).toEqual([true, false, true, false])
  })

  test('knows its channel in the key', async () => {
    const logic: Json = { if: [{ '==': [{ var: 'channel' }, 'orders'] }, { var: 'headers.k' }, 'another'] }
    const one = { headers: { k: '1' } }
    expect(await outcomes(keyed(logic), one, { headers: { k: '2' } })).toEqual([true, true])
  })

  test('reads the body first only when its key does', () => {
    const readsBody = (logic: Json) => desk().reload(keyed(logic)).rateLimit?.readsBody
    expect(readsBody({ var: 'headers.k' })).toBe(false)
    expect(readsBody({ var: 'data.user' })).toBe(true)
    expect(readsBody({ var: 'data' })).toBe(true)
    expect(readsBody({ var: { var: 'query.q' } })).toBe(true)
  })

  test('whose key does not compile is not opened', () => {
    const shallow = desk({ limits: { ...defaultLimits, maxLogicNodes: 2 } })
    expect(() => shallow.reload(keyed({ cat: [{ cat: [{ var: 'path' }] }] }))).toThrow(ExpressionError)
  })
})

describe('a key', () => {
  const pairs: [Json, Json][] = [
    ['1', 1],
    ['true', true],
    ['{"a":1}', { a: 1 }],
    ['[1]', [1]],
    [[1], ['1']],
    ['shared', 'json "shared"'],
    ['x'.repeat(200), `${'x'.repeat(199)}y`],
    [['x'.repeat(200)], 'x'.repeat(200)],
  ]
  test.each(pairs)('%j is another than %j', async (one, other) => {
    const requests = [one, one, other].map(user => ({ payload: { user } }))
    expect(await outcomes(keyed({ var: 'data.user' }), ...requests)).toEqual([true, false, true])
  })

  test('of a caller cannot be the address of another, or the bucket of all', async () => {
    const config = keyed({ var: 'headers.k' }, { on_missing_key: 'client_ip' })
    const forged = ['192.0.2.1', 'address 192.0.2.1', 'shared'].map(k => ({ headers: { k } }))
    expect(await outcomes(config, ...forged, { clientIp: '192.0.2.1' })).toEqual([true, true, true, true])
  })
})

describe('without a key', () => {
  const missing: [string, Json, Options][] = [
    ['null', { var: 'headers.k' }, {}],
    ['an empty text', { var: 'headers.k' }, { headers: { k: '' } }],
    ['a failure', { throw: 'no' }, {}],
  ]
  test.each(missing)('(%s) all share one bucket', async (_what, logic, options) => {
    const others = [{ ...options, clientIp: '192.0.2.9' }, { headers: { k: 'mine' } }]
    expect(await outcomes(keyed(logic), options, ...others)).toEqual([true, false, 'var' in Object(logic)])
  })

  test.each(missing)('(%s) a request is refused where the channel says so', async (_what, logic, options) => {
    const { rateLimit } = desk().reload(keyed(logic, { on_missing_key: 'reject' }))
    const error = await refusal((async () => rateLimit?.admit(testArrival(options), undefined))())
    expect(error).toMatchObject({ code: 'RATE_LIMITED', headers: { 'retry-after': '1' } })
  })

  test.each(missing)(
    '(%s) the client address counts where the channel says so',
    async (_what, logic, options) => {
      const by = (clientIp: string) => ({ ...options, clientIp })
      const config = keyed(logic, { on_missing_key: 'client_ip' })
      expect(await outcomes(config, by('192.0.2.1'), by('192.0.2.1'), by('192.0.2.2'))).toEqual([
        true,
        false,
        true,
      ])
    },
  )
})

describe('the limit of verified callers', () => {
  const config = (key_logic: Json): ChannelConfig => ({ principal_rate_limit: { ...ONE, key_logic } })
  const caller = (sub: string): JsonObject => ({ mode: 'jwt', claims: { sub } })

  test.each(['claims.sub', 'auth.claims.sub'])('counts by %s, whatever their address', async path => {
    const { principalRateLimit } = desk().reload(config({ var: path }))
    const ask = (sub: string, clientIp: string) =>
      isAdmitted(async () => principalRateLimit?.admit(testArrival({ clientIp }), caller(sub)))
    expect(await ask('ann', '192.0.2.1')).toBe(true)
    expect(await ask('ann', '192.0.2.2')).toBe(false)
    expect(await ask('bob', '192.0.2.1')).toBe(true)
  })

  test('counts nobody as one that has no key', async () => {
    const { principalRateLimit } = desk().reload(config({ var: 'claims.sub' }))
    const ask = () => isAdmitted(async () => principalRateLimit?.admit(testArrival(), undefined))
    expect([await ask(), await ask()]).toEqual([true, false])
  })

  test('has buckets beside those of the address', async () => {
    const guards = desk().reload({ rate_limit: ONE, ...config({ var: 'client_ip' }) })
    await guards.rateLimit?.admit(testArrival(), undefined)
    expect(await isAdmitted(async () => guards.principalRateLimit?.admit(testArrival(), caller('a')))).toBe(
      true,
    )
  })
})

describe('a reload', () => {
  const admitted = (guards: ReturnType<ReturnType<typeof desk>['reload']>) =>
    isAdmitted(async () => guards.rateLimit?.admit(testArrival(), undefined))

  test('keeps the buckets of a limit that did not change', async () => {
    const { reload } = desk()
    expect(await admitted(reload({ rate_limit: ONE }))).toBe(true)
    expect(await admitted(reload({ rate_limit: { burst: 1, requests_per_second: 1 }, timeout_ms: 7 }))).toBe(
      false,
    )
  })

  test.each<[string, ChannelConfig['rate_limit']]>([
    ['rate', { requests_per_second: 2, burst: 1 }],
    ['burst', { requests_per_second: 1, burst: 2 }],
    ['key', { ...ONE, key_logic: { var: 'client_ip' } }],
  ])('begins anew when its %s did', async (_what, rate_limit) => {
    const { reload } = desk()
    expect(await admitted(reload({ rate_limit: ONE }))).toBe(true)
    expect(await admitted(reload({ ...(rate_limit && { rate_limit }) }))).toBe(true)
  })

  test('never gives one channel the buckets of another', async () => {
    const { reload } = desk()
    expect(await admitted(reload({ rate_limit: ONE }, 'a'))).toBe(true)
    expect(await admitted(reload({ rate_limit: ONE }, 'b'))).toBe(true)
  })

  test('leaves nothing of channels that are gone', () => {
    const { reload, registry } = desk()
    for (let n = 0; n < 1000; n++) reload({ rate_limit: ONE }, `c${n}`)
    expect(registry.buckets.size).toBe(1)
    reload({})
    expect(registry.buckets.size).toBe(0)
  })
})

describe.each<[string, BucketStore['take']]>([
  [
    'throws',
    () => {
      throw new Error('down')
    },
  ],
  ['rejects', () => Promise.reject(new Error('down'))],
])('a store that %s', (_how, take) => {
  const open = (rate_limit: ChannelConfig['rate_limit']) => {
    const { reload, counters } = desk({ stores: { buckets: () => ({ take }) } })
    const { rateLimit } = reload({ ...(rate_limit && { rate_limit }) })
    return { ask: async (arrival = testArrival()) => rateLimit?.admit(arrival, undefined), counters }
  }

  test('leaves the limit to the memory of this process', async () => {
    const { ask, counters } = open(ONE)
    await ask()
    expect((await refusal(ask())).code).toBe('RATE_LIMITED')
    expect(counters.snapshot().guard_store).toBe(2)
  })

  test('refuses everybody where the channel says so', async () => {
    expect((await refusal(open({ ...ONE, on_store_error: 'deny' }).ask())).code).toBe('SERVICE_UNAVAILABLE')
  })

  test('admits everybody where the channel says so, and tells no limit', async () => {
    const { ask } = open({ ...ONE, on_store_error: 'allow' })
    const arrival = testArrival()
    await ask()
    await ask(arrival)
    expect(arrival.answered).toEqual({})
  })
})
