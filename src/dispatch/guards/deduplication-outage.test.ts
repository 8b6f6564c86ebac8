import { describe, expect, test } from 'bun:test'
import { writing } from '../test-room.ts'
import { requestKey } from './request-key.ts'
import { openShop, type Shop } from './test-shop.ts'

const REFUSED_KEYS = `create trigger refusal before insert on idempotency_keys begin select raise(abort, 'disk on fire'); end`
const DOWN = { code: 'SERVICE_UNAVAILABLE', status: 503, headers: { 'retry-after': '1' } }
const SEEN = { code: 'CONFLICT', message: "Duplicate request: idempotency key 'k' already seen" }

/** Traces are off: what leaves one is refused by itself while storage takes no writes. */
const UNTRACED = { tracing: { mode: 'off' } }

async function change(shop: Shop, sql: string): Promise<void> {
  await shop.store.commit(writing({ sql, params: [] }))
}

/** Lets the attempt that is under way end: it shares the writer's lane with this commit. */
async function afterAttempt(shop: Shop): Promise<void> {
  await change(shop, 'delete from idempotency_keys where seq = -1')
}

/** How many of these keys of `pure` a crash would not forget. */
function stored({ store, clock }: Shop, keys: readonly string[]): number {
  const find = (key: string) =>
    store.idempotencyKeys.find('pure', requestKey('pure', undefined, key), clock.now())
  return keys.filter(key => find(key) !== undefined).length
}

describe('while the store takes no keys, with "deny"', () => {
  test('who has run gets 503 and does not run again; others are not begun', async () => {
    await using open = await openShop({}, UNTRACED)
    await change(open, REFUSED_KEYS)
    expect(await open.refused('unsafe_write', 'k')).toMatchObject(DOWN)
    expect(open.ran).toHaveLength(1)
    expect(await open.refused('unsafe_write', 'k')).toMatchObject(SEEN)
    expect(await open.refused('unsafe_write', 'other')).toMatchObject(DOWN)
    expect(open.ran).toHaveLength(1)
  })

  test('who has run finds the answer at the next try, where answers are given again', async () => {
    await using open = await openShop({ on_duplicate: 'replay' }, UNTRACED)
    await change(open, REFUSED_KEYS)
    await open.refused('unsafe_write', 'k')
    const { answer, arrival } = await open.ask('unsafe_write', 'k')
    expect(answer.status).toBe(200)
    expect(arrival.answered).toEqual({ 'idempotent-replayed': 'true' })
    expect(open.ran).toHaveLength(1)
  })

  test('keys that it knows are answered as ever', async () => {
    await using open = await openShop({}, UNTRACED)
    await open.ask('pure', 'k')
    await change(open, REFUSED_KEYS)
    await open.refused('pure', 'other')
    expect(await open.refused('pure', 'k')).toMatchObject(SEEN)
  })

  test('requests without a key go on', async () => {
    await using open = await openShop({}, UNTRACED)
    await change(open, REFUSED_KEYS)
    await open.refused('pure', 'k')
    await open.ask('pure', undefined)
    expect(open.ran).toHaveLength(2)
  })

  test('a trace of the run is there all the same', async () => {
    await using open = await openShop()
    await change(open, REFUSED_KEYS)
    await open.refused('unsafe_write', 'k')
    expect(await open.traces()).toMatchObject([{ status: 'completed' }])
  })

  test('it is tried again, not too often, with the keys that it lacks; then all goes on', async () => {
    await using open = await openShop({}, UNTRACED)
    await change(open, REFUSED_KEYS)
    await open.refused('pure', 'k')
    await change(open, 'drop trigger refusal')
    expect(await open.refused('pure', 'other')).toMatchObject(DOWN)
    open.clock.advance(500)
    expect(await open.refused('pure', 'other')).toMatchObject(DOWN)
    await afterAttempt(open)
    await open.ask('pure', 'other')
    expect(stored(open, ['k', 'other'])).toBe(2)
    expect(await open.refused('pure', 'k')).toMatchObject(SEEN)
  })

  test('it is counted each time, logged once and told until it is over', async () => {
    await using open = await openShop({}, UNTRACED)
    await open.ask('pure', 'k')
    await change(open, REFUSED_KEYS)
    for (const key of ['a', 'b', 'k', 'c', 'k']) await open.refused('pure', key)
    expect(open.telemetry.counters.snapshot().guard_store).toBe(3)
    expect(open.storeWatch.failing).toEqual(['pure: deduplication'])
    await change(open, 'drop trigger refusal')
    await open.answeredKeys.tick()
    await open.ask('pure', 'd')
    expect(open.storeWatch.failing).toEqual([])
    expect(open.lines.filter(line => line.includes('Store of a guard'))).toEqual([
      'error Store of a guard does not answer',
      'info Store of a guard answers again',
    ])
  })
})

describe.each(['local', 'allow'] as const)('while the store takes no keys, with "%s"', on_store_error => {
  test('answers go out, and their keys are remembered in memory', async () => {
    await using open = await openShop({ on_store_error }, UNTRACED)
    await change(open, REFUSED_KEYS)
    await open.ask('unsafe_write', 'k')
    expect(await open.refused('unsafe_write', 'k')).toMatchObject(SEEN)
    await open.ask('unsafe_write', 'other')
    expect(open.ran).toHaveLength(2)
    expect(open.telemetry.counters.snapshot().guard_store).toBeGreaterThanOrEqual(2)
    expect(open.storeWatch.failing).toEqual(['unsafe_write: deduplication'])
  })

  test('a key that it refused is known, though it takes others', async () => {
    await using open = await openShop({ on_store_error }, UNTRACED)
    const key = requestKey('pure', undefined, 'k')
    const when = `when new.key = '${key}'`
    await change(open, REFUSED_KEYS.replace('begin', `${when} begin`))
    await open.ask('pure', 'k')
    await open.ask('pure', 'other')
    expect(await open.refused('pure', 'k')).toMatchObject(SEEN)
  })

  test('keys are stored once it takes them, and known to the next process then', async () => {
    await using open = await openShop({ on_store_error }, UNTRACED)
    await change(open, REFUSED_KEYS)
    const keys = Array.from({ length: 250 }, (_, n) => `k${n}`)
    for (const key of keys) await open.ask('pure', key)
    await open.answeredKeys.tick()
    expect(stored(open, keys)).toBe(0)
    await change(open, 'drop trigger refusal')
    await open.answeredKeys.tick()
    expect(stored(open, keys)).toBe(250)
    await open.refused('pure', 'k249')
    expect(open.ran).toHaveLength(250)
  })
})

describe('while the store cannot be read', () => {
  async function unreadable(on_store_error: 'deny' | 'local' | 'allow'): Promise<Shop> {
    const open = await openShop({ on_store_error }, UNTRACED)
    await open.ask('pure', 'k')
    await change(open, 'alter table idempotency_keys rename to elsewhere')
    return open
  }

  test('a key that may be known is 503 with "deny", and not claimed for good', async () => {
    await using open = await unreadable('deny')
    expect(await open.refused('pure', 'k')).toMatchObject(DOWN)
    await change(open, 'alter table elsewhere rename to idempotency_keys')
    expect(await open.refused('pure', 'k')).toMatchObject(SEEN)
    expect(open.ran).toHaveLength(1)
  })

  test.each(['local', 'allow'] as const)('it runs with "%s"', async on_store_error => {
    await using open = await unreadable(on_store_error)
    await open.ask('pure', 'k')
    expect(open.ran).toHaveLength(2)
    expect(await open.refused('pure', 'k')).toMatchObject(SEEN)
  })
})

test('expired keys that cannot be removed are told once per outage, and removed after it', async () => {
  await using open = await openShop({ window_secs: 1 }, UNTRACED)
  await open.ask('pure', 'k')
  open.clock.advance(1_000)
  await change(open, 'alter table idempotency_keys rename to elsewhere')
  await open.answeredKeys.tick()
  await open.answeredKeys.tick()
  const told = open.lines.filter(line => line.includes('Expired idempotency keys'))
  expect(told).toEqual(['warn Expired idempotency keys could not be removed'])
  await change(open, 'alter table elsewhere rename to idempotency_keys')
  await open.answeredKeys.tick()
  expect(open.store.idempotencyKeys.hasExpired(open.clock.now())).toBe(false)
})
