import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../src/std/json.ts'
import { openApp } from './harness/app.ts'
import type { Client } from './harness/client.ts'
import { channel, echoWorkflow, mapTask, parseTask, workflow } from './harness/samples.ts'

interface Row {
  readonly principal: string
  readonly action: string
  readonly resource_type: string
  readonly resource_id: string
  readonly details: string | null
}

/** Oldest first. */
async function rows(client: Client): Promise<Row[]> {
  const data = (await client.admin('GET', 'audit-logs?limit=1000')).at('data')
  return Array.isArray(data) ? data.map(row => Object(row)).reverse() : []
}

async function deeds(client: Client): Promise<string[]> {
  return (await rows(client)).map(
    ({ action, resource_type, resource_id }) => `${action} ${resource_type} ${resource_id}`,
  )
}

async function lastDetails(client: Client): Promise<Json> {
  return JSON.parse((await rows(client)).at(-1)?.details ?? 'null')
}

const HTTP = { id: 'api', name: 'api', connector_type: 'http', config: { url: 'https://a.example' } }

describe('every change leaves a row', () => {
  test('of a workflow', async () => {
    await using app = await openApp()
    const { client } = app
    await client.declare(echoWorkflow('w'))
    await client.admin('POST', 'workflows/w/versions')
    await client.admin('PUT', 'workflows/w', { name: 'two' })
    await client.setStatus('workflows', 'w', 'archived')
    await client.admin('DELETE', 'workflows/w')
    expect(await deeds(client)).toEqual([
      'create workflow w',
      'status_active workflow w',
      'create_version workflow w',
      'update workflow w',
      'status_archived workflow w',
      'delete workflow w',
    ])
  })

  test('of a channel', async () => {
    await using app = await openApp()
    const { client } = app
    await client.admin('POST', 'channels', channel('c', { workflow_id: null }))
    await client.setStatus('channels', 'c', 'active')
    await client.setStatus('channels', 'c', 'archived')
    await client.admin('DELETE', 'channels/c')
    expect(await deeds(client)).toEqual([
      'create channel c',
      'status_active channel c',
      'status_archived channel c',
      'delete channel c',
    ])
  })

  test('of a connector', async () => {
    await using app = await openApp()
    const { client } = app
    await client.admin('POST', 'connectors', HTTP)
    await client.admin('PUT', 'connectors/api', { enabled: false })
    await client.admin('DELETE', 'connectors/api')
    expect(await deeds(client)).toEqual([
      'create connector api',
      'update connector api',
      'delete connector api',
    ])
  })

  test('and so does a reload of the engine', async () => {
    await using app = await openApp()
    await app.client.admin('POST', 'engine/reload')
    expect(await rows(app.client)).toMatchObject([
      {
        principal: 'anonymous',
        action: 'reload',
        resource_type: 'engine',
        resource_id: 'manual',
        details: null,
      },
    ])
  })
})

test('what is refused, and what only reads, leaves none', async () => {
  await using app = await openApp()
  const { client } = app
  await client.declare(echoWorkflow('w'), channel('w'))
  const before = await deeds(client)
  await client.admin('POST', 'workflows', {})
  await client.admin('POST', 'workflows', echoWorkflow('w'))
  await client.admin('PUT', 'workflows/w', { name: 'x' })
  await client.setStatus('workflows', 'w', 'active')
  await client.admin('DELETE', 'channels/nobody')
  await client.admin('PUT', 'connectors/nobody', {})
  await client.admin('GET', 'workflows/w')
  await client.post('w', {})
  expect(await deeds(client)).toEqual(before)
})

describe('details', () => {
  test('of a creation are the whole definition', async () => {
    await using app = await openApp()
    await app.client.admin('POST', 'workflows', echoWorkflow('w'))
    expect(await lastDetails(app.client)).toEqual({
      before: null,
      after: {
        workflow_id: 'w',
        version: 1,
        status: 'draft',
        rollout_percentage: 100,
        name: 'w',
        description: null,
        priority: 0,
        condition: true,
        tasks: [parseTask()],
        tags: [],
        continue_on_error: false,
        loop: null,
      },
    })
  })

  test('of an update are the fields that differ', async () => {
    await using app = await openApp()
    const { client } = app
    await client.admin('POST', 'workflows', echoWorkflow('w'))
    await client.admin('PUT', 'workflows/w', { name: 'two', priority: 0, tags: ['a'] })
    expect(await lastDetails(client)).toEqual({
      before: { name: 'w', tags: [] },
      after: { name: 'two', tags: ['a'] },
    })
  })

  test('of an update that changes nothing are empty', async () => {
    await using app = await openApp()
    await app.client.admin('POST', 'channels', channel('c'))
    await app.client.admin('PUT', 'channels/c', {})
    expect(await lastDetails(app.client)).toEqual({ before: {}, after: {} })
  })

  test('of a status are the two of them', async () => {
    await using app = await openApp()
    await app.client.declare(echoWorkflow('w'))
    expect(await lastDetails(app.client)).toEqual({
      before: { status: 'draft' },
      after: { status: 'active' },
    })
    await app.client.setStatus('workflows', 'w', 'archived')
    expect(await lastDetails(app.client)).toEqual({
      before: { status: 'active' },
      after: { status: 'archived' },
    })
  })

  test('of a new version are what it has other than its model', async () => {
    await using app = await openApp()
    await app.client.declare(echoWorkflow('w'))
    await app.client.admin('POST', 'workflows/w/versions')
    expect(await lastDetails(app.client)).toEqual({
      before: { version: 1, status: 'active' },
      after: { version: 2, status: 'draft' },
    })
  })

  test('of a deletion are what is gone', async () => {
    await using app = await openApp()
    await app.client.admin('POST', 'connectors', HTTP)
    await app.client.admin('DELETE', 'connectors/api')
    expect(await lastDetails(app.client)).toEqual({
      before: { ...HTTP, enabled: true, tags: [] },
      after: null,
    })
  })

  test('of a new secret show that it changed, not what it is', async () => {
    await using app = await openApp()
    const { client } = app
    const config = (token: string): JsonObject => ({
      url: 'https://a.example',
      auth: { type: 'bearer', token },
    })
    await client.admin('POST', 'connectors', { ...HTTP, config: config('zz-1') })
    await client.admin('PUT', 'connectors/api', { config: config('zz-2') })
    expect(await lastDetails(client)).toEqual({
      before: { config: config('******') },
      after: { config: config('******') },
    })
  })

  test('of a huge definition tell its length instead', async () => {
    await using app = await openApp()
    await app.client.admin(
      'POST',
      'workflows',
      workflow('w', [mapTask('m', { 'data.x': 'x'.repeat(20_000) })]),
    )
    expect(await lastDetails(app.client)).toMatchObject({
      after: { tasks: expect.stringMatching(/^\(\d+ characters\)$/) },
    })
  })
})

test('the row names the beginning of the key that was used', async () => {
  await using app = await openApp({
    env: { ORION_ADMIN_AUTH__ENABLED: 'true', ORION_ADMIN_AUTH__API_KEYS: 'first-key-of-two,short' },
  })
  const as = (key: string) => ({ headers: { authorization: `Bearer ${key}` } })
  await app.client.request('POST', '/api/v1/admin/engine/reload', as('first-key-of-two'))
  await app.client.request('POST', '/api/v1/admin/engine/reload', as('short'))
  const { body } = await app.client.request('GET', '/api/v1/admin/audit-logs', as('short'))
  expect(body).toMatchObject({ data: [{ principal: 'short...' }, { principal: 'first-ke...' }] })
})

test('rows come newest first, a page at a time, in an envelope of their own', async () => {
  await using app = await openApp()
  const { client } = app
  for (const id of ['a', 'b', 'c', 'd', 'e']) await client.admin('POST', 'workflows', echoWorkflow(id))
  const first = await client.admin('GET', 'audit-logs?limit=2')
  expect(first.body).toMatchObject({
    data: [{ resource_id: 'e' }, { resource_id: 'd' }],
    pagination: { offset: 0, limit: 2, total: 5 },
  })
  expect(Object.keys(Object(first.body))).toEqual(['data', 'pagination'])
  const second = await client.admin('GET', 'audit-logs?limit=2&offset=2')
  expect(second.body).toMatchObject({
    data: [{ resource_id: 'c' }, { resource_id: 'b' }],
    pagination: { offset: 2, limit: 2, total: 5 },
  })
  expect(first.at('data.0')).toMatchObject({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  })
})
