import { describe, expect, test } from 'bun:test'
import { defaultLimits } from '../../expression/expression.ts'
import type { Json, JsonObject } from '../../std/json.ts'
import { lintChannel } from './lint.ts'

function findings(
  cache: JsonObject,
  fields: JsonObject = {},
  reads?: readonly string[],
  more: JsonObject = {},
) {
  const channel = {
    name: 'orders',
    channel_type: 'sync',
    protocol: 'rest',
    methods: ['POST'],
    route_pattern: '/orders/{id}',
    ...fields,
    config: { cache: { enabled: true, ...cache }, ...more },
  }
  const needs = {
    limits: defaultLimits,
    platformRate: undefined,
    reads: reads?.map(path => ({ path, at: 'tasks[0].condition' })),
  }
  return [...lintChannel(channel, needs)].flat()
}

const rulesAndPaths = (...given: Parameters<typeof findings>) =>
  findings(...given).map(({ rule, path }) => `${rule} ${path.replace('config.', '')}`)

describe('a workflow that reads what is not in the key', () => {
  const gaps = (cache: JsonObject, reads: readonly string[], more?: JsonObject) =>
    rulesAndPaths(cache, {}, reads, more)

  test.each<[string, JsonObject, string]>([
    ['metadata.headers.accept-language', {}, 'cache'],
    ['metadata.headers.accept-language', { vary: ['accept'] }, 'cache.vary'],
    ['metadata.headers.accept-language', { key_logic: { var: 'headers.accept' } }, 'cache'],
    ['metadata.tenant.id', { cache_key_fields: ['sku'] }, 'cache'],
    ['metadata.tenant.id', { key_logic: { var: 'data' } }, 'cache'],
    ['body.sku', { cache_key_fields: ['customer', 'sku2'] }, 'cache.cache_key_fields'],
    ['body.sku', { key_logic: { var: 'headers.x' } }, 'cache.key_logic'],
    ['body.sku', { key_logic: { var: 'data.other' }, cache_key_fields: ['sku'] }, 'cache.key_logic'],
  ])('%s with %j', (read, cache, place) => {
    expect(gaps(cache, [read])).toEqual([`cache-misses-read ${place}`])
  })

  test.each<[string, JsonObject]>([
    ['metadata.headers.accept-language', { vary: ['Accept-Language'] }],
    ['metadata.headers.accept-language', { key_logic: { var: 'headers.accept-language' } }],
    ['metadata.headers.accept-language', { key_logic: { var: 'metadata.headers.accept-language' } }],
    ['metadata.headers.accept-language', { key_logic: { var: 'metadata' } }],
    ['metadata.headers', {}],
    ['metadata.headers.authorization', {}],
    ['metadata.headers.x-request-id', {}],
    ['metadata.headers.Accept', {}],
    ['metadata.cookies.theme', { cache_key_fields: ['sku'] }],
    ['metadata.params.id', { cache_key_fields: ['sku'] }],
    ['metadata.query.page', { cache_key_fields: ['sku'] }],
    ['metadata.auth.claims.sub', { cache_key_fields: ['sku'] }],
    ['metadata._orion_errors', { cache_key_fields: ['sku'] }],
    ['metadata.progress', { cache_key_fields: ['sku'] }],
    ['metadata.tenant.id', {}],
    ['metadata.tenant.id', { key_logic: { var: 'metadata.tenant' } }],
    ['body.sku', {}],
    ['body.order.sku', { cache_key_fields: ['order'] }],
    ['body.sku', { cache_key_fields: ['data.sku'] }],
    ['body.sku', { cache_key_fields: ['data'] }],
    ['body.order', { cache_key_fields: ['order.sku'] }],
    ['body.sku', { key_logic: [{ var: 'data.sku' }, { var: 'params.id' }] }],
    ['body.sku', { key_logic: { var: '' } }],
    ['body.sku', { key_logic: { var: { cat: ['data.', { var: 'params.id' }] } } }],
    ['body.sku', { enabled: false, cache_key_fields: ['customer'] }],
  ])('%s is in the key with %j, or of no interest to it', (read, cache) => {
    expect(gaps(cache, [read])).toEqual([])
  })

  test('metadata of the caller comes in an envelope alone', () => {
    const cache = { key_logic: { var: 'data' } }
    expect(gaps(cache, ['metadata.tenant'], { request: { body_mode: 'payload' } })).toEqual([])
    expect(gaps(cache, ['metadata.tenant'], { request: { body_mode: 'auto' } })).toHaveLength(1)
  })

  test('is told once for each thing that it reads, with where it does', () => {
    const found = findings({}, {}, ['metadata.headers.a', 'metadata.headers.b', 'metadata.headers.a'])
    expect(found.map(({ message }) => message)).toEqual([
      'the workflow reads the header "a" (tasks[0].condition), which is not in the key, so a caller may get the answer to another',
      'the workflow reads the header "b" (tasks[0].condition), which is not in the key, so a caller may get the answer to another',
    ])
  })

  test('is not known without the workflow', () => {
    expect(rulesAndPaths({ cache_key_fields: ['a'] })).toEqual([])
  })
})

describe('a key field that is no field of the body', () => {
  test.each<[string, string]>([
    ['headers.X-Tenant', '"vary": ["x-tenant"]'],
    ['params.id', 'a path below data'],
    ['query.page', 'a path below data'],
    ['id', 'a path below data'],
  ])('%s', (field, expected) => {
    const [found, ...others] = findings({ cache_key_fields: ['sku', field] })
    expect(others).toEqual([])
    expect(found).toMatchObject({ rule: 'cache-key-field', path: 'config.cache.cache_key_fields[1]' })
    expect(found?.expected).toStartWith(expected)
  })

  test.each(['sku', 'order.id', 'data', 'data.sku', 'data.id', 'headers', 'query', 'ids'])(
    '%s is one',
    field => {
      expect(rulesAndPaths({ cache_key_fields: [field] })).toEqual([])
    },
  )

  test('but one that the schema declares', () => {
    const request_schema = { type: 'object', properties: { id: {}, query: {} } }
    const cache_key_fields = ['id', 'query.page']
    expect(rulesAndPaths({ cache_key_fields }, {}, undefined, { request_schema })).toEqual([])
  })

  test('where requests have no body, none is', () => {
    const cache = { cache_key_fields: ['sku', 'data.x'] }
    expect(rulesAndPaths(cache, { methods: ['get', 'HEAD'] })).toEqual([
      'cache-key-field cache.cache_key_fields',
    ])
    expect(rulesAndPaths({ cache_key_fields: ['sku'] }, { methods: ['GET', 'DELETE'] })).toEqual([])
    const off: Json = { ...cache, enabled: false }
    expect(rulesAndPaths(off, { methods: ['GET'] })).toEqual([])
  })
})
