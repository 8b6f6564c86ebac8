import { describe, expect, test } from 'bun:test'
import { basename, join } from 'node:path'
import { Glob } from 'bun'
import { ROOT } from '../scripts/root.ts'
import type { JsonObject } from '../src/std/json.ts'
import { openApp } from './harness/app.ts'

const EXAMPLES = ['create-order', 'get-order', 'orders', 'shipping']

async function readExample(kind: string, name: string): Promise<JsonObject> {
  return Bun.file(join(ROOT, 'examples', kind, `${name}.json`)).json()
}

async function openExample(name: string) {
  const app = await openApp()
  await app.client.declare(await readExample('workflows', name), await readExample('channels', name))
  return app
}

describe('examples/', () => {
  test.each(['workflows', 'channels'])(
    'each of the %s is declared under the name of its file',
    async kind => {
      const files = [...new Glob('*.json').scanSync({ cwd: join(ROOT, 'examples', kind) })].sort()
      expect(files.map(file => basename(file, '.json'))).toEqual(EXAMPLES)
      for (const name of EXAMPLES) {
        expect((await readExample(kind, name))[kind === 'workflows' ? 'workflow_id' : 'channel_id']).toBe(
          name,
        )
      }
    },
  )
})

describe('the orders example', () => {
  test('a large order is flagged, has its tier and a note', async () => {
    await using app = await openExample('orders')
    const answer = await app.client.post('orders', { order_id: 'ORD-9182', total: 25_000 })
    expect(answer.status).toBe(200)
    expect(answer.at('status')).toBe('ok')
    expect(answer.at('data')).toEqual({
      order: {
        order_id: 'ORD-9182',
        total: 25_000,
        flagged: true,
        tier: 'silver',
        note: 'A person reviews it before it ships',
      },
    })
  })

  test.each([
    [50_000, true, 'gold'],
    [10_001, true, 'silver'],
    [10_000, false, 'silver'],
    [9_999.99, false, 'standard'],
    [0, false, 'standard'],
  ])('a total of %p is flagged: %p, tier %p', async (total, flagged, tier) => {
    await using app = await openExample('orders')
    const answer = await app.client.post('orders', { order_id: 'A', total })
    expect(answer.at('data.order.flagged')).toBe(flagged)
    expect(answer.at('data.order.tier')).toBe(tier)
    expect(answer.at('data.order.note') !== undefined).toBe(flagged)
  })

  test('what else the order holds comes back unchanged', async () => {
    await using app = await openExample('orders')
    const answer = await app.client.post('orders', { total: 1, lines: [{ sku: 'A-1', tags: ['é', '🚀'] }] })
    expect(answer.at('data.order.lines')).toEqual([{ sku: 'A-1', tags: ['é', '🚀'] }])
  })
})

describe('the shipping example', () => {
  test.each([
    ['AT?weight_kg=3', { country: 'AT', zone: 'near', price: 12 }],
    ['JP?weight_kg=2', { country: 'JP', zone: 'far', price: 18 }],
    ['DE', { country: 'DE', zone: 'near', price: 4 }],
  ])('GET /shipping/%s', async (path, data) => {
    await using app = await openExample('shipping')
    const answer = await app.client.request('GET', `/api/v1/data/shipping/${path}`)
    expect(answer.status).toBe(200)
    expect(answer.at('data')).toEqual(data)
  })

  test('POST is not among its methods', async () => {
    await using app = await openExample('shipping')
    const answer = await app.client.request('POST', '/api/v1/data/shipping/AT')
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('GET')
  })
})
