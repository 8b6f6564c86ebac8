import { test as always, describe, expect } from 'bun:test'
import { custom } from '../../src/engine/test-run.ts'
import type { JsonObject } from '../../src/std/json.ts'
import { openApp } from '../harness/app.ts'
import { type Address, privateRedis, redis } from '../harness/backing.ts'
import { testNeeding } from '../harness/needs.ts'
import { channel, task, workflow } from '../harness/samples.ts'
import { until } from '../harness/until.ts'

// Servers whose channels keep their state on the same Redis.

const test = testNeeding('redis')

type Server = Awaited<ReturnType<typeof openServer>>

async function openServer(url: string, config: JsonObject, stateConfig: JsonObject = {}) {
  const work = { runs: 0, hold: Promise.resolve() }
  const run = custom('work', async () => {
    work.runs++
    await work.hold
    return 200
  })
  const app = await openApp({ functions: [run] })
  const { client } = app
  const state = { backend: 'redis', ...(url !== '' && { url }), ...stateConfig }
  await client.admin('POST', 'connectors', {
    id: 'state',
    name: 'state',
    connector_type: 'cache',
    config: state,
  })
  await client.declare(workflow('orders', [task('work', {})]), channel('orders', { config }))
  return Object.assign(work, {
    client,
    post: (data: JsonObject, key?: string) =>
      client.request('POST', '/api/v1/data/orders', {
        body: { data },
        headers: key === undefined ? {} : { 'idempotency-key': key },
      }),
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  })
}

async function openServers(config: JsonObject) {
  const database: Address & AsyncDisposable = await (await redis()).freshDatabase()
  const here = await openServer(database.url, config)
  const there = await openServer(database.url, config)
  return {
    here,
    there,
    all: [here, there] as const,
    async [Symbol.asyncDispose]() {
      await here[Symbol.asyncDispose]()
      await there[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

function runsOf(servers: readonly Server[]): number {
  return servers.reduce((sum, { runs }) => sum + runs, 0)
}

describe('idempotency keys', () => {
  const config = { deduplication: { header: 'Idempotency-Key', on_duplicate: 'replay', connector: 'state' } }

  test('that race on two servers run once each', async () => {
    await using servers = await openServers(config)
    const keys = Array.from({ length: 50 }, (_, n) => `k${n}`)
    const answers = await Promise.all(
      keys.flatMap(key => [...servers.all, ...servers.all].map(server => server.post({}, key))),
    )
    expect(runsOf(servers.all)).toBe(50)
    for (const { status } of answers) expect([200, 409]).toContain(status)
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(50)
  })

  test('that run on one server are refused by the other, and answered by it when they are over', async () => {
    await using servers = await openServers(config)
    const { here, there } = servers
    const end = Promise.withResolvers<void>()
    here.hold = end.promise
    const first = here.post({ n: 1 }, 'k')
    await until('it runs', () => (here.runs === 1 ? true : undefined))
    const meanwhile = await there.post({ n: 1 }, 'k')
    expect([meanwhile.status, meanwhile.headers.get('retry-after')]).toEqual([409, '1'])
    expect((await there.post({ n: 2 }, 'k')).status).toBe(422)
    end.resolve()
    const answered = await first
    const again = await there.post({ n: 1 }, 'k')
    expect(again.text).toBe(answered.text)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(runsOf(servers.all)).toBe(1)
  })

  test('of a request that was refused before it ran are free on both', async () => {
    await using servers = await openServers({ ...config, backpressure: { max_concurrent: 0 } })
    const { here, there } = servers
    for (const server of [here, there, here, there]) expect((await server.post({}, 'k')).status).toBe(503)
  })
})

test('a rate limit counts what all servers admit', async () => {
  await using servers = await openServers({
    rate_limit: { requests_per_second: 1, burst: 10, connector: 'state' },
  })
  const beganMs = performance.now()
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? servers.here : servers.there).post({})),
  )
  const admitted = answers.filter(({ status }) => status === 200).length
  const refilled = Math.ceil((performance.now() - beganMs) / 1000)
  expect(admitted).toBeGreaterThanOrEqual(10)
  expect(admitted).toBeLessThanOrEqual(10 + refilled)
  expect(answers.every(({ status }) => status === 200 || status === 429)).toBe(true)
})

describe('kept answers', () => {
  const config = { cache: { enabled: true, connector: 'state', namespaces: ['prices'] } }
  const outcome = ({ headers }: { readonly headers: Headers }) => headers.get('x-orion-cache')

  test('are given by both servers, and dropped for both', async () => {
    await using servers = await openServers(config)
    const { here, there } = servers
    const first = await here.post({ sku: 1 })
    const again = await there.post({ sku: 1 })
    expect([outcome(first), outcome(again)]).toEqual(['miss', 'hit'])
    expect(again.text).toBe(first.text)
    const dropped = await there.client.admin('POST', 'cache/namespaces/prices/invalidate', {})
    expect(JSON.stringify(dropped.at('data.stores'))).toContain('"state"')
    expect(outcome(await here.post({ sku: 1 }))).toBe('miss')
  })

  test('outlive a server', async () => {
    await using database = await (await redis()).freshDatabase()
    {
      await using before = await openServer(database.url, config)
      await before.post({ sku: 1 })
    }
    await using after = await openServer(database.url, config)
    expect(outcome(await after.post({ sku: 1 }))).toBe('hit')
  })
})

testNeeding('private redis')(
  'guards work again when a Redis that was stopped is back, and keys that were answered before are known',
  async () => {
    await using service = await privateRedis()
    await using server = await openServer(service.url, {
      deduplication: { header: 'Idempotency-Key', connector: 'state', on_store_error: 'deny' },
      rate_limit: { requests_per_second: 1000, burst: 1000, connector: 'state' },
    })
    expect((await server.post({}, 'before')).status).toBe(200)
    await service.stop()
    const refused = await server.post({}, 'meanwhile')
    expect([refused.status, refused.at('error.code')]).toEqual([503, 'SERVICE_UNAVAILABLE'])
    expect((await server.client.request('GET', '/health')).at('components.guards')).toBe('degraded')
    await service.start()
    await until('it works', async () => ((await server.post({}, 'after')).status === 503 ? undefined : true))
    expect((await server.post({}, 'before')).status).toBe(409)
    expect((await server.post({}, 'meanwhile')).status).toBe(200)
    expect(server.runs).toBe(3)
  },
)

testNeeding('private redis')('an answer that Redis did not take is stored when it is back', async () => {
  await using service = await privateRedis()
  await using server = await openServer(service.url, {
    deduplication: { header: 'Idempotency-Key', connector: 'state', on_store_error: 'deny' },
  })
  const end = Promise.withResolvers<void>()
  server.hold = end.promise
  const first = server.post({}, 'k')
  await until('it runs', () => (server.runs === 1 ? true : undefined))
  await service.stop()
  end.resolve()
  expect((await first).status).toBe(503)
  await service.start()
  await using other = await openServer(service.url, {
    deduplication: { header: 'Idempotency-Key', connector: 'state' },
  })
  await until('it is stored', async () => {
    const answer = await other.post({}, 'k')
    expect(answer.status).toBe(409)
    return answer.headers.get('retry-after') === null ? true : undefined
  })
  expect(runsOf([server, other])).toBe(1)
})

always('guards may keep their state on a cache in memory', async () => {
  const guards = {
    rate_limit: { requests_per_second: 100, burst: 100, connector: 'state' },
    deduplication: { header: 'Idempotency-Key', connector: 'state' },
    cache: { enabled: true, connector: 'state' },
  }
  await using server = await openServer('', guards, { backend: 'memory' })
  expect((await server.post({ n: 1 }, 'k')).status).toBe(200)
  expect((await server.post({ n: 1 }, 'k')).status).toBe(409)
  expect((await server.client.admin('POST', 'engine/reload')).status).toBe(200)
  expect((await server.post({ n: 1 }, 'k')).status).toBe(409)
  const again = await server.post({ n: 1 })
  expect(again.headers.get('x-orion-cache')).toBe('hit')
  expect(again.headers.get('ratelimit-limit')).toBe('100')
  expect(server.runs).toBe(1)
})

describe('a channel whose guard names a connector that is none', () => {
  const guards = {
    rate_limit: { requests_per_second: 1, connector: 'nowhere' },
    deduplication: { header: 'Idempotency-Key', connector: 'nowhere' },
    cache: { enabled: true, connector: 'nowhere' },
  }

  for (const [guard, config] of Object.entries(guards)) {
    test(`is refused at activation (${guard})`, async () => {
      await using app = await openApp()
      const { client } = app
      await client.admin('POST', 'workflows', workflow('w', [task('log', { message: 'x' })]))
      await client.setStatus('workflows', 'w', 'active')
      await client.admin('POST', 'channels', channel('c', { workflow_id: 'w', config: { [guard]: config } }))
      const refused = await client.admin('PATCH', 'channels/c/status', { status: 'active' })
      expect(refused.status).toBe(409)
      expect(refused.at('error.message')).toContain(
        `config.${guard}.connector names connector 'nowhere', which does not exist`,
      )
    })
  }

  test('is refused at activation when the connector is not a cache', async () => {
    await using app = await openApp()
    const { client } = app
    const http = {
      id: 'nowhere',
      name: 'nowhere',
      connector_type: 'http',
      config: { url: 'https://h.example' },
    }
    await client.admin('POST', 'connectors', http)
    const config = { cache: guards.cache }
    await client.admin('POST', 'channels', channel('c', { workflow_id: null, config }))
    const refused = await client.admin('PATCH', 'channels/c/status', { status: 'active' })
    expect(refused.status).toBe(400)
    expect(refused.at('error.message')).toContain('connector "nowhere" is not a cache connector')
  })

  test('is quarantined while it is not there, and says why', async () => {
    await using database = await (await redis()).freshDatabase()
    await using server = await openServer(database.url, {
      rate_limit: { requests_per_second: 100, connector: 'state' },
    })
    const { client } = server
    const stateConfig = { backend: 'redis', url: database.url }
    await client.admin('PUT', 'connectors/state', { enabled: false })
    expect((await server.post({})).status).toBe(503)
    const status = await client.admin('GET', 'engine/status')
    expect(JSON.stringify(status.body)).toContain(
      'config.rate_limit.connector: there is no enabled connector',
    )
    await client.admin('PUT', 'connectors/state', { enabled: true, config: stateConfig })
    expect((await server.post({})).status).toBe(200)
    await client.admin('PUT', 'connectors/state', { connector_type: 'http', config: { url: 'http://h' } })
    const other = await client.admin('GET', 'engine/status')
    expect(JSON.stringify(other.body)).toContain('is not a cache connector')
  })
})
