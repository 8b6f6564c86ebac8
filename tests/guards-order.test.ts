import { describe, expect, test } from 'bun:test'
import { custom } from '../src/engine/test-run.ts'
import type { Json, JsonObject } from '../src/std/json.ts'
import { type FailingStores, openFailingStores } from './guard-matrix/failing-stores.ts'
import { bearer, JWT, NOW_SECS } from './guard-matrix/tokens.ts'
import { type App, openApp } from './harness/app.ts'
import type { Answer } from './harness/client.ts'
import { channel, task, workflow } from './harness/samples.ts'

const CLOCK = { now: () => NOW_SECS * 1000, monotonic: () => 0 }

/** One request; whatever is left out of it is as it should be. */
interface Order {
  readonly data?: JsonObject
  readonly headers?: Readonly<Record<string, string>>
  /** In place of `data`. */
  readonly body?: string
}

interface Shop extends AsyncDisposable {
  readonly app: App
  readonly stores: FailingStores
  order(order: Order): Promise<Answer>
  /** Takes a place; resolves when it is taken, to what gives it back. */
  fill(): Promise<() => Promise<Answer>>
}

const ANN = { ...bearer({ sub: 'ann' }), 'x-client': 'ann' }

/** A channel that needs a `wait` in its payload to be told to go on, and fails at a `fail`. */
async function openShop(config: JsonObject): Promise<Shop> {
  const stores = openFailingStores(CLOCK)
  const begun = Promise.withResolvers<void>()
  const end = Promise.withResolvers<number>()
  const work = custom('work', ({ message }) => {
    const payload = JSON.stringify(message.payload)
    if (payload.includes('fail')) throw new Error('broken')
    if (!payload.includes('wait')) return 200
    begun.resolve()
    return end.promise
  })
  const app = await openApp({ clock: CLOCK, functions: [work], guardStores: stores.stores })
  await app.client.declare(workflow('shop', [task('work', {})]), channel('shop', { config }))
  const order = ({ data = {}, headers = {}, body }: Order) =>
    app.client.request('POST', '/api/v1/data/shop', {
      body: body ?? { data },
      headers: { ...ANN, ...headers },
    })
  return {
    app,
    stores,
    order,
    async fill() {
      const filled = order({ data: { sku: 'wait' } })
      await begun.promise
      return () => {
        end.resolve(200)
        return filled
      }
    },
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  }
}

async function traces({ app }: Shop): Promise<Json | undefined> {
  return (await app.client.request('GET', '/api/v1/data/traces')).at('total')
}

const ALL: JsonObject = {
  rate_limit: { requests_per_second: 1, burst: 20, key_logic: { var: 'headers.x-client' } },
  auth: JWT,
  principal_rate_limit: { requests_per_second: 1, burst: 30, key_logic: { var: 'claims.sub' } },
  cors: { allowed_origins: ['https://app.example.com'] },
  request_schema: { type: 'object', properties: { n: { type: 'integer' } } },
  validation_logic: { '!!': { var: 'data.sku' } },
  deduplication: { header: 'Idempotency-Key' },
  cache: { enabled: true, cache_key_fields: ['sku'] },
  backpressure: { max_concurrent: 1 },
}

const BROKEN = 'Invalid JSON body: the text ends at line 1, column 2; expected a key in double quotes'

/** What can be wrong with a request, in the order in which guards look, and what is said of it. */
const WRONG: readonly [guard: string, wrong: Order, said: JsonObject][] = [
  ['rate_limit', { headers: { 'x-client': 'busy' } }, { status: 429, code: 'RATE_LIMITED', limit: '20' }],
  ['auth', { headers: { authorization: 'Bearer zz' } }, { status: 401, code: 'UNAUTHORIZED', limit: '20' }],
  [
    'principal_rate_limit',
    { headers: bearer({ sub: 'busy' }) },
    { status: 429, code: 'RATE_LIMITED', limit: '30' },
  ],
  ['cors', { headers: { origin: 'https://evil.example' } }, { status: 403, code: 'FORBIDDEN' }],
  ['the body', { body: '{' }, { status: 400, code: 'BAD_REQUEST', message: BROKEN }],
  ['request_schema', { data: { n: 'x' } }, { status: 400, code: 'VALIDATION_ERROR' }],
  [
    'validation_logic',
    { data: { sku: '' } },
    { status: 400, code: 'BAD_REQUEST', message: 'Input validation failed' },
  ],
  [
    'deduplication',
    { headers: { 'idempotency-key': 'used' } },
    { status: 409, code: 'CONFLICT', cache: null },
  ],
  ['cache', { data: { sku: 'known' } }, { status: 200, cache: 'hit' }],
  ['backpressure', {}, { status: 503, code: 'SERVICE_UNAVAILABLE', cache: 'miss', again: '1' }],
]

/** With everything wrong that these guards look at. */
function withWrongs(wrongs: typeof WRONG): Order {
  const orders = wrongs.map(([, wrong]) => wrong).reverse()
  const bodies = orders.flatMap(({ body }) => body ?? [])
  return {
    headers: Object.assign(
      { 'idempotency-key': `fresh ${wrongs.length}` },
      ...orders.map(({ headers }) => headers),
    ),
    data: Object.assign({ n: 1, sku: 'unknown' }, ...orders.map(({ data }) => data)),
    ...(bodies[0] !== undefined && { body: bodies[0] }),
  }
}

function said({ status, headers, at }: Answer): JsonObject {
  return {
    status,
    code: at('error.code') ?? null,
    message: at('error.message') ?? null,
    limit: headers.get('ratelimit-limit'),
    cache: headers.get('x-orion-cache'),
    again: headers.get('retry-after'),
  }
}

/** Uses up what `busy` has of both limits, and the key `used`, which leaves an answer about `known`. */
async function prepare(shop: Shop): Promise<void> {
  for (let n = 0; n < 20; n++) await shop.order({ headers: { 'x-client': 'busy', authorization: 'none' } })
  for (let n = 0; n < 30; n++) {
    await shop.order({ headers: { ...bearer({ sub: 'busy' }), 'x-client': `${n}`, origin: 'null' } })
  }
  const first = await shop.order({ data: { n: 1, sku: 'known' }, headers: { 'idempotency-key': 'used' } })
  expect(first.status).toBe(200)
}

test('the first guard that a request does not please refuses it, whatever else is wrong with it', async () => {
  await using shop = await openShop(ALL)
  await prepare(shop)
  const empty = await shop.fill()
  const before = await traces(shop)
  for (const [at, [guard, , expected]] of WRONG.entries()) {
    const answer = await shop.order(withWrongs(WRONG.slice(at)))
    expect({ guard, ...said(answer) }).toMatchObject({ guard, ...expected })
  }
  expect(await traces(shop)).toBe(before)

  expect((await empty()).status).toBe(200)
  const pleasing = withWrongs(WRONG.slice(-1))
  expect(said(await shop.order(pleasing))).toMatchObject({ status: 200, cache: 'miss' })
  expect(said(await shop.order(pleasing))).toMatchObject({ status: 409, code: 'CONFLICT' })
})

test('what a guard refuses costs nothing of those behind it', async () => {
  await using shop = await openShop({
    ...ALL,
    principal_rate_limit: { ...Object(ALL.principal_rate_limit), burst: 1 },
  })
  const order = { data: { n: 1, sku: 'a' }, headers: { 'idempotency-key': 'k' } }
  for (let n = 0; n < 20; n++) await shop.order({ headers: { 'x-client': 'busy', authorization: 'none' } })
  const busy = await shop.order({ ...order, headers: { ...order.headers, 'x-client': 'busy' } })
  expect(said(busy)).toMatchObject({ status: 429, limit: '20' })
  expect((await shop.order(order)).status).toBe(200)
})

test('a limit whose key is in the body reads it first, so that a malformed one is told before who asks', async () => {
  const rate_limit = { requests_per_second: 1, burst: 1, key_logic: { var: 'data.tenant' } }
  await using shop = await openShop({ rate_limit, auth: JWT })
  const nobody = { authorization: '' }
  expect((await shop.order({ body: '{', headers: nobody })).status).toBe(400)
  expect((await shop.order({ data: { tenant: 'a' }, headers: nobody })).status).toBe(401)
  expect((await shop.order({ data: { tenant: 'a' }, headers: nobody })).status).toBe(429)
})

describe.each(['reject', 'replay'])(
  'an idempotency key, with on_duplicate "%s", is given back',
  on_duplicate => {
    const config = {
      deduplication: { header: 'Idempotency-Key', on_duplicate, on_store_error: 'allow' },
      cache: { enabled: true, on_store_error: 'deny', cache_key_fields: ['sku'] },
      backpressure: { max_concurrent: 1 },
    }
    const headers = { 'idempotency-key': 'k' }
    const again = on_duplicate === 'reject' ? 409 : 200

    async function expectFree(shop: Shop): Promise<void> {
      const before = Number(await traces(shop))
      const order = { data: { sku: 'a' }, headers }
      expect((await shop.order(order)).status).toBe(200)
      expect((await shop.order(order)).status).toBe(again)
      expect(await traces(shop)).toBe(before + 1)
    }

    test('when the cache refuses', async () => {
      await using shop = await openShop(config)
      shop.stores.isDown = true
      expect((await shop.order({ data: { sku: 'a' }, headers })).status).toBe(503)
      shop.stores.isDown = false
      await expectFree(shop)
    })

    test('when there is no room', async () => {
      await using shop = await openShop(config)
      const empty = await shop.fill()
      expect((await shop.order({ data: { sku: 'a' }, headers })).status).toBe(503)
      await empty()
      await expectFree(shop)
    })

    test('when the run fails before it has done anything', async () => {
      await using shop = await openShop(config)
      expect((await shop.order({ data: { sku: 'fail' }, headers })).status).toBe(500)
      await expectFree(shop)
    })

    test('when the run takes too long before it has done anything', async () => {
      await using shop = await openShop({ ...config, timeout_ms: 20 })
      expect((await shop.order({ data: { sku: 'wait' }, headers })).status).toBe(504)
      await expectFree(shop)
    })
  },
)
