import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { openApp } from './harness/app.ts'
import { expectEnvelope, expectHouseHeaders } from './harness/envelope.ts'
import { channel, echoWorkflow } from './harness/samples.ts'
import { tempFolder } from './harness/temp-folder.ts'
import { exported, importing } from './harness/transfers.ts'

const ids = (definitions: readonly { readonly [field: string]: unknown }[]) =>
  definitions.map(({ workflow_id, channel_id, id }) => workflow_id ?? channel_id ?? id)

async function openShop() {
  const app = await openApp()
  const { client } = app
  await client.admin('POST', 'workflows', { ...echoWorkflow('low'), name: 'a', tags: ['shop'] })
  await client.admin('POST', 'workflows', { ...echoWorkflow('high'), name: 'z', priority: 9 })
  await client.declare({ ...echoWorkflow('live'), name: 'b', tags: ['shop', 'x'] })
  return app
}

describe('an export', () => {
  test('has the latest version of each, the highest priority first, then by name', async () => {
    await using app = await openShop()
    await app.client.admin('POST', 'workflows/live/versions')
    await app.client.admin('PUT', 'workflows/live', { description: 'newer' })
    const answer = await app.client.admin('GET', 'workflows/export')
    expectHouseHeaders(answer)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(Object.keys(Object(answer.body))).toEqual(['data'])
    const rows = await exported(app, 'workflows')
    expect(ids(rows)).toEqual(['high', 'low', 'live'])
    expect(rows[2]).toEqual(Object((await app.client.admin('GET', 'workflows/live')).at('data')))
    expect(rows[2]).toMatchObject({ version: 2, status: 'draft', description: 'newer' })
  })

  test.each([
    ['?tag=shop', ['low', 'live']],
    ['?tag=sho', []],
    ['?status=active', ['live']],
    ['?status=draft', ['high', 'low']],
    ['?status=draft&tag=shop', ['low']],
    ['?status=nonsense', []],
    ['?status=', []],
    ['?limit=1&offset=1&sort_by=name&sort_order=asc', ['high', 'low', 'live']],
  ])('with %s has %j', async (query, expected) => {
    await using app = await openShop()
    expect(ids(await exported(app, 'workflows', query))).toEqual(expected)
  })

  test('of channels shows no literal secret, but what is no secret', async () => {
    await using app = await openApp()
    const auth = { mode: 'api_key', keys: ['a-key-that-opens'], header: 'X-Key' }
    await app.client.declare(echoWorkflow('w'), channel('w', { config: { auth }, tags: ['t'] }))
    await app.client.admin('POST', 'channels', channel('other', { priority: 2 }))
    expect(ids(await exported(app, 'channels'))).toEqual(['other', 'w'])
    expect(ids(await exported(app, 'channels', '?status=active'))).toEqual(['w'])
    expect(ids(await exported(app, 'channels', '?tag=t'))).toEqual(['w'])
    const answer = await app.client.admin('GET', 'channels/export')
    expect(answer.at('data.1.config.auth')).toEqual({ mode: 'api_key', keys: ['******'], header: 'X-Key' })
    expect(answer.text).not.toContain('a-key-that-opens')
  })

  test('of connectors has them by name as they can be created, and no literal secret', async () => {
    await using app = await openApp()
    const config = {
      url: 'https://me:pass-word@billing.example/v1?token=lit-eral',
      auth: { type: 'bearer', token: 'top-secret' },
    }
    await app.client.admin('POST', 'connectors', {
      id: 'b',
      name: 'zeta',
      connector_type: 'http',
      config,
      tags: ['t'],
    })
    await app.client.admin('POST', 'connectors', {
      id: 'a',
      name: 'alpha',
      connector_type: 'cache',
      enabled: false,
      config: { backend: 'memory' },
    })
    const answer = await app.client.admin('GET', 'connectors/export?status=active')
    for (const secret of ['pass-word', 'lit-eral', 'top-secret']) expect(answer.text).not.toContain(secret)
    expect(answer.at('data')).toEqual([
      {
        id: 'a',
        name: 'alpha',
        connector_type: 'cache',
        config: { backend: 'memory' },
        enabled: false,
        tags: [],
        created_at: expect.any(String),
        updated_at: expect.any(String),
      },
      {
        id: 'b',
        name: 'zeta',
        connector_type: 'http',
        config: {
          url: 'https://******:******@billing.example/v1?token=******',
          auth: { type: 'bearer', token: '******' },
        },
        enabled: true,
        tags: ['t'],
        created_at: expect.any(String),
        updated_at: expect.any(String),
      },
    ])
    expect(ids(await exported(app, 'connectors', '?tag=t'))).toEqual(['b'])
  })

  test('of nothing is an empty list, and HEAD has no body', async () => {
    await using app = await openApp()
    for (const kinds of ['workflows', 'channels', 'connectors'] as const) {
      expect((await app.client.admin('GET', `${kinds}/export`)).text).toBe('{"data":[]}')
      const head = await app.client.request('HEAD', `/api/v1/admin/${kinds}/export`)
      expect([head.status, head.text]).toEqual([200, ''])
    }
  })

  test('of thousands comes in pieces and loses none, whatever their order', async () => {
    await using app = await openApp()
    const items = Array.from({ length: 1203 }, (_, at) => ({
      ...echoWorkflow(`w-${(at * 7919) % 1203}`),
      name: `n${at % 10}`,
      priority: at % 3,
    }))
    expect((await importing(app, 'workflows', items)).at('imported')).toBe(1203)
    const response = await app.orion.fetch(new Request('http://orion.test/api/v1/admin/workflows/export'))
    const pieces: Uint8Array[] = []
    for await (const piece of response.body ?? []) pieces.push(piece)
    expect(pieces.length).toBeGreaterThan(3)
    const { data } = JSON.parse(Buffer.concat(pieces).toString())
    const listed = await app.client.admin('GET', 'workflows?limit=1000')
    expect(listed.at('total')).toBe(1203)
    expect(new Set(ids(data)).size).toBe(1203)
    const order = data.map(
      (row: { priority: number; name: string; workflow_id: string }) =>
        `${2 - row.priority} ${row.name} ${row.workflow_id}`,
    )
    expect(order).toEqual(order.toSorted())
  })

  test('names what cannot be read, and has all the rest', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'orion.db')
    await using app = await openApp({ env: { ORION_STORAGE__URL: `sqlite:${path}` } })
    for (const id of ['a', 'b', 'c']) await app.client.admin('POST', 'workflows', echoWorkflow(id))
    using database = new Database(path)
    database.run("update workflows set tasks_json = '{' where workflow_id = 'b'")
    const answer = await app.client.admin('GET', 'workflows/export')
    expect(answer.at('data')).toMatchObject([{ workflow_id: 'a' }, { workflow_id: 'c' }])
    expect(answer.at('unreadable')).toEqual([
      { id: 'b', version: 1, reason: 'The stored workflow "b" version 1 cannot be read' },
    ])
    const again = await importing(app, 'workflows', [echoWorkflow('b')], '?on_conflict=new_version')
    expectEnvelopeBeside(again, '[0].workflow_id')
  })

  test('is not for strangers', async () => {
    await using app = await openApp({
      env: { ORION_ADMIN_AUTH__ENABLED: 'true', ORION_ADMIN_AUTH__API_KEY: 'k' },
    })
    for (const kinds of ['workflows', 'channels', 'connectors']) {
      expectEnvelope(await app.client.admin('GET', `${kinds}/export`), 401, 'UNAUTHORIZED')
      expectEnvelope(await app.client.admin('POST', `${kinds}/import`, []), 401, 'UNAUTHORIZED')
    }
  })
})

function expectEnvelopeBeside(answer: Awaited<ReturnType<typeof importing>>, path: string): void {
  expect([answer.status, answer.at('error.code'), answer.at('error.details.0.path')]).toEqual([
    400,
    'VALIDATION_ERROR',
    path,
  ])
}
