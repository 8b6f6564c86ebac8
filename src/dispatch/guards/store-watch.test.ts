import { describe, expect, test } from 'bun:test'
import type { OnStoreError } from '../../channel/store-failure/definition.ts'
import { recorded } from '../../telemetry/test-telemetry.ts'
import { refusal } from '../test-room.ts'
import { StoreWatch, type Watched } from './store-watch.ts'

const ORDERS: Watched = { channel: 'orders', guard: 'rate_limit' }

function openWatch() {
  const record = recorded()
  const watch = new StoreWatch(record.telemetry)
  const ask = (answer: () => string | Promise<string>, policy: OnStoreError = 'local', of = ORDERS) =>
    watch.guard(
      of,
      answer,
      policy,
      () => 'local',
      () => 'allowed',
    )
  return { ...record, watch, ask }
}

function down(): never {
  throw new Error('no route to redis:6379')
}
const downLater = () => Promise.reject(new Error('no route to redis:6379'))

const WAYS: [string, () => string | Promise<string>][] = [
  ['at once', down],
  ['later', downLater],
]

describe('a store that answers', () => {
  test('at once is not waited for', () => {
    expect(openWatch().ask(() => 'kept')).toBe('kept')
  })

  test('later is waited for, and nothing is said of it', async () => {
    const { ask, watch, lines } = openWatch()
    expect(await ask(() => Promise.resolve('kept'))).toBe('kept')
    expect(watch.failing).toEqual([])
    expect(await lines()).toEqual([])
  })
})

describe.each(WAYS)('a store that fails %s', (_way, answer) => {
  test('is answered for by the memory of this process', async () => {
    expect(await openWatch().ask(answer, 'local')).toBe('local')
  })

  test('is gone on without', async () => {
    expect(await openWatch().ask(answer, 'allow')).toBe('allowed')
  })

  test('is 503 with a time to come back, and without its address', async () => {
    const { ask } = openWatch()
    const error = await refusal((async () => ask(answer, 'deny'))())
    expect(error.code).toBe('SERVICE_UNAVAILABLE')
    expect(error.headers).toEqual({ 'retry-after': '1' })
    expect(error.message).not.toContain('redis')
  })

  test('is counted every time, logged once, and failing until it answers', async () => {
    const { ask, watch, objects, telemetry } = openWatch()
    await ask(answer)
    await ask(answer)
    expect(watch.failing).toEqual(['orders: rate_limit'])
    expect(telemetry.counters.snapshot().guard_store).toBe(2)

    await ask(() => Promise.resolve('kept'))
    expect(watch.failing).toEqual([])
    expect(await objects()).toMatchObject([
      { level: 'ERROR', fields: { channel: 'orders', guard: 'rate_limit', on_store_error: 'local' } },
      { level: 'INFO', fields: { message: 'Store of a guard answers again', channel: 'orders' } },
    ])

    await ask(answer)
    expect(await objects()).toHaveLength(3)
  })
})

test('an outage is of one guard: another that answers does not end it', async () => {
  const { ask, watch } = openWatch()
  await ask(down)
  await ask(() => 'kept', 'local', { channel: 'orders', guard: 'cache' })
  await ask(() => 'kept', 'local', { channel: 'payments', guard: 'rate_limit' })
  expect(watch.failing).toEqual(['orders: rate_limit'])
})

test('a guard that is gone does not fail for ever', async () => {
  const { ask, watch } = openWatch()
  await ask(down)
  await ask(down, 'local', { channel: 'payments', guard: 'cache' })
  watch.retain(({ channel }) => channel === 'payments')
  expect(watch.failing).toEqual(['payments: cache'])
})
