import { describe, expect, test } from 'bun:test'
import type { JsonObject } from '../src/std/json.ts'
import { openApp } from './harness/app.ts'
import { startServer } from './harness/binary.ts'
import { expectEnvelope } from './harness/envelope.ts'
import { channel, echoWorkflow } from './harness/samples.ts'

const ADMIN_PATHS = [
  '/api/v1/admin/workflows',
  '/api/v1/admin/channels/x',
  '/api/v1/admin/connectors',
  '/api/v1/admin/audit-logs',
  '/api/v1/admin/engine/status',
  '/api/v1/admin',
  '/api/v1/admin/nope',
]
const OPEN_PATHS = [
  '/health',
  '/healthz',
  '/readyz',
  '/docs/',
  '/api/v1/openapi.json',
  '/api/v1/data/traces',
  '/api/v1/data/nobody',
]

function keyed(keys: string, rest: Record<string, string> = {}) {
  return { env: { ORION_ADMIN_AUTH__ENABLED: 'true', ORION_ADMIN_AUTH__API_KEYS: keys, ...rest } }
}

describe('with an admin key', () => {
  test.each(ADMIN_PATHS)('%s wants it', async path => {
    await using app = await openApp(keyed('right-key'))
    const ask = (headers: Record<string, string>) => app.client.request('GET', path, { headers })
    const refused = [
      [{}, 'Missing Authorization header'],
      [{ authorization: 'right-key' }, "Authorization header must use 'Bearer <token>' format"],
      [{ authorization: 'Bearerright-key' }, "Authorization header must use 'Bearer <token>' format"],
      [{ authorization: 'Basic right-key' }, "Authorization header must use 'Bearer <token>' format"],
      [{ authorization: 'Bearer wrong-key' }, 'Invalid API key'],
      [{ authorization: 'Bearer right-keyx' }, 'Invalid API key'],
      [{ 'x-api-key': 'right-key' }, 'Missing Authorization header'],
    ] as const
    for (const [headers, message] of refused) {
      const answer = await ask(headers)
      expectEnvelope(answer, 401, 'UNAUTHORIZED')
      expect(answer.at('error.message')).toBe(message)
    }
    for (const scheme of ['Bearer', 'bearer', 'BEARER', 'Bearer  ']) {
      expect((await ask({ authorization: `${scheme} right-key` })).status).not.toBe(401)
    }
  })

  test.each(OPEN_PATHS)('%s does not', async path => {
    await using app = await openApp(keyed('right-key'))
    expect((await app.client.request('GET', path)).status).toBeOneOf([200, 404])
  })

  test('a change needs it as well, and does not happen without', async () => {
    await using app = await openApp(keyed('right-key'))
    const authorization = 'Bearer right-key'
    expectEnvelope(await app.client.admin('POST', 'workflows', echoWorkflow('w')), 401, 'UNAUTHORIZED')
    const list = await app.client.request('GET', '/api/v1/admin/workflows', { headers: { authorization } })
    expect(list.at('total')).toBe(0)
  })

  test('several keys are all right', async () => {
    await using app = await openApp(keyed('key-one,key-two', { ORION_ADMIN_AUTH__API_KEY: 'key-three' }))
    const ask = async (key: string) =>
      (
        await app.client.request('GET', '/api/v1/admin/workflows', {
          headers: { authorization: `Bearer ${key}` },
        })
      ).status
    expect([
      await ask('key-one'),
      await ask('key-two'),
      await ask('key-three'),
      await ask('key-four'),
      await ask(''),
    ]).toEqual([200, 200, 200, 401, 401])
  })

  test('in a header of its own, Authorization does not count', async () => {
    await using app = await openApp(keyed('right-key', { ORION_ADMIN_AUTH__HEADER: 'X-Admin-Key' }))
    const ask = (headers: Record<string, string>) =>
      app.client.request('GET', '/api/v1/admin/workflows', { headers })
    const refused = await ask({ authorization: 'Bearer right-key' })
    expectEnvelope(refused, 401, 'UNAUTHORIZED')
    expect(refused.at('error.message')).toBe('Missing X-Admin-Key header')
    expect((await ask({ 'x-admin-key': 'Bearer right-key' })).status).toBe(401)
    expect((await ask({ 'X-ADMIN-KEY': 'right-key' })).status).toBe(200)
  })

  test('a wrong one is never repeated, neither in the answer nor in the log', async () => {
    await using app = await openApp(keyed('right-key'))
    const headers = { authorization: 'Bearer zz-guess' }
    const { text } = await app.client.request('GET', '/api/v1/admin/workflows', { headers })
    expect([text, ...(await app.log())].join('\n')).not.toMatch(/zz-guess|right-key/)
  })
})

describe('without an admin key', () => {
  test('the admin API answers this machine', async () => {
    await using app = await openApp()
    expect((await app.client.admin('GET', 'workflows')).status).toBe(200)
    await using server = await startServer()
    expect((await server.client.admin('GET', 'workflows')).status).toBe(200)
  })

  test.each([
    'forwarded',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'X-Forwarded-Anything',
    'x-real-ip',
  ])('a request that came by a proxy, as %s tells, does not', async header => {
    await using app = await openApp()
    const answer = await app.client.request('GET', '/api/v1/admin/workflows', {
      headers: { [header]: '127.0.0.1' },
    })
    expectEnvelope(answer, 403, 'FORBIDDEN')
    expect(String(answer.at('error.message'))).toContain('admin_auth.api_keys')
    expect((await app.client.request('GET', '/health', { headers: { [header]: '127.0.0.1' } })).status).toBe(
      200,
    )
  })

  test('and with allow_open it answers everybody', async () => {
    await using app = await openApp({ env: { ORION_ADMIN_AUTH__ALLOW_OPEN: 'true' } })
    const answer = await app.client.request('GET', '/api/v1/admin/workflows', {
      headers: { 'x-forwarded-for': '10.0.0.1' },
    })
    expect(answer.status).toBe(200)
  })
})

const NASTY = [
  "'; DROP TABLE workflows; --",
  "Robert'); DELETE FROM channels;--",
  '<script>alert(1)</script>',
  '"quoted" and \\ back\\slashed',
  '名前 🎉 ñ Ω',
  '\u202eevil\u202c',
  '\u200b\u2028\u2029',
  '$HOME $(id) `id`',
  '%_%',
  '{{template}}',
  'a\tb\nc',
]

describe('nasty texts', () => {
  test.each(NASTY)('%j goes in and comes out of a definition unchanged', async text => {
    await using app = await openApp()
    const { client } = app
    const named: JsonObject = { name: text, description: text, tags: [text] }
    const created = await client.admin('POST', 'workflows', { ...echoWorkflow('w'), ...named })
    expect([created.status, (await client.admin('GET', 'workflows/w')).at('data')]).toMatchObject([
      201,
      named,
    ])
    expect(created.text).toContain(JSON.stringify(text))
    const found = await client.admin('GET', `workflows?tag=${encodeURIComponent(text)}`)
    expect(found.at('total')).toBe(1)
    const channelMade = await client.admin('POST', 'channels', channel('c', { ...named, workflow_id: 'w' }))
    expect(channelMade.at('data')).toMatchObject(named)
    const connector = { ...named, id: 'k', connector_type: 'cache', config: { backend: 'memory' } }
    expect((await client.admin('POST', 'connectors', connector)).at('data')).toMatchObject({
      name: text,
      tags: [text],
    })
    expect((await client.admin('GET', 'workflows')).at('total')).toBe(1)
  })

  test.each(NASTY)('%j goes in and comes out of a message unchanged', async text => {
    await using app = await openApp()
    await app.client.declare(echoWorkflow('w'), channel('w'))
    const answer = await app.client.post('w', { [text]: text })
    expect(answer.at('data.in')).toEqual({ [text]: text })
    const trace = await app.client.request('GET', `/api/v1/data/traces/${answer.at('id')}`)
    expect(trace.at('message.data.in')).toEqual({ [text]: text })
  })

  test('SQL in a filter finds nothing and harms nothing', async () => {
    await using app = await openApp()
    await app.client.declare(echoWorkflow('w'))
    for (const filter of ['tag', 'status', 'sort_by', 'sort_order']) {
      const query = `${filter}=${encodeURIComponent("x' OR '1'='1")}`
      const answer = await app.client.admin('GET', `workflows?${query}`)
      expect([answer.status, answer.at('total')]).toEqual([200, filter.startsWith('sort') ? 1 : 0])
    }
  })

  test('U+0000 is refused in what is declared, and kept in a message', async () => {
    await using app = await openApp()
    const { client } = app
    for (const field of ['name', 'description']) {
      const answer = await client.admin('POST', 'workflows', { ...echoWorkflow('w'), [field]: 'a\u0000b' })
      expect(answer.at('error.details')).toMatchObject([{ path: field, code: 'INVALID_FORMAT' }])
    }
    await client.declare(echoWorkflow('w'), channel('w'))
    expect((await client.post('w', 'a\u0000b')).at('data.in')).toBe('a\u0000b')
  })

  test('names like what every object has are plain keys', async () => {
    await using app = await openApp()
    await app.client.declare(echoWorkflow('w'), channel('w'))
    const data = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1}'
    const headers = { 'content-type': 'application/json' }
    const { text } = await app.client.request('POST', '/api/v1/data/w', { body: `{"data":${data}}`, headers })
    expect(text).toContain(data)
    expect('polluted' in {}).toBe(false)
  })
})

describe('texts are bounded by their bytes', () => {
  test.each([
    ['name', 'x'.repeat(255), 201],
    ['name', 'x'.repeat(256), 400],
    ['name', 'é'.repeat(127), 201],
    ['name', 'é'.repeat(128), 400],
    ['description', 'x'.repeat(2048), 201],
    ['description', 'x'.repeat(2049), 400],
    ['description', '', 201],
    ['workflow_id', 'x'.repeat(128), 201],
    ['workflow_id', 'x'.repeat(129), 400],
    ['workflow_id', '.x', 400],
    ['workflow_id', '-x', 400],
    ['workflow_id', '_x', 400],
    ['workflow_id', '', 400],
    ['workflow_id', 'ä', 400],
    ['workflow_id', '9.a-b_c', 201],
  ] as const)('%s of %p is %p', async (field, text, status) => {
    await using app = await openApp()
    const answer = await app.client.admin('POST', 'workflows', { ...echoWorkflow('w'), [field]: text })
    expect([answer.status, answer.text]).toEqual([status, answer.text])
    if (status === 400) expect(answer.at('error.details.0.path')).toBe(field)
  })

  test('a message of 100 kB goes through', async () => {
    await using app = await openApp()
    await app.client.declare(echoWorkflow('w'), channel('w'))
    const long = '🚀'.repeat(25_000)
    expect((await app.client.post('w', { [long]: long })).at('data.in')).toEqual({ [long]: long })
  })
})

test('a message nested a hundred levels deep harms nothing', async () => {
  await using app = await openApp()
  await app.client.declare(echoWorkflow('w'), channel('w'))
  const deep = `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`
  const headers = { 'content-type': 'application/json' }
  const answer = await app.client.request('POST', '/api/v1/data/w', { body: `{"data":${deep}}`, headers })
  expect(answer.status).toBe(200)
  expect(answer.text).toContain(deep)
})
