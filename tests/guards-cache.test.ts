import { describe, expect, test } from 'bun:test'
import { SECRET, signed } from '../src/auth/channel/test-tokens.ts'
import type { Json, JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import type { Answer } from './harness/client.ts'
import { type HandClock, handClock } from './harness/hand-clock.ts'
import { channel, mapTask, parseTask, task, workflow } from './harness/samples.ts'

const PRICE = workflow('price', [parseTask(), mapTask('m', { 'data.version': 1 })])

interface Shop extends AsyncDisposable {
  readonly app: App
  readonly clock: HandClock
  ask(data?: Json, headers?: Record<string, string>): Promise<Answer>
}

async function openShop(
  cache: JsonObject = {},
  {
    config = {},
    definition = PRICE,
    toml = '',
  }: { config?: JsonObject; definition?: JsonObject; toml?: string } = {},
): Promise<Shop> {
  const clock = handClock()
  const app = await openApp({ clock, config: toml })
  await app.client.declare(
    definition,
    channel('price', { config: { cache: { enabled: true, ...cache }, ...config } }),
  )
  return {
    app,
    clock,
    ask: (data = { sku: 'A' }, headers = {}) => app.client.post('price', data, headers),
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  }
}

function cached({ headers }: Answer): string | null {
  return headers.get('x-orion-cache')
}

describe('a cached channel', () => {
  test('answers an equal request again: body, id, version and age', async () => {
    await using shop = await openShop({ ttl_secs: 60 })
    const first = await shop.ask({ sku: 'A', n: 1 })
    shop.clock.advance(7)
    const second = await shop.ask({ n: 1, sku: 'A' })
    expect([first.status, cached(first), first.headers.get('age')]).toEqual([200, 'miss', null])
    expect([second.status, cached(second), second.headers.get('age')]).toEqual([200, 'hit', '7'])
    expect(second.text).toBe(first.text)
    expect(second.headers.get('x-orion-workflow-version')).toBe('1')
    expect(second.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'))

    const traces = await shop.app.client.request('GET', '/api/v1/data/traces')
    expect(traces.at('total')).toBe(1)
  })

  test('answers anew when the time is over', async () => {
    await using shop = await openShop({ ttl_secs: 60 })
    const first = await shop.ask()
    shop.clock.advance(60)
    const second = await shop.ask()
    expect(cached(second)).toBe('miss')
    expect(second.at('id')).not.toBe(first.at('id') ?? null)
  })

  test('answers anew whatever differs of body, metadata or query, and by the method', async () => {
    await using shop = await openShop()
    const { client } = shop.app
    await client.admin('POST', 'channels/price/versions')
    await client.admin('PUT', 'channels/price', {
      methods: ['POST', 'PUT'],
      route_pattern: '/price/{region}',
    })
    await client.setStatus('channels', 'price', 'active')
    const send = (path: string, body: JsonObject, method = 'POST') =>
      client.request(method, `/api/v1/data/price/${path}`, { body })
    const sent: [string, JsonObject, string?][] = [
      ['eu', { data: 1 }],
      ['eu', { data: '1' }],
      ['eu', { data: 1, metadata: { a: 1 } }],
      ['eu?a=1', { data: 1 }],
      ['us', { data: 1 }],
      ['eu', { data: 1 }, 'PUT'],
    ]
    const seen = async () => {
      const said: (string | null)[] = []
      for (const request of sent) said.push(cached(await send(...request)))
      return said
    }
    expect(await seen()).toEqual(sent.map(() => 'miss'))
    expect(await seen()).toEqual(sent.map(() => 'hit'))
    // What the server does not take from a caller is in no key.
    expect(cached(await send('eu', { data: 1, metadata: { auth: 1, params: 2 } }))).toBe('hit')
  })

  test('says that it did not look', async () => {
    await using shop = await openShop({ cache_key_fields: ['sku'] })
    expect(cached(await shop.ask({ other: 1 }))).toBe('bypass')
    expect(cached(await shop.ask({ other: 1 }))).toBe('bypass')
  })

  test('keeps no answer that tells of errors, and none of a run that failed', async () => {
    const rules = [{ logic: { var: 'data.in.good' }, message: 'not good' }]
    const fail = mapTask('f', { 'data.x': { '+': ['x', 1] } }, { condition: { var: 'data.in.bad' } })
    const definition = workflow('price', [parseTask(), task('validation', { rules }), fail])
    await using shop = await openShop({}, { definition })
    for (const data of [{ good: false }, { good: true, bad: true }]) {
      expect(cached(await shop.ask(data))).toBe('miss')
      const again = await shop.ask(data)
      expect([cached(again), again.headers.get('age')]).toEqual(['miss', null])
    }
    await shop.ask({ good: true })
    expect(cached(await shop.ask({ good: true }))).toBe('hit')
  })

  test('explains a request that asks, and profiles it, by a run of its own', async () => {
    await using shop = await openShop(
      {},
      { config: { explain: true }, toml: '[tracing]\ndebug_profile_enabled = true' },
    )
    await shop.ask()
    for (const header of ['x-orion-explain', 'x-orion-profile']) {
      expect(cached(await shop.ask({ sku: 'A' }, { [header]: '1' }))).toBe('bypass')
    }
    expect((await shop.ask()).text).not.toContain('_orion')
  })

  test('without a cache says nothing of it', async () => {
    await using shop = await openShop({ enabled: false })
    expect([cached(await shop.ask()), cached(await shop.ask())]).toEqual([null, null])
  })
})

describe('an answer that a workflow shapes', () => {
  const CONFIG = {
    response: { mode: 'shaped', cookies: true, allowed_headers: ['location', 'cache-control', 'vary'] },
  }

  async function shaped(response: JsonObject, cache: JsonObject = {}) {
    const definition = workflow('price', [parseTask(), mapTask('r', { 'data._orion.response': response })])
    await using shop = await openShop(cache, { definition, config: CONFIG })
    return [await shop.ask(), await shop.ask()] as const
  }

  test('is given again as it was: status, headers, body', async () => {
    const [first, second] = await shaped({ status: 201, headers: { location: '/orders/7' } })
    expect([first.status, cached(first)]).toEqual([201, 'miss'])
    expect([second.status, cached(second)]).toEqual([201, 'hit'])
    expect(second.headers.get('location')).toBe('/orders/7')
    expect(second.text).toBe(first.text)
  })

  test.each<[string, JsonObject]>([
    ['a cookie', { cookies: [{ name: 'a', value: '1' }] }],
    ['a status of 404', { status: 404 }],
    ['a status of 503', { status: 503 }],
    ['cache-control: no-store', { headers: { 'cache-control': 'no-store' } }],
    ['a vary with a header outside of the key', { headers: { vary: 'accept' } }],
  ])('with %s is not kept', async (_, response) => {
    const [first, second] = await shaped({ headers: {}, ...response })
    expect(first.status).toBe(Number(response.status ?? 200))
    expect([cached(first), cached(second)]).toEqual(['miss', 'miss'])
  })

  test('with a vary of listed headers is', async () => {
    const [, second] = await shaped({ headers: { vary: 'Accept' } }, { vary: ['accept'] })
    expect(cached(second)).toBe('hit')
  })
})

describe('an identity', () => {
  const clockSecs = Date.parse('2026-01-02T03:04:05.678Z') / 1000
  const bearer = async (claims: JsonObject) => {
    const payload = { exp: Math.ceil(clockSecs) + 600, ...claims }
    const token = await signed({ algorithm: 'HS256', signing: Buffer.from(SECRET), key: SECRET }, payload)
    return { authorization: `Bearer ${token}` }
  }
  const jwt = { mode: 'jwt', algorithms: ['HS256'], jwt_keys: [{ algorithm: 'HS256', key: SECRET }] }

  test('is in the key whole: who it is, and claims that the workflow does not see', async () => {
    await using shop = await openShop(
      { cache_key_fields: ['sku'] },
      { config: { auth: { ...jwt, required: false, claims_to_metadata: ['sub'] } } },
    )
    const callers = [
      {},
      ...(await Promise.all([
        bearer({ sub: 'ann' }),
        bearer({ sub: 'bob' }),
        bearer({ sub: 'ann', roles: ['admin'] }),
      ])),
    ]
    const seen = async () => {
      const answers: Answer[] = []
      for (const headers of callers) answers.push(await shop.ask({ sku: 'A' }, headers))
      return answers
    }
    const [first, second] = [await seen(), await seen()]
    expect(first.map(cached)).toEqual(['miss', 'miss', 'miss', 'miss'])
    expect(second.map(cached)).toEqual(['hit', 'hit', 'hit', 'hit'])
    expect(second.map(({ text }) => text)).toEqual(first.map(({ text }) => text))
    expect(new Set(first.map(answer => answer.at('id'))).size).toBe(4)
  })

  test('of each api key has its own answers', async () => {
    await using shop = await openShop(
      {},
      { config: { auth: { mode: 'api_key', keys: ['zz-one', 'zz-two'] } } },
    )
    const as = async (key: string) => cached(await shop.ask({}, { authorization: `Bearer ${key}` }))
    expect([await as('zz-one'), await as('zz-two'), await as('zz-one')]).toEqual(['miss', 'miss', 'hit'])
  })

  test('that is refused gets nothing that was kept', async () => {
    await using shop = await openShop({}, { config: { auth: jwt } })
    await shop.ask({}, await bearer({ sub: 'ann' }))
    const answer = await shop.ask({})
    expect([answer.status, cached(answer)]).toEqual([401, null])
  })
})

describe('what is kept', () => {
  test('outlives a reload and the changes of others', async () => {
    await using shop = await openShop()
    const { client } = shop.app
    await shop.ask()
    expect((await client.admin('POST', 'engine/reload')).status).toBe(200)
    expect(cached(await shop.ask())).toBe('hit')
    await client.declare(workflow('other', [parseTask()]), channel('other'))
    expect(cached(await shop.ask())).toBe('hit')
  })

  test.each<[string, 'workflows' | 'channels', JsonObject]>([
    ['the workflow', 'workflows', { tasks: [mapTask('m', { 'data.version': 2 })] }],
    ['the workflow, with the old content', 'workflows', {}],
    ['the channel', 'channels', {}],
  ])('is not for a new version of %s', async (_, kind, changes) => {
    await using shop = await openShop()
    const { client } = shop.app
    const first = await shop.ask()
    await client.admin('POST', `${kind}/price/versions`)
    if (Object.keys(changes).length > 0) await client.admin('PUT', `${kind}/price`, changes)
    await client.setStatus(kind, 'price', 'active')
    const second = await shop.ask()
    expect(cached(second)).toBe('miss')
    expect(second.at('id')).not.toBe(first.at('id') ?? null)
    if (Object.keys(changes).length > 0) expect(second.at('data.version')).toBe(2)
    expect(cached(await shop.ask())).toBe('hit')
  })

  test('is not for a workflow that was deleted and made again, whatever its version', async () => {
    await using shop = await openShop()
    const { client } = shop.app
    await shop.ask()
    await client.setStatus('workflows', 'price', 'archived')
    await client.admin('DELETE', 'workflows/price')
    await client.declare(workflow('price', [mapTask('m', { 'data.version': 'made again' })]))
    expect((await shop.ask()).at('data.version')).toBe('made again')
  })

  test('is forgotten with its channel', async () => {
    await using shop = await openShop()
    const { client } = shop.app
    await shop.ask()
    await client.setStatus('channels', 'price', 'archived')
    await client.admin('DELETE', 'channels/price')
    await client.admin('POST', 'channels', channel('price', { config: { cache: { enabled: true } } }))
    await client.setStatus('channels', 'price', 'active')
    expect(cached(await shop.ask())).toBe('miss')
  })

  test('is nothing where there is no room', async () => {
    await using shop = await openShop({}, { toml: '[engine]\ncache_max_bytes = 0' })
    expect([cached(await shop.ask()), cached(await shop.ask())]).toEqual(['miss', 'miss'])
  })
})

describe('an invalidation', () => {
  const namespaces = { namespaces: ['prices', 'shop:eu'] }

  test('by the admin API drops the answers of its namespace, and is audited', async () => {
    await using shop = await openShop(namespaces)
    const { client } = shop.app
    await shop.ask()
    const other = await client.admin('POST', 'cache/namespaces/other/invalidate')
    expect(other.body).toEqual({
      data: { namespace: 'other', stores: [{ store: 'memory', invalidated: true }] },
    })
    expect(cached(await shop.ask())).toBe('hit')

    const answer = await client.admin('POST', 'cache/namespaces/shop%3Aeu/invalidate')
    expect([answer.status, answer.at('data.namespace')]).toEqual([200, 'shop:eu'])
    expect(cached(await shop.ask())).toBe('miss')
    expect(cached(await shop.ask())).toBe('hit')
    const rows = await client.admin('GET', 'audit-logs?limit=2')
    expect(rows.at('data')).toMatchObject([
      { action: 'invalidate', resource_type: 'cache', resource_id: 'shop:eu', details: null },
      { action: 'invalidate', resource_type: 'cache', resource_id: 'other' },
    ])
  })

  test.each(['Prices', 'a%20b', 'x'.repeat(65), '%2F'])('of %p is refused', async name => {
    await using app = await openApp()
    const answer = await app.client.admin('POST', `cache/namespaces/${name}/invalidate`)
    expect(answer.status).toBe(400)
    expect(answer.at('error.code')).toBe('VALIDATION_ERROR')
    expect((await app.client.admin('GET', 'audit-logs')).at('pagination.total')).toBe(0)
  })

  const drops = workflow('change', [
    parseTask(),
    task('cache_invalidate', { namespaces: [{ cat: ['shop:', { var: 'data.in.region' }] }] }),
  ])

  test('by a workflow drops them too', async () => {
    await using shop = await openShop(namespaces)
    const { client } = shop.app
    await client.declare(drops, channel('change'))
    await shop.ask()
    await client.post('change', { region: 'us' })
    expect(cached(await shop.ask())).toBe('hit')
    expect((await client.post('change', { region: 'eu' })).status).toBe(200)
    expect(cached(await shop.ask())).toBe('miss')
  })

  test('by a workflow that is tried out is real', async () => {
    await using shop = await openShop(namespaces)
    const { client } = shop.app
    await client.admin('POST', 'workflows', drops)
    await shop.ask()
    expect((await client.admin('POST', 'workflows/change/test', { data: { region: 'eu' } })).status).toBe(200)
    expect(cached(await shop.ask())).toBe('miss')
  })

  test('of what is no name fails the run as invalid input', async () => {
    await using app = await openApp()
    await app.client.declare(drops, channel('change'))
    const answer = await app.client.post('change', { region: 'North America' })
    expect([answer.status, answer.at('error.code')]).toEqual([400, 'VALIDATION_ERROR'])
  })
})
