import { describe, expect, test } from 'bun:test'
import { MemoryResponseCache } from '../../channel/response-cache/memory-store.ts'
import type { ResponseCacheStore, Shelf } from '../../channel/response-cache/store.ts'
import { EngineError } from '../../engine/engine-error.ts'
import type { Task } from '../../engine/functions-api.ts'
import { custom, mapTask, task } from '../../engine/test-run.ts'
import type { Json, JsonObject } from '../../std/json.ts'
import type { Answer } from '../answer.ts'
import { type TestArrivalOptions, testArrival } from '../test-arrival.ts'
import { openRoom, type Room, type RoomOptions, refusal, serving } from '../test-room.ts'

interface Told extends Answer {
  /** `x-orion-cache`. */
  readonly cache: string | undefined
  readonly age: string | undefined
}

interface Shop extends AsyncDisposable {
  readonly room: Room
  /** Runs that began. */
  runs(): number
  ask(options?: TestArrivalOptions): Promise<Told>
}

/** A channel `shop` that is cached; what it runs is `work`, which counts. */
async function openShop(
  cache: JsonObject,
  { work = () => 200, config = {}, ...options }: RoomOptions & { work?: Task; config?: JsonObject } = {},
): Promise<Shop> {
  let runs = 0
  const counted = custom('work', run => {
    runs++
    return work(run)
  })
  const tasks = [task('w', 'work', {}), mapTask('m', { 'data.answer': 42 })]
  const room = await openRoom({
    functions: [counted],
    workflows: [{ workflow_id: 'shop', name: 'shop', tasks }],
    channels: [serving('shop', { config: { cache: { enabled: true, ...cache }, ...config } })],
    ...options,
  })
  return {
    room,
    runs: () => runs,
    async ask(asked) {
      const [channel] = room.live.snapshot().channels
      if (channel === undefined) throw new Error('nothing is live')
      const arrival = testArrival(asked)
      const answer = await room.dispatch(channel, arrival)
      return { ...answer, cache: arrival.answered['x-orion-cache'], age: arrival.answered.age }
    },
    [Symbol.asyncDispose]: () => room[Symbol.asyncDispose](),
  }
}

async function told(shop: Shop, ...requests: TestArrivalOptions[]): Promise<(string | undefined)[]> {
  const seen: (string | undefined)[] = []
  for (const request of requests) seen.push((await shop.ask(request)).cache)
  return seen
}

describe('an equal request', () => {
  test('gets the same answer again, with its age, without a run, a trace or a permit', async () => {
    const config = { backpressure: { max_concurrent: 1 } }
    await using shop = await openShop({ ttl_secs: 10 }, { config })
    const first = await shop.ask()
    shop.room.clock.advance(2900)
    const [second, third] = await Promise.all([shop.ask(), shop.ask()])
    expect([first.cache, first.age]).toEqual(['miss', undefined])
    expect(second).toEqual({ ...first, cache: 'hit', age: '2' })
    expect(third).toEqual(second)
    expect(shop.runs()).toBe(1)
    expect(await shop.room.traces()).toHaveLength(1)

    shop.room.clock.advance(7100)
    expect((await shop.ask()).cache).toBe('miss')
  })

  test('gets a run while the cache is turned off', async () => {
    await using shop = await openShop({ enabled: false })
    expect(await told(shop, {}, {})).toEqual([undefined, undefined])
    expect(shop.runs()).toBe(2)
  })

  test('is kept for five minutes when the channel does not say', async () => {
    await using shop = await openShop({})
    await shop.ask()
    shop.room.clock.advance(299_999)
    expect((await shop.ask()).age).toBe('299')
    shop.room.clock.advance(1)
    expect((await shop.ask()).cache).toBe('miss')
  })
})

describe('an answer is not kept', () => {
  test('of a run that failed', async () => {
    let fails = true
    const work = () => {
      if (fails) throw new EngineError('Task', 'no')
      return 200
    }
    await using shop = await openShop({}, { work })
    await refusal(shop.ask())
    fails = false
    expect(await told(shop, {}, {})).toEqual(['miss', 'hit'])
  })

  test('that tells of errors', async () => {
    const rules = [{ logic: false, message: 'no' }]
    const tasks = [task('v', 'validation', { rules })]
    await using shop = await openShop({}, { workflows: [{ workflow_id: 'shop', name: 'shop', tasks }] })
    expect(await told(shop, {}, {})).toEqual(['miss', 'miss'])
  })
})

describe('no caching', () => {
  test.each<[string, JsonObject, TestArrivalOptions]>([
    ['for a key that is null', { key_logic: { var: 'data.none' } }, {}],
    ['for a key that fails', { key_logic: { throw: 'no' } }, {}],
    ['for a body without any of the fields', { cache_key_fields: ['a', 'b.c'] }, { payload: { b: {} } }],
    ['for a body that is very long', {}, { payload: { text: 'x'.repeat(300_000) } }],
    [
      'for a key that is endless',
      { key_logic: { reduce: [{ var: 'data.l' }, [{ var: 'accumulator' }, { var: 'accumulator' }], 'x'] } },
      { payload: { l: Array.from({ length: 60 }, () => 1) } },
    ],
  ])('%s', async (_, cache, request) => {
    await using shop = await openShop(cache)
    expect(await told(shop, request, request)).toEqual(['bypass', 'bypass'])
    expect(shop.runs()).toBe(2)
  })

  test('for a request that is explained', async () => {
    await using shop = await openShop({}, { config: { explain: true } })
    const asked = { explain: true, profile: false }
    const other = { explain: false, profile: true }
    expect(await told(shop, {}, { asked }, { asked: other }, {})).toEqual(['miss', 'bypass', 'hit', 'hit'])
  })
})

describe('a key of fields', () => {
  test('tells null from absent, and looks at nothing else', async () => {
    await using shop = await openShop({ cache_key_fields: ['data.a', 'b.0'] })
    const payloads: Json[] = [
      { a: 1, x: 1 },
      { a: 1, x: 2 },
      { a: 1, b: [null] },
      { a: 1, b: [null, 3] },
      { a: 1, b: [] },
      { b: [1] },
      { a: null, b: [1] },
    ]
    expect(await told(shop, ...payloads.map(payload => ({ payload })))).toEqual([
      'miss',
      'hit',
      'miss',
      'hit',
      'hit',
      'miss',
      'miss',
    ])
  })

  test('has nothing of the metadata of the caller', async () => {
    await using shop = await openShop({ cache_key_fields: ['a'] })
    const payload = { a: 1 }
    expect(await told(shop, { payload, metadata: { m: 1 } }, { payload, metadata: { m: 2 } })).toEqual([
      'miss',
      'hit',
    ])
  })
})

describe('a computed key', () => {
  test('beats fields', async () => {
    await using shop = await openShop({ cache_key_fields: ['a'], key_logic: { var: 'data.b' } })
    expect(await told(shop, { payload: { a: 1, b: 1 } }, { payload: { a: 2, b: 1 } })).toEqual([
      'miss',
      'hit',
    ])
  })

  test('tells types apart', async () => {
    await using shop = await openShop({ key_logic: { var: 'data.k' } })
    const keys: Json[] = [1, '1', true, 'true', [1], { '0': 1 }, false, '']
    expect(await told(shop, ...keys.map(k => ({ payload: { k } })))).toEqual(keys.map(() => 'miss'))
  })

  test.each<[string, Json]>([
    ['headers', { var: 'headers.authorization' }],
    ['metadata.headers', { var: 'metadata.headers.authorization' }],
    ['a computed name of either', { var: { cat: ['metadata.', 'headers.authorization'] } }],
  ])('sees credentials as they are in %s', async (_, key_logic) => {
    await using shop = await openShop({ key_logic })
    const as = (authorization: string) => ({ headers: { authorization } })
    expect(await told(shop, as('Bearer a'), as('Bearer b'), as('Bearer a'))).toEqual(['miss', 'miss', 'hit'])
  })

  test('may look at query, params, method, path and metadata', async () => {
    const names = ['query.q', 'params.p', 'method', 'path', 'metadata.m', 'metadata.query.q']
    const key_logic = names.map(name => ({ var: name }))
    await using shop = await openShop({ key_logic })
    const base = { rawQuery: 'q=1', params: { p: '1' }, path: '/a', metadata: { m: 1 } }
    expect(await told(shop, base, base, { ...base, path: '/b' }, { ...base, metadata: { m: 2 } })).toEqual([
      'miss',
      'hit',
      'miss',
      'miss',
    ])
  })
})

describe('listed headers', () => {
  test('tell answers apart, absent from empty too, whatever their case in the list', async () => {
    await using shop = await openShop({ vary: ['X-Tier', 'accept-language'] })
    const requests: Record<string, string>[] = [
      {},
      { 'x-tier': '' },
      { 'x-tier': 'gold' },
      { 'accept-language': 'gold' },
      { 'x-tier': 'gold', other: '1' },
    ]
    expect(await told(shop, ...requests.map(headers => ({ headers })))).toEqual([
      'miss',
      'miss',
      'miss',
      'miss',
      'hit',
    ])
  })
})

describe('the query', () => {
  test('is by name; what comes more than once keeps its order', async () => {
    await using shop = await openShop({})
    const queries = ['a=1&b=2', 'b=2&a=1', 'a=1&a=2', 'a=2&a=1', 'a=1', 'a=%31', 'a', 'a=', '']
    expect(await told(shop, ...queries.map(rawQuery => ({ rawQuery })))).toEqual([
      'miss',
      'hit',
      'miss',
      'miss',
      'miss',
      'hit',
      'miss',
      'hit',
      'miss',
    ])
  })
})

/** Runs that wait until they are let go. */
function gated() {
  const waiting: (() => void)[] = []
  return {
    work: (() => {
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.push(resolve)
      return promise.then(() => 200)
    }) satisfies Task,
    release() {
      for (const go of waiting.splice(0)) go()
    },
  }
}

/** Lets everything run that does not wait for the gate. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve))
}

describe('misses at the same time', () => {
  test('run each for itself when the channel does not say', async () => {
    const gate = gated()
    await using shop = await openShop({}, gate)
    const answers = Promise.all([shop.ask(), shop.ask(), shop.ask()])
    await settled()
    gate.release()
    expect((await answers).map(({ cache }) => cache)).toEqual(['miss', 'miss', 'miss'])
    expect(shop.runs()).toBe(3)
  })

  test('run once and share the answer, without a permit each', async () => {
    const gate = gated()
    const config = { backpressure: { max_concurrent: 1 } }
    await using shop = await openShop({ coalesce_misses: true }, { ...gate, config })
    const answers = Promise.all([shop.ask(), shop.ask(), shop.ask()])
    await settled()
    gate.release()
    const [first, ...others] = await answers
    expect(first?.cache).toBe('miss')
    for (const other of others) expect(other).toEqual({ ...first, cache: 'hit', age: '0' })
    expect(shop.runs()).toBe(1)
    expect((await shop.ask()).cache).toBe('hit')
  })

  test('run each for itself when the first one fails', async () => {
    const gate = gated()
    let fails = true
    const work: Task = async () => {
      await gate.work()
      if (!fails) return 200
      fails = false
      throw new EngineError('Task', 'no')
    }
    await using shop = await openShop({ coalesce_misses: true }, { work })
    const first = refusal(shop.ask())
    const others = Promise.all([shop.ask(), shop.ask()])
    await settled()
    gate.release()
    await first
    await settled()
    gate.release()
    expect((await others).map(({ cache }) => cache)).toEqual(['miss', 'miss'])
    expect(shop.runs()).toBe(3)
  })

  test('run each for itself when the answer of the first one is not kept', async () => {
    const rules = [{ logic: false, message: 'no' }]
    const gate = gated()
    const tasks = [task('g', 'gate', {}), task('v', 'validation', { rules })]
    await using shop = await openShop(
      { coalesce_misses: true },
      {
        functions: [custom('gate', gate.work)],
        workflows: [{ workflow_id: 'shop', name: 'shop', tasks }],
      },
    )
    const answers = Promise.all([shop.ask(), shop.ask()])
    await settled()
    gate.release()
    await settled()
    gate.release()
    expect((await answers).map(({ cache }) => cache)).toEqual(['miss', 'miss'])
  })

  test('run each for itself when no place is free for the first one', async () => {
    const config = { backpressure: { max_concurrent: 0 } }
    await using shop = await openShop({ coalesce_misses: true }, { config })
    const errors = await Promise.all([refusal(shop.ask()), refusal(shop.ask())])
    expect(errors.map(({ code }) => code)).toEqual(['SERVICE_UNAVAILABLE', 'SERVICE_UNAVAILABLE'])
  })

  test('a caller who leaves waits no more, and runs nothing', async () => {
    const gate = gated()
    await using shop = await openShop({ coalesce_misses: true }, gate)
    const first = shop.ask()
    await settled()
    const caller = new AbortController()
    const second = refusal(shop.ask({ gone: caller.signal }))
    await settled()
    caller.abort()
    expect((await second).code).toBe('SERVICE_UNAVAILABLE')
    gate.release()
    await first
    expect(shop.runs()).toBe(1)
  })

  test('who comes after an invalidation does not share what began before it', async () => {
    const gate = gated()
    await using shop = await openShop({ coalesce_misses: true, namespaces: ['prices'] }, gate)
    const before = shop.ask()
    await settled()
    await shop.room.invalidate('prices')
    const after = shop.ask()
    const together = shop.ask()
    await settled()
    expect(shop.runs()).toBe(2)
    gate.release()
    expect((await before).cache).toBe('miss')
    expect([(await after).cache, (await together).cache]).toEqual(['miss', 'hit'])
    expect((await shop.ask()).body).toBe((await after).body)
  })
})

/** The memory behind a wire. */
function remote(inner: ResponseCacheStore, wire: { isDown: boolean }): ResponseCacheStore {
  const over = async <Value>(answer: () => Value | Promise<Value>) => {
    if (wire.isDown) throw new Error('no route to the cache')
    return answer()
  }
  const remoteShelf = (shelf: Shelf): Shelf => ({
    look: key => over(() => shelf.look(key)),
    put: (key, answer, versions) => over(() => shelf.put(key, answer, versions)),
    [Symbol.dispose]: () => shelf[Symbol.dispose](),
  })
  return {
    name: 'remote',
    open: settings => remoteShelf(inner.open(settings)),
    invalidate: namespace => over(() => inner.invalidate(namespace)),
  }
}

describe('a store that is not in this process', () => {
  async function openRemote(cache: JsonObject, work?: Task) {
    const wire = { isDown: false }
    const clock = { monotonic: () => 0 }
    const memory = () => new MemoryResponseCache({ clock, maxBytes: 1_000_000, maxEntries: 100 })
    const live = { responseCache: remote(memory(), wire), localCache: memory() }
    const shop = await openShop(cache, { live, ...(work && { work }) })
    return { shop, wire, [Symbol.asyncDispose]: () => shop[Symbol.asyncDispose]() }
  }

  test('is waited for', async () => {
    await using far = await openRemote({ coalesce_misses: true })
    const pair = await Promise.all([far.shop.ask(), far.shop.ask()])
    expect(pair.map(({ cache }) => cache)).toEqual(['miss', 'hit'])
    expect((await far.shop.ask()).cache).toBe('hit')
  })

  test('is gone on without while it fails', async () => {
    await using far = await openRemote({})
    await far.shop.ask()
    far.wire.isDown = true
    expect((await far.shop.ask()).cache).toBe('bypass')
    expect(far.shop.room.telemetry.counters.snapshot().guard_store).toBe(1)
    far.wire.isDown = false
    expect((await far.shop.ask()).cache).toBe('hit')
  })

  test('is 503 while it fails, if the channel wants that', async () => {
    await using far = await openRemote({ on_store_error: 'deny' })
    far.wire.isDown = true
    expect(await refusal(far.shop.ask())).toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      headers: { 'retry-after': '1' },
    })
    expect(far.shop.runs()).toBe(0)
  })

  test('has the memory of this process in its place while it fails, if the channel wants that', async () => {
    await using far = await openRemote({ on_store_error: 'local' })
    far.wire.isDown = true
    expect(await told(far.shop, {}, {})).toEqual(['miss', 'hit'])
  })

  test.each(['allow', 'deny', 'local'])(
    'that fails when an answer is to be kept does not hold it back: %s',
    async on_store_error => {
      const gate = gated()
      await using far = await openRemote({ on_store_error, coalesce_misses: true }, gate.work)
      const answers = Promise.all([far.shop.ask(), far.shop.ask()])
      await settled()
      far.wire.isDown = true
      gate.release()
      await settled()
      far.wire.isDown = false
      gate.release()
      expect((await answers).map(({ cache }) => cache)).toEqual(['miss', 'miss'])
    },
  )
})
