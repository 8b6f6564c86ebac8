import { describe, expect, test } from 'bun:test'
import type { JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import { expectEnvelope } from './harness/envelope.ts'
import { channel, mapTask, workflow } from './harness/samples.ts'

/** Answers which channel it was, and what the route gave it. */
const SHOW = workflow('show', [
  mapTask('show', {
    'data.channel': { var: 'metadata.channel' },
    'data.method': { var: 'metadata.http_method' },
    'data.params': { var: 'metadata.params' },
    'data.query': { var: 'metadata.query' },
  }),
])

async function openRoutes(routes: Readonly<Record<string, JsonObject>>): Promise<App> {
  const app = await openApp()
  await app.client.declare(SHOW)
  for (const [id, rest] of Object.entries(routes)) {
    const created = await app.client.admin('POST', 'channels', channel(id, { workflow_id: 'show', ...rest }))
    expect(created.status).toBe(201)
    expect((await app.client.setStatus('channels', id, 'active')).status).toBe(200)
  }
  return app
}

function ask(app: App, path: string, method = 'POST') {
  return app.client.request(method, `/api/v1/data/${path}`)
}

describe('a route', () => {
  test('gives its parameters to the workflow', async () => {
    await using app = await openRoutes({ item: { route_pattern: '/orders/{order_id}/items/{item_id}' } })
    const answer = await ask(app, 'orders/42/items/7')
    expect(answer.at('data')).toEqual({
      channel: 'item',
      method: 'POST',
      params: { order_id: '42', item_id: '7' },
    })
  })

  test('of several static segments is found', async () => {
    await using app = await openRoutes({ deep: { route_pattern: '/api/v2/shop/orders' } })
    expect((await ask(app, 'api/v2/shop/orders')).at('data.channel')).toBe('deep')
  })

  test('with another method is 405 with the methods, not a way to the name', async () => {
    await using app = await openRoutes({ orders: { methods: ['POST'] } })
    const answer = await ask(app, 'orders', 'GET')
    expectEnvelope(answer, 405, 'METHOD_NOT_ALLOWED')
    expect(answer.headers.get('allow')).toBe('POST')
  })

  test('that matches nothing is 404', async () => {
    await using app = await openRoutes({ orders: { route_pattern: '/orders/{id}' } })
    for (const path of ['orders/1/2', 'order/1', 'orders//1', 'orders/1/']) {
      if (path === 'orders/1/') expect((await ask(app, path)).status).toBe(200)
      else expectEnvelope(await ask(app, path), 404, 'NOT_FOUND')
    }
  })

  test('of protocol http is a route too', async () => {
    await using app = await openRoutes({ web: { protocol: 'http', route_pattern: '/web/{page}' } })
    expect((await ask(app, 'web/home')).at('data.params')).toEqual({ page: 'home' })
  })

  test('may be followed by one slash, and preceded by one more', async () => {
    await using app = await openRoutes({ orders: { route_pattern: 'orders/{id}/' } })
    for (const path of ['orders/7', 'orders/7/', '/orders/7']) {
      expect((await ask(app, path)).at('data.params.id')).toBe('7')
    }
    expect((await ask(app, 'orders//7')).status).toBe(404)
    expect((await ask(app, 'orders//')).status).toBe(200)
  })
})

describe('a name', () => {
  test('reaches a channel by itself, with the methods of the channel', async () => {
    await using app = await openRoutes({
      'by-name': { route_pattern: '/elsewhere', methods: ['POST', 'GET'] },
    })
    expect((await ask(app, 'by-name')).at('data.channel')).toBe('by-name')
    expect((await ask(app, 'by-name', 'GET')).at('data.channel')).toBe('by-name')
    expect((await ask(app, 'by-name', 'DELETE')).headers.get('allow')).toBe('GET, POST')
  })

  test('with spaces, slashes and letters of all kinds is written encoded', async () => {
    const names = ['my orders', 'a/b', 'Bestellung Ä', '注文', '🚚', '50%', 'a+b']
    await using app = await openRoutes(
      Object.fromEntries(names.map((name, at) => [`c${at}`, { name, route_pattern: `/r${at}` }])),
    )
    for (const name of names) {
      expect((await ask(app, encodeURIComponent(name))).at('data.channel')).toBe(name)
    }
    expect((await ask(app, 'a/b')).status).toBe(404)
  })

  test('counts upper and lower case, where a route does not', async () => {
    await using app = await openRoutes({ Orders: { route_pattern: '/Shop/Orders' } })
    expect((await ask(app, 'Orders')).status).toBe(200)
    expect((await ask(app, 'orders')).status).toBe(404)
    expect((await ask(app, 'sHOP/oRDERS')).at('data.channel')).toBe('Orders')
  })
})

describe('segments', () => {
  test('are decoded after the path is split, once', async () => {
    await using app = await openRoutes({ file: { route_pattern: '/files/{name}' } })
    for (const [sent, name] of [
      ['a%2Fb', 'a/b'],
      ['%252F', '%2F'],
      ['a%20b', 'a b'],
      ['a+b', 'a+b'],
      ['%E2%82%AC', '€'],
      ['%F0%9F%9A%80', '🚀'],
      ['%2E%2E', '..'],
      ['..%2F..%2Fetc', '../../etc'],
      ['%00', '\u0000'],
      ['{name}', '{name}'],
    ] as const) {
      const answer = await ask(app, `files/${sent}`)
      expect([sent, answer.status, answer.at('data.params.name')]).toEqual(
        sent === '%2E%2E' ? [sent, 404, undefined] : [sent, 200, name],
      )
    }
  })

  test('that are not percent-encoded UTF-8 are 400', async () => {
    await using app = await openRoutes({ file: { route_pattern: '/files/{name}' } })
    for (const sent of ['%', '%zz', '%ff', '%C3%28', '%ED%A0%80']) {
      expectEnvelope(await ask(app, `files/${sent}`), 400, 'BAD_REQUEST')
    }
  })

  test('named like what every object has are plain values', async () => {
    await using app = await openRoutes({ item: { route_pattern: '/x/{__proto__}/{constructor}' } })
    const { text } = await ask(app, 'x/a/b')
    expect(text).toContain('"params":{"__proto__":"a","constructor":"b"}')
  })
})

describe('of several routes that match', () => {
  test('a static segment beats a parameter, from the left', async () => {
    await using app = await openRoutes({
      any: { route_pattern: '/{a}/{b}', priority: 100 },
      left: { route_pattern: '/orders/{id}' },
      right: { route_pattern: '/{kind}/new', priority: 50 },
      both: { route_pattern: '/orders/new' },
    })
    const channelOf = async (path: string) => (await ask(app, path)).at('data.channel')
    expect(await channelOf('orders/new')).toBe('both')
    expect(await channelOf('orders/7')).toBe('left')
    expect(await channelOf('items/new')).toBe('right')
    expect(await channelOf('items/7')).toBe('any')
  })

  test('one with the method beats a better one without it', async () => {
    await using app = await openRoutes({
      read: { route_pattern: '/orders/{id}', methods: ['GET'] },
      make: { route_pattern: '/orders/new', methods: ['POST'] },
    })
    expect((await ask(app, 'orders/new', 'GET')).at('data.channel')).toBe('read')
    expect((await ask(app, 'orders/new', 'POST')).at('data.channel')).toBe('make')
  })

  test('with none of the method the answer is 405 with the methods of all', async () => {
    await using app = await openRoutes({
      read: { route_pattern: '/orders/{id}', methods: ['GET'] },
      make: { route_pattern: '/orders/new', methods: ['POST', 'PUT'] },
      wide: { route_pattern: '/{kind}/new', methods: ['DELETE', 'GET'] },
    })
    const answer = await ask(app, 'orders/new', 'PATCH')
    expectEnvelope(answer, 405, 'METHOD_NOT_ALLOWED')
    expect(answer.headers.get('allow')).toBe('DELETE, GET, POST, PUT')
  })

  test('a route beats a name, and the methods of both are told', async () => {
    await using app = await openRoutes({
      routed: { route_pattern: '/orders', methods: ['GET'] },
      named: { name: 'orders', route_pattern: '/elsewhere', methods: ['GET', 'POST'] },
    })
    expect((await ask(app, 'orders', 'GET')).at('data.channel')).toBe('routed')
    expect((await ask(app, 'orders', 'POST')).at('data.channel')).toBe('orders')
    expect((await ask(app, 'orders', 'DELETE')).headers.get('allow')).toBe('GET, POST')
  })
})

describe('the query', () => {
  test('is an object of texts, the last of a repeated name wins', async () => {
    await using app = await openRoutes({ q: {} })
    for (const [query, value] of [
      ['?a=1&b=%C3%A4+x&a=2', { a: '2', b: 'ä x' }],
      ['?flag', { flag: '' }],
      ['?', undefined],
      ['', undefined],
      ['?a[]=1&a.b=2', { 'a[]': '1', 'a.b': '2' }],
      ['?path=/api/v1/data/other', { path: '/api/v1/data/other' }],
    ] as const) {
      expect((await ask(app, `q${query}`)).at('data.query')).toEqual(value)
    }
    expect((await ask(app, 'q?__proto__=x')).text).toContain('"query":{"__proto__":"x"}')
  })
})

test('two channels of one pattern share it by method, and both see the parameter', async () => {
  await using app = await openRoutes({
    reader: { route_pattern: '/users/{id}', methods: ['GET'] },
    writer: { route_pattern: '/users/{user}', methods: ['POST', 'PUT'] },
  })
  expect((await ask(app, 'users/7', 'GET')).at('data')).toEqual({
    channel: 'reader',
    method: 'GET',
    params: { id: '7' },
  })
  expect((await ask(app, 'users/7', 'PUT')).at('data')).toEqual({
    channel: 'writer',
    method: 'PUT',
    params: { user: '7' },
  })
})

test('drafts and archived channels cannot be reached, by route or by name', async () => {
  await using app = await openRoutes({ shop: { route_pattern: '/shop/{x}' } })
  await app.client.admin(
    'POST',
    'channels',
    channel('draft', { workflow_id: 'show', route_pattern: '/d/{x}' }),
  )
  for (const path of ['draft', 'd/1']) expect((await ask(app, path)).status).toBe(404)
  expect((await ask(app, 'shop/1')).status).toBe(200)
  await app.client.setStatus('channels', 'shop', 'archived')
  for (const path of ['shop', 'shop/1']) expect((await ask(app, path)).status).toBe(404)
})
