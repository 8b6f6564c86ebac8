import { describe, expect, test } from 'bun:test'
import type { Task } from '../../engine/functions-api.ts'
import { OrionError } from '../../errors.ts'
import type { JsonObject } from '../../std/json.ts'
import { openDeduplication } from './deduplication.ts'
import { type Asked, EFFECTS, HARMLESS, openShop } from './test-shop.ts'

const SEEN = { code: 'CONFLICT', status: 409, message: "Duplicate request: idempotency key 'k' already seen" }
const RUNNING = {
  code: 'CONFLICT',
  message: "Duplicate request: the first request with idempotency key 'k' is still running",
  headers: { 'retry-after': '1' },
}
const REUSED = { code: 'IDEMPOTENCY_KEY_REUSED', status: 422 }

describe('a key', () => {
  test('lets one request run; what comes after it is 409, leaves no trace and is counted', async () => {
    await using open = await openShop()
    await open.ask('pure', 'k')
    expect(await open.refused('pure', 'k')).toMatchObject(SEEN)
    expect(open.ran).toHaveLength(1)
    expect(await open.traces()).toHaveLength(1)
    expect(open.telemetry.counters.snapshot().duplicate).toBe(1)
  })

  test('that is missing or blank is none', async () => {
    await using open = await openShop()
    for (const key of [undefined, undefined, '', '', ' \t', ' \t']) await open.ask('pure', key)
    expect(open.ran).toHaveLength(6)
  })

  test('is not another one, nor that of another channel', async () => {
    await using open = await openShop()
    await open.ask('pure', 'k')
    await open.ask('pure', 'K')
    await open.ask('read', 'k')
    expect(open.ran).toHaveLength(3)
  })

  test('is not that of another caller', async () => {
    await using open = await openShop({ on_duplicate: 'replay' })
    const caller = (key_id: string): Asked => {
      const identity = { mode: 'api_key', key_id }
      return { guards: { auth: { verify: () => ({ identity, shown: {} }) } } }
    }
    await open.ask('pure', 'k', caller('one'))
    await open.ask('pure', 'k', caller('two'))
    await open.ask('pure', 'k')
    expect(open.ran).toHaveLength(3)
    await open.ask('pure', 'k', caller('one'))
    expect(open.ran).toHaveLength(3)
  })

  test('is free again when its window is over', async () => {
    await using open = await openShop({ window_secs: 10 })
    await open.ask('pure', 'k')
    open.clock.advance(9_999)
    await open.refused('pure', 'k')
    open.clock.advance(1)
    await open.ask('pure', 'k')
    expect(open.ran).toHaveLength(2)
  })

  test('of any length is quoted in part', async () => {
    await using open = await openShop()
    await open.ask('pure', 'k'.repeat(5_000))
    expect((await open.refused('pure', 'k'.repeat(5_000))).message.length).toBeLessThan(400)
  })

  test('outlives a reload, and is remembered whether the run leaves a trace or not', async () => {
    await using open = await openShop({}, { tracing: { mode: 'off' } })
    await open.ask('pure', 'k')
    await open.live.reload()
    expect(await open.refused('pure', 'k')).toMatchObject(SEEN)
    expect(await open.traces()).toEqual([])
  })
})

describe.each(['reject', 'replay'] as const)('while the first request runs, with "%s"', on_duplicate => {
  test('another one is told to come back, in this snapshot and the next', async () => {
    await using open = await openShop({ on_duplicate })
    const far = Promise.withResolvers<number>()
    open.act = () => far.promise
    const first = open.ask('pure', 'k')
    expect(await open.refused('pure', 'k')).toMatchObject(RUNNING)
    await open.live.reload()
    expect(await open.refused('pure', 'k')).toMatchObject(RUNNING)
    far.resolve(200)
    await first
    expect(open.ran).toHaveLength(1)
    expect(open.telemetry.counters.snapshot().duplicate).toBe(2)
  })

  test('twenty at once run once', async () => {
    await using open = await openShop({ on_duplicate })
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => open.ask('pure', 'k')))
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(open.ran).toHaveLength(1)
  })
})

test('another request under the key of a running one is 422 where answers are given again', async () => {
  await using open = await openShop({ on_duplicate: 'replay' })
  const far = Promise.withResolvers<number>()
  open.act = () => far.promise
  const first = open.ask('pure', 'k')
  expect(await open.refused('pure', 'k', { payload: { n: 2 } })).toMatchObject(REUSED)
  far.resolve(200)
  await first
})

describe('a repeated request, where answers are given again', () => {
  test('gets the first answer, byte for byte, and is told so', async () => {
    await using open = await openShop({ on_duplicate: 'replay' })
    const first = await open.ask('pure', 'k')
    const again = await open.ask('pure', 'k')
    expect(again.answer).toEqual(first.answer)
    expect(first.arrival.answered).toEqual({})
    expect(again.arrival.answered).toEqual({ 'idempotent-replayed': 'true' })
    expect(open.ran).toHaveLength(1)
    expect(await open.traces()).toHaveLength(1)
    expect(open.telemetry.counters.snapshot().duplicate).toBe(1)
  })

  const others: [string, Asked][] = [
    ['body', { payload: { n: 2 } }],
    ['path', { path: '/api/v1/data/other' }],
    ['query', { rawQuery: 'a=1' }],
    ['method', { method: 'PUT' }],
  ]
  test.each(others)('is none with another %s, which is 422', async (_what, other) => {
    await using open = await openShop({ on_duplicate: 'replay' })
    await open.ask('pure', 'k')
    expect(await open.refused('pure', 'k', other)).toMatchObject(REUSED)
    expect(open.ran).toHaveLength(1)
  })

  test('is 409 when the first was answered before answers were kept', async () => {
    await using open = await openShop()
    await open.ask('pure', 'k')
    const deduplication = openDeduplication(
      { id: 'pure', name: 'pure', holdMs: 1000 },
      { header: 'idempotency-key', on_duplicate: 'replay' },
      open,
    )
    expect(await open.refused('pure', 'k', { guards: { deduplication } })).toMatchObject(SEEN)
  })
})

describe('a run that fails', () => {
  const throws: Task = () => {
    throw new Error('no such luck')
  }
  const waits: Task = () => new Promise(() => undefined)
  const ways: [string, Task][] = [
    ['by a throw', throws],
    ['by its time-out, its task still waiting', waits],
  ]
  const config = { timeout_ms: 5 }

  for (const [way, act] of ways) {
    test.each(HARMLESS)(`${way} in a %s task gives its key back`, async safety => {
      await using open = await openShop({}, config)
      open.act = act
      await open.refused(safety, 'k')
      open.act = () => 200
      await open.ask(safety, 'k')
      expect(open.ran).toHaveLength(2)
    })

    test.each(EFFECTS)(`${way} in a %s task keeps its key`, async safety => {
      await using open = await openShop({}, config)
      open.act = act
      await open.refused(safety, 'k')
      expect(await open.refused(safety, 'k')).toMatchObject(SEEN)
      expect(open.ran).toHaveLength(1)
    })

    test.each(EFFECTS)(`${way} in a %s task is answered again as it was`, async safety => {
      await using open = await openShop({ on_duplicate: 'replay' }, config)
      open.act = act
      const { status, code } = await open.refused(safety, 'k')
      const { answer, arrival } = await open.ask(safety, 'k')
      expect(answer.status).toBe(status)
      expect(JSON.parse(answer.body).error.code).toBe(code)
      expect(JSON.parse(answer.body).error.request_id).not.toBe(arrival.requestId)
      expect(open.ran).toHaveLength(1)
    })
  }

  test('after an effect keeps its key, whatever it fails in', async () => {
    await using open = await openShop()
    open.act = run => (open.ran.length === 2 ? throws(run) : 200)
    await open.refused('two', 'k')
    expect(await open.refused('two', 'k')).toMatchObject(SEEN)
  })

  test('by a defect behind its tasks keeps its key: nobody knows what was done', async () => {
    await using open = await openShop()
    const ring: JsonObject = {}
    open.act = () => {
      ring.self = ring
      return 200
    }
    await expect(open.ask('unsafe_write', 'k', { payload: ring })).rejects.toThrow(TypeError)
    expect(await open.refused('unsafe_write', 'k')).toMatchObject(SEEN)
  })
})

describe('a request that is shed gives its key back', () => {
  test('when the channel is at capacity', async () => {
    await using open = await openShop({}, { backpressure: { max_concurrent: 1 } })
    const far = Promise.withResolvers<number>()
    open.act = () => far.promise
    const first = open.ask('unsafe_write', 'other')
    expect(await open.refused('unsafe_write', 'k')).toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
    far.resolve(200)
    await first
    await open.ask('unsafe_write', 'k')
    expect(open.ran).toHaveLength(2)
  })

  test('when the cache refuses it', async () => {
    await using open = await openShop()
    const lookup = () => {
      throw new OrionError('SERVICE_UNAVAILABLE', 'no cache')
    }
    await open.refused('pure', 'k', { guards: { cache: { lookup } } })
    await open.ask('pure', 'k')
    expect(open.ran).toHaveLength(1)
  })
})

test('a request that the cache answers keeps its key', async () => {
  await using open = await openShop({ on_duplicate: 'replay' }, { cache: { enabled: true } })
  const { answer } = await open.ask('pure', undefined)
  const hit = await open.ask('pure', 'k')
  expect(hit.arrival.answered).toMatchObject({ 'x-orion-cache': 'hit' })
  const again = await open.ask('pure', 'k')
  expect(again.answer).toEqual(answer)
  expect(again.arrival.answered).toEqual({ 'idempotent-replayed': 'true' })
  expect(open.ran).toHaveLength(1)
})

test('nothing is left in memory of requests that are answered', async () => {
  await using open = await openShop({}, { timeout_ms: 5 })
  await open.ask('pure', 'a')
  await open.refused('pure', 'a')
  open.act = () => new Promise(() => undefined)
  await open.refused('pure', 'b')
  await open.refused('unsafe_write', 'c')
  expect(open.registry.claims.size).toBe(0)
})
