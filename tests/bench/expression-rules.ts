import type { Json, JsonObject } from '../../src/std/json.ts'

export interface BenchedRule {
  readonly name: string
  readonly rule: Json
  readonly data: JsonObject
}

const order: JsonObject = {
  data: {
    order: { order_id: 'ORD-9182', total: 25_000, currency: 'EUR', items: 3, tier: 'gold', weight: 12.5 },
  },
  metadata: { channel: 'orders', params: { country: 'DE' } },
  temp_data: {},
}

const basket: JsonObject = {
  items: Array.from({ length: 20 }, (_, n) => ({ sku: `S-${n}`, price: 3 * n + 0.5, quantity: (n % 4) + 1 })),
}

const total: Json = { var: 'data.order.total' }
const tier: Json = { var: 'data.order.tier' }

/** The shapes that most rules have, and the rules of the workflows that the server is measured with. */
export const RULES: readonly BenchedRule[] = [
  { name: 'variable', rule: total, data: order },
  {
    name: 'and of three',
    rule: {
      and: [{ '>': [total, 1000] }, { '==': [tier, 'gold'] }, { '<=': [{ var: 'data.order.items' }, 10] }],
    },
    data: order,
  },
  {
    name: 'four tiers',
    rule: {
      if: [
        { '<': [total, 100] },
        'bronze',
        { '<': [total, 1000] },
        'silver',
        { '<': [total, 10_000] },
        'gold',
        { '<': [total, 100_000] },
        'platinum',
        'none',
      ],
    },
    data: order,
  },
  {
    name: 'cat of three',
    rule: { cat: ['Order ', { var: 'data.order.order_id' }, ' received'] },
    data: order,
  },
  {
    name: 'map filter reduce',
    rule: {
      reduce: [
        {
          map: [
            { filter: [{ var: 'items' }, { '>': [{ var: 'quantity' }, 1] }] },
            { '*': [{ var: 'price' }, { var: 'quantity' }] },
          ],
        },
        { '+': [{ var: 'accumulator' }, { var: 'current' }] },
        0,
      ],
    },
    data: basket,
  },
  { name: 'condition', rule: { and: [{ '>=': [total, 1000] }, { '<': [total, 100_000] }] }, data: order },
  { name: 'flag', rule: { '>': [total, 10_000] }, data: order },
  { name: 'discount', rule: { if: [{ '==': [tier, 'gold'] }, { '*': [total, 0.1] }, 0] }, data: order },
  { name: 'channel', rule: { '==': [{ var: 'metadata.channel' }, 'orders'] }, data: order },
]

/** Many rules that differ in variables and constants, as a server with many workflows has them. */
export function manyRules(count: number): Json[] {
  return Array.from({ length: count }, (_, n) => {
    const field = `data.order.${['total', 'items', 'weight'][n % 3]}`
    return {
      if: [
        { and: [{ '>': [{ var: field }, n] }, { '!=': [{ var: 'data.order.tier' }, `tier-${n}`] }] },
        { '+': [{ var: field }, n] },
        { cat: ['rule ', n] },
      ],
    }
  })
}

export const manyData = order
