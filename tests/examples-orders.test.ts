import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { ROOT } from '../scripts/root.ts'
import type { Json, JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import { expectHouseHeaders } from './harness/envelope.ts'

/** The order API of examples/: what docs/guards.md walks through. */

let app: App

beforeAll(async () => {
  app = await openApp()
  for (const name of ['create-order', 'get-order']) {
    await app.client.declare(await readExample('workflows', name), await readExample('channels', name))
  }
})

afterAll(() => app[Symbol.asyncDispose]())

async function readExample(kind: string, name: string): Promise<JsonObject> {
  return Bun.file(join(ROOT, 'examples', kind, `${name}.json`)).json()
}

const create = (order: Json) => app.client.request('POST', '/api/v1/data/shop/orders', { body: order })
const get = (id: string, method = 'GET') => app.client.request(method, `/api/v1/data/shop/orders/${id}`)

const PEN = { sku: 'pen', quantity: 3 }

describe('POST /shop/orders', () => {
  test('answers 201 with the order, its total, and where it is found', async () => {
    const order = { order_id: 'ORD-2001', lines: [PEN, { sku: 'paper' }] }
    const answer = await create(order)
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toBe('/api/v1/data/shop/orders/ORD-2001')
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.body).toEqual({ ...order, total: 11 })
    expectHouseHeaders(answer)
  })

  test('answers 409 when the id is taken', async () => {
    const answer = await create({ order_id: 'ORD-1001', lines: [PEN] })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([409, 'application/problem+json'])
    expect(answer.body).toEqual({
      title: 'ORDER_EXISTS',
      status: 409,
      detail: 'There is an order ORD-1001',
    })
  })

  test('answers 422 with what the shop does not sell', async () => {
    const answer = await create({ order_id: 'ORD-2002', lines: [PEN, { sku: 'boat' }, {}] })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([422, 'application/problem+json'])
    expect(answer.body).toEqual({
      title: 'NOT_SOLD',
      status: 422,
      detail: 'The shop does not sell all of this',
      not_sold: ['boat', null],
    })
  })

  test.each<[Json]>([
    [{}],
    [{ order_id: 'ORD-2003' }],
    [{ order_id: 'ORD-2003', lines: [] }],
    [{ order_id: 7, lines: [PEN] }],
    [{ order_id: 'ORD-2003', lines: 'pen' }],
    [[PEN]],
  ])('answers 400 to what is no order: %j', async order => {
    const answer = await create(order)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/problem+json'])
    expect(answer.body).toMatchObject({ title: 'BAD_REQUEST', status: 400, detail: expect.any(String) })
  })

  test('answers 400 and 415 in the same words to what it cannot read', async () => {
    const path = '/api/v1/data/shop/orders'
    const broken = await app.client.request('POST', path, { body: '{' })
    expect([broken.status, broken.at('title'), broken.at('status')]).toEqual([400, 'BAD_REQUEST', 400])
    const image = await app.client.request('POST', path, {
      body: 'x',
      headers: { 'content-type': 'image/png' },
    })
    expect([image.status, image.at('title')]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE'])
  })
})

describe('GET /shop/orders/{order_id}', () => {
  test('answers the order alone, which may be kept for a minute', async () => {
    const answer = await get('ORD-1001')
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'max-age=60'])
    expect(answer.body).toEqual({ order_id: 'ORD-1001', lines: [{ sku: 'ink', quantity: 2 }], total: 18 })
  })

  test('answers 404 where there is none', async () => {
    for (const id of ['ORD-9', '__proto__', 'constructor', 'ORD-1001.lines']) {
      const answer = await get(id)
      expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
      expect(answer.body).toEqual({ title: 'NO_SUCH_ORDER', status: 404, detail: `There is no order ${id}` })
    }
  })

  test('answers HEAD, too', async () => {
    const answers = [await get('ORD-1001', 'HEAD'), await get('ORD-9', 'HEAD')]
    expect(answers.map(({ status, text }) => [status, text])).toEqual([
      [200, ''],
      [404, ''],
    ])
  })
})
