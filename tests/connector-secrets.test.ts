import { describe, expect, test } from 'bun:test'
import type { JsonObject } from '../src/std/json.ts'
import { openApp } from './harness/app.ts'
import type { Answer, Client } from './harness/client.ts'

interface Case {
  readonly about: string
  readonly connector_type: string
  readonly config: JsonObject
  readonly shown: JsonObject
}

/** Every secret is a word of its own, so that a search finds it wherever it should not be. */
const CASES: readonly Case[] = [
  {
    about: 'http with a bearer token',
    connector_type: 'http',
    config: { url: 'https://a.example/v1', auth: { type: 'bearer', token: 'zz-token' } },
    shown: { url: 'https://a.example/v1', auth: { type: 'bearer', token: '******' } },
  },
  {
    about: 'http with a password',
    connector_type: 'http',
    config: { url: 'https://a.example', auth: { type: 'basic', username: 'ann', password: 'zz-password' } },
    shown: { url: 'https://a.example', auth: { type: 'basic', username: 'ann', password: '******' } },
  },
  {
    about: 'http with a key',
    connector_type: 'http',
    config: { url: 'https://a.example', auth: { type: 'apikey', header: 'x-key', key: 'zz-key' } },
    shown: { url: 'https://a.example', auth: { type: 'apikey', header: 'x-key', key: '******' } },
  },
  {
    about: 'every header',
    connector_type: 'http',
    config: { url: 'https://a.example', headers: { 'x-api-key': 'zz-header', accept: 'zz-accept' } },
    shown: { url: 'https://a.example', headers: { 'x-api-key': '******', accept: '******' } },
  },
  {
    about: 'user and password inside a url',
    connector_type: 'http',
    config: { url: 'https://zz-user:zz-pass@a.example:8443/v1?x=1' },
    shown: { url: 'https://******:******@a.example:8443/v1?x=1' },
  },
  {
    about: 'a connection string whole',
    connector_type: 'db',
    config: { connection_string: 'postgres://zz-user:zz-pass@zz-host/zz-db', max_connections: 5 },
    shown: { connection_string: '******', max_connections: 5 },
  },
  {
    about: 'a redis url',
    connector_type: 'cache',
    config: { backend: 'redis', url: 'redis://:zz-pass@cache.example:6379/0' },
    shown: { backend: 'redis', url: 'redis://:******@cache.example:6379/0' },
  },
  {
    about: 'a broker with a password',
    connector_type: 'kafka',
    config: { brokers: ['kafka://zz-user:zz-pass@k1.example:9092', 'k2.example:9092'], topic: 't' },
    shown: { brokers: ['kafka://******:******@k1.example:9092', 'k2.example:9092'], topic: 't' },
  },
]

function configOf(answer: Answer, path = 'data'): unknown {
  return JSON.parse(String(answer.at(`${path}.config_json`)))
}

async function readsOf(client: Client): Promise<Answer[]> {
  return [
    await client.admin('GET', 'connectors/c'),
    await client.admin('GET', 'connectors'),
    await client.admin('GET', 'audit-logs'),
  ]
}

describe.each(CASES.map(one => [one.about, one] as const))('%s', (_, { connector_type, config, shown }) => {
  const created = { id: 'c', name: 'c', connector_type, config }

  test('is masked on create, get, list, update and in the audit log', async () => {
    await using app = await openApp()
    const { client } = app
    const create = await client.admin('POST', 'connectors', created)
    expect(configOf(create)).toEqual(shown)
    const update = await client.admin('PUT', 'connectors/c', { config })
    expect(configOf(update)).toEqual(shown)
    const [get, list, audit] = await readsOf(client)
    if (get === undefined || list === undefined) throw new Error('No answers')
    expect(configOf(get)).toEqual(shown)
    expect(configOf(list, 'data.0')).toEqual(shown)
    for (const answer of [create, update, get, list, audit]) expect(answer?.text).not.toContain('zz-')
    await client.admin('DELETE', 'connectors/c')
    expect((await client.admin('GET', 'audit-logs')).text).not.toContain('zz-')
    expect((await app.log()).join('\n')).not.toContain('zz-')
  })

  test('keeps what is stored when the mask is sent back', async () => {
    await using app = await openApp()
    const { client } = app
    await client.admin('POST', 'connectors', created)
    const answer = await client.admin('PUT', 'connectors/c', { config: shown })
    expect([answer.status, configOf(answer)]).toEqual([200, shown])
    // What is stored is seen by what is masked of it: nothing but the name differs in the audit row.
    await client.admin('PUT', 'connectors/c', { name: 'renamed', config: shown })
    const details = JSON.parse(String((await client.admin('GET', 'audit-logs?limit=1')).at('data.0.details')))
    expect(details).toEqual({ before: { name: 'c' }, after: { name: 'renamed' } })
  })
})

describe('a refusal', () => {
  test('never repeats a secret', async () => {
    await using app = await openApp()
    const bodies: JsonObject[] = [
      { name: 'c', connector_type: 'http', config: { url: 'ftp://zz-user:zz-pass@a.example' } },
      {
        name: 'c',
        connector_type: 'http',
        config: { url: 'https://a.example', auth: { type: 'bearer', token: ['zz-token'] } },
      },
      {
        name: 'c',
        connector_type: 'http',
        config: { url: 'https://a.example', headers: { a: 'zz-\r\nheader' } },
      },
      { name: 'c', connector_type: 'db', config: { connection_string: 7, password: 'zz-pass' } },
      {
        name: 'c',
        connector_type: 'cache',
        config: { backend: 'redis', url: 'redis://:zz-pass@x', default_ttl_secs: 'zz' },
      },
    ]
    for (const body of bodies) {
      const answer = await app.client.admin('POST', 'connectors', body)
      expect(answer.status).toBe(400)
      expect(answer.text).not.toContain('zz-')
    }
  })

  test('of a mask that has no secret behind it names the place', async () => {
    await using app = await openApp()
    const { client } = app
    await client.admin('POST', 'connectors', {
      id: 'c',
      name: 'c',
      connector_type: 'http',
      config: { url: 'https://a.example' },
    })
    const config = {
      url: 'https://******:******@a.example',
      headers: { a: '******' },
      auth: { type: 'bearer', token: '******' },
    }
    const answer = await client.admin('PUT', 'connectors/c', { config })
    expect(answer.at('error.details')).toMatchObject([
      { path: 'config.url', code: 'INVALID_FORMAT' },
      { path: 'config.headers.a', code: 'INVALID_FORMAT' },
      { path: 'config.auth.token', code: 'INVALID_FORMAT' },
    ])
  })
})

test('a new secret beside a masked one replaces only itself', async () => {
  await using app = await openApp()
  const { client } = app
  const config = { url: 'https://a.example', headers: { one: 'zz-1', two: 'zz-2' } }
  await client.admin('POST', 'connectors', { id: 'c', name: 'c', connector_type: 'http', config })
  await client.admin('PUT', 'connectors/c', {
    config: { ...config, headers: { one: '******', two: 'zz-new' } },
  })
  const shared = { url: 'https://a.example', headers: { one: '******' } }
  const dropped = await client.admin('PUT', 'connectors/c', { config: shared })
  expect(configOf(dropped)).toEqual(shared)
  // What was dropped is gone: its mask has nothing behind it.
  const again = await client.admin('PUT', 'connectors/c', {
    config: { ...shared, headers: { two: '******' } },
  })
  expect(again.status).toBe(400)
})
