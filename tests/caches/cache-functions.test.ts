import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../../src/std/json.ts'
import { openApp } from '../harness/app.ts'
import { redis } from '../harness/backing.ts'
import { testNeeding } from '../harness/needs.ts'
import { channel, task, workflow } from '../harness/samples.ts'

type App = Awaited<ReturnType<typeof openApp>>

async function withCache(config: JsonObject) {
  const app = await openApp()
  const { client } = app
  await client.admin('POST', 'connectors', { id: 'kept', name: 'kept', connector_type: 'cache', config })
  return app
}

/** A channel of one task over the connector `kept`, which sees the body as `data.in`. */
async function declareTask(app: App, name: string, called: string, input: JsonObject) {
  const parse = task('parse_json', { source: 'payload', target: 'in' })
  const calling = task(called, { connector: 'kept', ...input })
  await app.client.declare(workflow(name, [parse, calling]), channel(name))
}

function promises(
  name: string,
  testIt: typeof test,
  configOf: () => Promise<[JsonObject, AsyncDisposable?]>,
) {
  async function opened(config: JsonObject = {}) {
    const [backend, database] = await configOf()
    const app = await withCache({ ...backend, ...config })
    return {
      app,
      async [Symbol.asyncDispose]() {
        await app[Symbol.asyncDispose]()
        await database?.[Symbol.asyncDispose]()
      },
    }
  }

  describe(`functions over a cache ${name}`, () => {
    testIt('write, read, count and delete with keys that are worked out', async () => {
      await using cache = await opened()
      const { app } = cache
      const key = { cat: ['k:', { var: 'data.in.id' }] }
      await declareTask(app, 'put', 'cache_write', { key, value: { var: 'data.in.value' }, ttl_secs: 60 })
      await declareTask(app, 'get', 'cache_read', { keys: [key, 'none'], output: 'data.out' })
      await declareTask(app, 'add', 'cache_incr', { key, by: { var: 'data.in.by' }, output: 'data.out' })
      await declareTask(app, 'drop', 'cache_delete', { keys: [key, key, 'none'], output: 'data.out' })
      await app.client.post('/put', { id: 1, value: 40 })
      expect((await app.client.post('/add', { id: 1, by: 2 })).at('data.out')).toBe(42)
      expect((await app.client.post('/get', { id: 1 })).at('data.out')).toEqual([42, null])
      expect((await app.client.post('/drop', { id: 1 })).at('data.out')).toEqual({ deleted: 1 })
      expect((await app.client.post('/get', { id: 1 })).at('data.out')).toEqual([null, null])
    })

    testIt('tell what cannot be counted on apart from what cannot be added', async () => {
      await using cache = await opened()
      const { app } = cache
      await declareTask(app, 'put', 'cache_write', { key: 'k', value: { var: 'data.in.value' } })
      await declareTask(app, 'add', 'cache_incr', { key: 'k', by: { var: 'data.in.by' } })
      await app.client.post('/put', { value: 'text' })
      const refused = await app.client.post('/add', { by: 1 })
      expect([refused.status, refused.at('error.code')]).toEqual([409, 'CONSTRAINT_VIOLATED'])
      await app.client.post('/put', { value: 9223372036854775807n })
      const beyond = await app.client.post('/add', { by: 1 })
      expect([beyond.status, beyond.at('error.code')]).toEqual([400, 'DATA_ERROR'])
      const odd = await app.client.post('/add', { by: 1.5 })
      expect([odd.status, odd.at('error.code')]).toEqual([400, 'VALIDATION_ERROR'])
    })

    testIt.each<[string, string, JsonObject, Json]>([
      ['a key that is a number', 'cache_read', { key: { var: 'data.in.value' } }, 7],
      ['keys that are a text', 'cache_read', { keys: { var: 'data.in.value' } }, 'k'],
      ['more than 1000 keys', 'cache_read', { keys: { var: 'data.in.value' } }, Array(1001).fill('k')],
      ['a ttl of 0', 'cache_write', { key: 'k', value: 1, ttl_secs: { var: 'data.in.value' } }, 0],
      [
        'a ttl that is a text',
        'cache_write',
        { key: 'k', value: 1, ttl_secs: { var: 'data.in.value' } },
        '5',
      ],
      ['a ttl of 0 for a counter', 'cache_incr', { key: 'k', ttl_secs: { var: 'data.in.value' } }, 0],
      ['an amount that is a text', 'cache_incr', { key: 'k', by: { var: 'data.in.value' } }, '3'],
    ])('refuse %s', async (_, called, input, value) => {
      await using cache = await opened()
      await declareTask(cache.app, 'go', called, input)
      const answer = await cache.app.client.post('/go', { value })
      expect([answer.status, answer.at('error.code')]).toEqual([400, 'VALIDATION_ERROR'])
    })

    testIt('give no result where none is asked for', async () => {
      await using cache = await opened()
      const { app } = cache
      await declareTask(app, 'add', 'cache_incr', { key: 'k' })
      await declareTask(app, 'drop', 'cache_delete', { key: 'k' })
      expect((await app.client.post('/add', { a: 1 })).at('data')).toEqual({ in: { a: 1 } })
      expect((await app.client.post('/drop', { a: 1 })).at('data')).toEqual({ in: { a: 1 } })
    })
  })
}

promises('in memory', test, async () => [{ backend: 'memory' }])
promises('on Redis', testNeeding('redis'), async () => {
  const database = await (await redis()).freshDatabase()
  return [{ backend: 'redis', url: database.url }, database]
})

test('what is wrong with an input as it is written is refused when it is stored', async () => {
  await using app = await openApp()
  const cases: [string, JsonObject, string][] = [
    ['cache_write', { key: 'k', value: 1, ttl_secs: 0 }, 'ttl_secs'],
    ['cache_write', { key: 7, value: 1 }, 'key'],
    ['cache_incr', { key: 'k', by: 1.5 }, 'by'],
    ['cache_incr', { key: 'k', ttl_secs: -1 }, 'ttl_secs'],
    ['cache_read', { keys: 'k' }, 'keys'],
    ['cache_delete', { keys: ['a', 7] }, 'keys'],
    ['cache_read', {}, 'key'],
    ['cache_delete', { key: 'a', keys: ['b'] }, 'key'],
  ]
  for (const [called, input, path] of cases) {
    const body = workflow('w', [task(called, { connector: 'kept', ...input })])
    const answer = await app.client.admin('POST', 'workflows', body)
    expect(answer.status).toBe(400)
    expect(answer.at('error.details.0.path')).toBe(`tasks[0].function.input.${path}`)
  }
})

test('two caches in memory share no keys', async () => {
  await using app = await withCache({ backend: 'memory' })
  const other = { id: 'other', name: 'other', connector_type: 'cache', config: { backend: 'memory' } }
  await app.client.admin('POST', 'connectors', other)
  await declareTask(app, 'put', 'cache_write', { key: 'k', value: 1 })
  await declareTask(app, 'get', 'cache_read', { connector: 'other', key: 'k', output: 'data.out' })
  await app.client.post('/put', {})
  expect((await app.client.post('/get', {})).at('data.out')).toBeNull()
})
