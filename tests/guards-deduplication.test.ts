import { describe, expect, test } from 'bun:test'
import type { FunctionDescriptor } from '../src/engine/functions-api.ts'
import { custom } from '../src/engine/test-run.ts'
import type { Json, JsonObject } from '../src/std/json.ts'
import { openApp } from './harness/app.ts'
import type { Answer, Client } from './harness/client.ts'
import { expectEnvelope } from './harness/envelope.ts'
import { type HandClock, handClock } from './harness/hand-clock.ts'
import { lockDatabase } from './harness/lock.ts'
import { channel, echoWorkflow, parseTask, task, workflow } from './harness/samples.ts'
import { tempFolder } from './harness/temp-folder.ts'
import { until } from './harness/until.ts'

interface Shop extends AsyncDisposable {
  readonly client: Client
  readonly clock: HandClock
  /** Posts an order under an idempotency key. */
  order(key: string | undefined, data?: Json, headers?: Record<string, string>): Promise<Answer>
}

interface ShopOptions {
  config?: JsonObject
  definition?: JsonObject
  functions?: readonly FunctionDescriptor[]
}

async function openShop(deduplication: JsonObject = {}, options: ShopOptions = {}): Promise<Shop> {
  const { config = {}, definition = echoWorkflow('orders'), functions = [] } = options
  const clock = handClock()
  const app = await openApp({ clock, functions })
  const guarded = { deduplication: { header: 'Idempotency-Key', ...deduplication }, ...config }
  await app.client.declare(definition, channel('orders', { config: guarded }))
  return {
    client: app.client,
    clock,
    order: (key, data = { n: 1 }, headers = {}) =>
      app.client.post('orders', data, key === undefined ? headers : { 'idempotency-key': key, ...headers }),
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  }
}

async function runs({ client }: Shop): Promise<Json | undefined> {
  return (await client.request('GET', '/api/v1/data/traces')).at('total')
}

function replayed({ headers }: Answer): string | null {
  return headers.get('idempotent-replayed')
}

describe('a request that is sent again', () => {
  test('is 409 as the original has it; another key and none at all run', async () => {
    await using shop = await openShop()
    expect((await shop.order('k-1')).status).toBe(200)
    const again = await shop.order('k-1')
    expectEnvelope(again, 409, 'CONFLICT')
    expect(again.at('error.message')).toBe("Duplicate request: idempotency key 'k-1' already seen")
    expect(again.headers.get('retry-after')).toBeNull()
    for (const key of ['k-2', undefined, undefined, '  ']) expect((await shop.order(key)).status).toBe(200)
    expect(await runs(shop)).toBe(5)
  })

  test('is let in when the window is over', async () => {
    await using shop = await openShop({ window_secs: 2 })
    await shop.order('k')
    shop.clock.advance(1.999)
    expect((await shop.order('k')).status).toBe(409)
    shop.clock.advance(0.001)
    expect((await shop.order('k')).status).toBe(200)
  })

  test('is remembered for five minutes unless the channel says otherwise', async () => {
    await using shop = await openShop()
    await shop.order('k')
    shop.clock.advance(299)
    expect((await shop.order('k')).status).toBe(409)
    shop.clock.advance(1)
    expect((await shop.order('k')).status).toBe(200)
  })

  test('is still one after a reload, and after its channel has a new version', async () => {
    await using shop = await openShop()
    await shop.order('k')
    expect((await shop.client.admin('POST', 'engine/reload')).status).toBe(200)
    expect((await shop.order('k')).status).toBe(409)

    const config = { deduplication: { header: 'idempotency-key', window_secs: 9 } }
    expect((await shop.client.admin('POST', 'channels/orders/versions')).status).toBe(201)
    expect((await shop.client.admin('PUT', 'channels/orders', { config })).status).toBe(200)
    expect((await shop.client.setStatus('channels', 'orders', 'active')).status).toBe(200)
    expect((await shop.order('k')).status).toBe(409)
  })

  test('is told to come back while the first runs', async () => {
    const far = Promise.withResolvers<number>()
    const begun = Promise.withResolvers<void>()
    const slow = custom('slow', () => {
      begun.resolve()
      return far.promise
    })
    const definition = workflow('orders', [task('slow', {})])
    await using shop = await openShop({}, { definition, functions: [slow] })
    const first = shop.order('k')
    await begun.promise
    const again = await shop.order('k')
    expectEnvelope(again, 409, 'CONFLICT')
    expect(again.headers.get('retry-after')).toBe('1')
    far.resolve(200)
    expect((await first).status).toBe(200)
  })
})

describe('with on_duplicate "replay"', () => {
  const SHAPED = { request: { body_mode: 'payload' }, response: { mode: 'shaped', cookies: true } }
  const MIRROR = workflow('orders', [parseTask('_orion.response')])

  test('the first answer is given again: status, headers, cookies and every byte', async () => {
    await using shop = await openShop({ on_duplicate: 'replay' }, { config: SHAPED, definition: MIRROR })
    const said = {
      status: 201,
      headers: { location: '/orders/7', 'content-type': 'text/plain; charset=utf-8', link: ['<a>', '<b>'] },
      cookies: [{ name: 'basket', value: '7' }],
      raw: 'ordered: Ω "7"\n',
    }
    const order = (id: string) =>
      shop.client.request('POST', '/api/v1/data/orders', {
        body: said,
        headers: { 'idempotency-key': 'k', 'x-request-id': id },
      })
    const first = await order('one')
    const again = await order('two')
    expect([first.status, replayed(first)]).toEqual([201, null])
    expect([again.status, replayed(again)]).toEqual([201, 'true'])
    expect(again.text).toBe(first.text)
    expect(again.headers.getSetCookie()).toEqual(first.headers.getSetCookie())
    expect(again.headers.get('x-request-id')).toBe('two')
    const others = ({ headers }: Answer) =>
      [...headers].filter(([name]) => !['x-request-id', 'idempotent-replayed'].includes(name))
    expect(others(again)).toEqual(others(first))
    expect(first.headers.getSetCookie()).not.toEqual([])
    expect(await runs(shop)).toBe(1)
  })

  test('the same key with another body is 422', async () => {
    await using shop = await openShop({ on_duplicate: 'replay' })
    await shop.order('k', { n: 1 })
    expectEnvelope(await shop.order('k', { n: 2 }), 422, 'IDEMPOTENCY_KEY_REUSED')
    expect(replayed(await shop.order('k', { n: 1 }))).toBe('true')
  })

  test('one caller is never given the answer of another', async () => {
    const auth = { mode: 'api_key', keys: ['key-of-ada', 'key-of-bob'] }
    await using shop = await openShop({ on_duplicate: 'replay' }, { config: { auth } })
    const as = (key: string) => shop.order('k', { n: 1 }, { authorization: `Bearer ${key}` })
    const ada = await as('key-of-ada')
    const bob = await as('key-of-bob')
    expect(bob.text).not.toBe(ada.text)
    expect((await as('key-of-ada')).text).toBe(ada.text)
    expect((await as('key-of-bob')).text).toBe(bob.text)
  })

  test('an error after an effect is given again, in the words of its channel', async () => {
    const write: FunctionDescriptor = {
      ...custom('charge', () => {
        throw new Error('declined')
      }),
      retrySafety: 'unsafe_write',
    }
    const error_bodies = { '500': { body: { oops: '{request_id} at {timestamp}' } } }
    await using shop = await openShop(
      { on_duplicate: 'replay' },
      {
        config: { response: { error_bodies } },
        definition: workflow('orders', [task('charge', {})]),
        functions: [write],
      },
    )
    const first = await shop.order('k')
    shop.clock.advance(3)
    const again = await shop.order('k')
    expect([first.status, again.status, replayed(again)]).toEqual([500, 500, 'true'])
    expect(first.at('oops')).toContain('2026-')
    expect(again.text).toBe(first.text)
    expect(await runs(shop)).toBe(1)
  })
})

describe('a channel that asks for', () => {
  const bad: [string, JsonObject, string][] = [
    ['no header', {}, 'config.deduplication.header'],
    ['a header that is none', { header: 'no header' }, 'config.deduplication.header'],
    ['no window', { header: 'k', window_secs: 0 }, 'config.deduplication.window_secs'],
    ['something else', { header: 'k', on_duplicate: 'ignore' }, 'config.deduplication.on_duplicate'],
    ['a word of old', { header: 'k', retention_secs: 5 }, 'config.deduplication.retention_secs'],
  ]
  test.each(bad)('%s is refused with the place', async (_what, deduplication, path) => {
    await using app = await openApp()
    const answer = await app.client.admin(
      'POST',
      'channels',
      channel('orders', { config: { deduplication } }),
    )
    expectEnvelope(answer, 400, 'VALIDATION_ERROR')
    expect(answer.at('error.details.0.path')).toBe(path)
  })
})

test('while keys cannot be stored, new ones are 503 and health tells it', async () => {
  await using folder = await tempFolder()
  await using app = await openApp({
    env: {
      ORION_STORAGE__URL: `sqlite:${folder.path}/orion.db`,
      ORION_STORAGE__BUSY_TIMEOUT_MS: '50',
    },
  })
  const { client } = app
  const config = { deduplication: { header: 'idempotency-key' }, tracing: { mode: 'off' } }
  await client.declare(echoWorkflow('orders'), channel('orders', { config }))
  const order = (key: string) => client.post('orders', 1, { 'idempotency-key': key })
  {
    using _lock = lockDatabase(folder.path)
    for (const key of ['k-1', 'k-2']) {
      const refused = await order(key)
      expectEnvelope(refused, 503, 'SERVICE_UNAVAILABLE')
      expect(refused.headers.get('retry-after')).toBe('1')
    }
    // The first has run.
    expect((await order('k-1')).status).toBe(409)
    const health = await client.request('GET', '/health')
    expect([health.status, health.at('components.guards')]).toEqual([200, 'degraded'])
  }
  await until('Keys are stored again', async () => (await order('k-2')).status === 200 || undefined)
  expect((await order('k-1')).status).toBe(409)
  expect((await client.request('GET', '/health')).at('components.guards')).toBe('ok')
})
