import { describe, expect, test } from 'bun:test'
import type { JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import { channel, echoWorkflow } from './harness/samples.ts'

const ORDER: JsonObject = {
  type: 'object',
  required: ['sku', 'quantity'],
  properties: {
    sku: { type: 'string', pattern: '^[A-Z]{3}-[0-9]+$' },
    quantity: { type: 'integer', minimum: 1, maximum: 100 },
    note: { $ref: '#/$defs/note' },
  },
  additionalProperties: false,
  $defs: { note: { type: 'string', maxLength: 10 } },
}

async function guarded(config: JsonObject): Promise<App> {
  const app = await openApp()
  await app.client.declare(echoWorkflow('orders'), channel('orders', { config }))
  return app
}

describe('request_schema', () => {
  test('lets through what fits it', async () => {
    await using app = await guarded({ request_schema: ORDER })
    const answer = await app.client.post('orders', { sku: 'ABC-1', quantity: 2, note: 'fast' })
    expect([answer.status, answer.at('data.in.sku')]).toEqual([200, 'ABC-1'])
  })

  test('refuses everything else with every violation and its place, and leaves no trace', async () => {
    await using app = await guarded({ request_schema: ORDER })
    const answer = await app.client.post('orders', { quantity: 0, note: 'much too long', qty: 1 })
    expect([answer.status, answer.at('error.code')]).toEqual([400, 'VALIDATION_ERROR'])
    const details = answer.at('error.details')
    expect(Array.isArray(details) ? details : []).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: 'data.sku', code: 'REQUIRED' }),
        expect.objectContaining({ path: 'data.quantity', code: 'OUT_OF_RANGE' }),
        expect.objectContaining({ path: 'data.note', code: 'TOO_LONG' }),
        expect.objectContaining({ path: 'data.qty', code: 'UNKNOWN_KEY' }),
      ]),
    )
    expect((await app.client.request('GET', '/api/v1/data/traces')).at('total')).toBe(0)
  })

  test('tells a hundred violations at most', async () => {
    await using app = await guarded({ request_schema: { type: 'array', items: { type: 'string' } } })
    const answer = await app.client.post(
      'orders',
      Array.from({ length: 1000 }, (_, n) => n),
    )
    expect(answer.at('error.details.99.code')).toBe('TYPE_MISMATCH')
    expect(answer.at('error.details.100')).toBeUndefined()
  })

  test.each<[string, JsonObject, string]>([
    ['a pattern that takes endless time', { pattern: '(?=a)b' }, 'config.request_schema.pattern'],
    ['a reference to elsewhere', { $ref: 'https://example.com/s.json' }, 'config.request_schema.$ref'],
    ['a keyword of the wrong type', { minimum: 'one' }, 'config.request_schema.minimum'],
  ])('%s is refused when the channel is saved', async (_, request_schema, path) => {
    await using app = await openApp()
    const answer = await app.client.admin(
      'POST',
      'channels',
      channel('orders', { config: { request_schema } }),
    )
    expect([answer.status, answer.at('error.code'), answer.at('error.details.0.path')]).toEqual([
      400,
      'VALIDATION_ERROR',
      path,
    ])
  })
})

describe('validation_logic', () => {
  const rule = { and: [{ '!!': { var: 'data.sku' } }, { '===': [{ var: 'headers.x-tenant' }, 'acme'] }] }

  test('lets through what fulfils it', async () => {
    await using app = await guarded({ validation_logic: rule })
    expect((await app.client.post('orders', { sku: 'a' }, { 'X-Tenant': 'acme' })).status).toBe(200)
  })

  test('refuses everything else as the reference does', async () => {
    await using app = await guarded({ validation_logic: rule })
    const answer = await app.client.post('orders', { sku: 'a' })
    expect([answer.status, answer.at('error.code'), answer.at('error.message')]).toEqual([
      400,
      'BAD_REQUEST',
      'Input validation failed',
    ])
  })

  test('tells why it failed itself', async () => {
    await using app = await guarded({ validation_logic: { throw: 'never' } })
    const answer = await app.client.post('orders', {})
    expect(answer.status).toBe(400)
    expect(answer.at('error.message')).toStartWith('Input validation error: ')
  })

  test('that does not compile is refused when the channel is saved', async () => {
    await using app = await openApp()
    const config = { validation_logic: { a: 1, b: 2 } }
    const answer = await app.client.admin('POST', 'channels', channel('orders', { config }))
    expect(answer.at('error.details.0')).toMatchObject({
      path: 'config.validation_logic',
      code: 'INVALID_LOGIC',
    })
  })

  test('is asked behind the shape', async () => {
    await using app = await guarded({ request_schema: { type: 'object' }, validation_logic: false })
    expect((await app.client.post('orders', 1)).at('error.code')).toBe('VALIDATION_ERROR')
    expect((await app.client.post('orders', {})).at('error.code')).toBe('BAD_REQUEST')
  })
})
