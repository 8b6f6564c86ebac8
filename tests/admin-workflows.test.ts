import { describe, expect, test } from 'bun:test'
import { openApp } from './harness/app.ts'
import { channel, echoWorkflow, logWorkflow, parseTask } from './harness/samples.ts'

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

describe('workflows', () => {
  test('live from create to delete', async () => {
    await using app = await openApp()
    const { client } = app
    const created = await client.admin('POST', 'workflows', {
      workflow_id: 'orders',
      name: 'Orders',
      tasks: [parseTask()],
    })
    expect(created.status).toBe(201)
    expect(created.body).toEqual({
      data: {
        workflow_id: 'orders',
        version: 1,
        name: 'Orders',
        description: null,
        priority: 0,
        status: 'draft',
        rollout_percentage: 100,
        condition: true,
        tasks: [parseTask()],
        tags: [],
        continue_on_error: false,
        loop: null,
        created_at: TIME,
        updated_at: TIME,
      },
    })
    expect((await client.admin('GET', 'workflows/orders')).body).toEqual(created.body)
    expect((await client.admin('GET', 'workflows')).body).toEqual({
      data: [created.at('data') ?? null],
      total: 1,
      limit: 50,
      offset: 0,
    })

    const updated = await client.admin('PUT', 'workflows/orders', { name: 'All orders', priority: 5 })
    expect(updated.at('data')).toMatchObject({ name: 'All orders', priority: 5, version: 1, status: 'draft' })

    expect((await client.setStatus('workflows', 'orders', 'active')).at('data.status')).toBe('active')
    expect((await client.setStatus('workflows', 'orders', 'archived')).at('data.status')).toBe('archived')

    const deleted = await client.admin('DELETE', 'workflows/orders')
    expect([deleted.status, deleted.text]).toEqual([204, ''])
    expect((await client.admin('GET', 'workflows/orders')).status).toBe(404)
  })

  test('keep the versions of one id, newest first', async () => {
    await using app = await openApp()
    const { client } = app
    await client.declare(echoWorkflow('orders'))
    const second = await client.admin('POST', 'workflows/orders/versions')
    expect([second.status, second.at('data.version'), second.at('data.status')]).toEqual([201, 2, 'draft'])
    await client.admin('PUT', 'workflows/orders', { name: 'renamed' })
    await client.setStatus('workflows', 'orders', 'active')

    const { body } = await client.admin('GET', 'workflows/orders/versions')
    expect(body).toMatchObject({
      data: [
        { workflow_id: 'orders', version: 2, name: 'renamed', status: 'active' },
        { workflow_id: 'orders', version: 1, name: 'orders', status: 'archived' },
      ],
      total: 2,
    })
  })

  test('show the versions a page at a time', async () => {
    await using app = await openApp()
    const { client } = app
    await client.declare(echoWorkflow('orders'))
    await client.admin('POST', 'workflows/orders/versions')
    const first = await client.admin('GET', 'workflows/orders/versions?limit=1')
    expect(first.body).toMatchObject({ data: [{ version: 2 }], total: 2, limit: 1, offset: 0 })
    const second = await client.admin('GET', 'workflows/orders/versions?limit=1&offset=1')
    expect(second.body).toMatchObject({ data: [{ version: 1 }], total: 2, limit: 1, offset: 1 })
    const none = await client.admin('GET', 'workflows/orders/versions?offset=9')
    expect(none.body).toMatchObject({ data: [], total: 2 })
  })

  test('take a custom id, and make one when none is given', async () => {
    await using app = await openApp()
    expect(
      (await app.client.admin('POST', 'workflows', logWorkflow('my.flow-1_a'))).at('data.workflow_id'),
    ).toBe('my.flow-1_a')
    const made = await app.client.admin('POST', 'workflows', { name: 'x', tasks: [parseTask()] })
    expect(made.at('data.workflow_id')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
  })

  test('echo description, tags, priority and continue_on_error', async () => {
    await using app = await openApp()
    const rest = {
      description: 'What comes in',
      priority: 5,
      continue_on_error: true,
      tags: ['vip', 'eu'],
      condition: { '==': [1, 1] },
    }
    const answer = await app.client.admin('POST', 'workflows', { ...echoWorkflow('orders'), ...rest })
    expect(answer.at('data')).toMatchObject(rest)
    const updated = await app.client.admin('PUT', 'workflows/orders', { description: 'Other words' })
    expect(updated.at('data')).toMatchObject({ ...rest, description: 'Other words' })
  })

  test('that are active cannot be updated', async () => {
    await using app = await openApp()
    await app.client.declare(echoWorkflow('orders'))
    const answer = await app.client.admin('PUT', 'workflows/orders', { name: 'other' })
    expect([answer.status, answer.at('error.code')]).toEqual([400, 'BAD_REQUEST'])
    expect((await app.client.admin('GET', 'workflows/orders')).at('data.name')).toBe('orders')
  })

  test('a new version can be edited, and there is one at most', async () => {
    await using app = await openApp()
    const { client } = app
    await client.declare(echoWorkflow('orders'))
    await client.admin('POST', 'workflows/orders/versions')
    expect((await client.admin('PUT', 'workflows/orders', { name: 'two' })).at('data')).toMatchObject({
      version: 2,
      name: 'two',
    })
    const again = await client.admin('POST', 'workflows/orders/versions')
    expect([again.status, again.at('error.code')]).toEqual([409, 'CONFLICT'])
  })

  test('updated_at moves with a change, created_at stays', async () => {
    await using app = await openApp()
    const created = await app.client.admin('POST', 'workflows', echoWorkflow('orders'))
    const updated = await app.client.admin('PUT', 'workflows/orders', { name: 'two' })
    expect(updated.at('data.created_at')).toBe(String(created.at('data.created_at')))
    expect(String(updated.at('data.updated_at')) >= String(created.at('data.updated_at'))).toBe(true)
  })
})

describe('channels', () => {
  test('live from create to delete', async () => {
    await using app = await openApp()
    const { client } = app
    await client.declare(echoWorkflow('orders'))
    const created = await client.admin('POST', 'channels', channel('orders', { description: 'in' }))
    expect(created.status).toBe(201)
    expect(created.body).toEqual({
      data: {
        channel_id: 'orders',
        version: 1,
        name: 'orders',
        description: 'in',
        channel_type: 'sync',
        protocol: 'rest',
        methods: ['POST'],
        route_pattern: '/orders',
        topic: null,
        consumer_group: null,
        transport_config: {},
        workflow_id: 'orders',
        config: {},
        tags: [],
        status: 'draft',
        priority: 0,
        created_at: TIME,
        updated_at: TIME,
      },
    })
    expect((await client.admin('GET', 'channels/orders')).body).toEqual(created.body)
    expect((await client.admin('GET', 'channels')).body).toMatchObject({
      data: [{ channel_id: 'orders' }],
      total: 1,
    })
    expect((await client.setStatus('channels', 'orders', 'active')).at('data.status')).toBe('active')
    expect((await client.setStatus('channels', 'orders', 'archived')).at('data.status')).toBe('archived')
    expect((await client.admin('DELETE', 'channels/orders')).status).toBe(204)
    expect((await client.admin('GET', 'channels/orders')).status).toBe(404)
  })

  test('have versions like workflows', async () => {
    await using app = await openApp()
    const { client } = app
    await client.declare(echoWorkflow('orders'), channel('orders'))
    expect((await client.admin('POST', 'channels/orders/versions')).at('data')).toMatchObject({
      version: 2,
      status: 'draft',
    })
    expect((await client.admin('PUT', 'channels/orders', { priority: 9 })).at('data')).toMatchObject({
      version: 2,
      priority: 9,
    })
    await client.setStatus('channels', 'orders', 'active')
    const { body } = await client.admin('GET', 'channels/orders/versions?limit=1&offset=1')
    expect(body).toMatchObject({ data: [{ version: 1, status: 'archived' }], total: 2, limit: 1, offset: 1 })
  })

  test('stay active when their workflow is not, and answer with nothing done', async () => {
    await using app = await openApp()
    const { client } = app
    await client.declare(echoWorkflow('orders'), channel('orders'))
    await client.setStatus('workflows', 'orders', 'archived')
    expect((await client.post('orders', { a: 1 })).body).toMatchObject({ status: 'ok', data: {} })
    expect((await client.admin('GET', 'engine/status')).at('load_issues.channels.0')).toMatchObject({
      channel: 'orders',
      channel_id: 'orders',
      workflow_id: 'orders',
      reason: expect.stringContaining('has no active version'),
    })
    await client.admin('POST', 'workflows/orders/versions')
    await client.setStatus('workflows', 'orders', 'active')
    expect((await client.post('orders', { a: 1 })).at('data.in')).toEqual({ a: 1 })
  })
})

test('a definition reads the same, key by key, when it is made, read, listed and moved', async () => {
  await using app = await openApp()
  const { client } = app
  for (const [kind, body] of [
    ['workflows', echoWorkflow('same')],
    ['channels', channel('same')],
  ] as const) {
    const keys = (value: unknown) => Object.keys(Object(value))
    const read = keys((await client.admin('POST', kind, body)).at('data'))
    expect(keys((await client.admin('GET', `${kind}/same`)).at('data'))).toEqual(read)
    expect(keys((await client.admin('GET', kind)).at('data.0'))).toEqual(read)
    expect(keys((await client.admin('PUT', `${kind}/same`, { tags: [] })).at('data'))).toEqual(read)
    expect(keys((await client.setStatus(kind, 'same', 'active')).at('data'))).toEqual(read)
    expect(keys((await client.admin('POST', `${kind}/same/versions`)).at('data'))).toEqual(read)
  }
})

describe('the engine', () => {
  test('tells what is live', async () => {
    await using app = await openApp()
    const { client } = app
    expect((await client.admin('GET', 'engine/status')).body).toEqual({
      version: '0.0.0-test',
      uptime_seconds: expect.any(Number),
      workflows_count: 0,
      active_workflows: 0,
      channels: [],
      connectors_count: 0,
      generation: 1,
      load_issues: { channels: [], workflows: [], connectors: [] },
      errors_total: expect.objectContaining({ panic: 0, engine: 0, trace_write: 0 }),
    })
    await client.declare(echoWorkflow('orders'), channel('orders'))
    await client.admin('POST', 'channels', channel('second', { workflow_id: 'orders' }))
    await client.setStatus('channels', 'second', 'active')
    const { body } = await client.admin('GET', 'engine/status')
    expect(body).toMatchObject({ workflows_count: 2, active_workflows: 2, generation: 4 })
    expect(Object(body).channels.toSorted()).toEqual(['orders', 'second'])
  })

  test('reloads when it is asked, one generation at a time', async () => {
    await using app = await openApp()
    const { client } = app
    await client.declare(echoWorkflow('orders'), channel('orders'))
    const before = Number((await client.admin('GET', 'engine/status')).at('generation'))
    const answer = await client.admin('POST', 'engine/reload')
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        reloaded: true,
        workflows_count: 1,
        generation: before + 1,
        load_issues: { channels: [], workflows: [], connectors: [] },
      },
    ])
  })

  test('is not touched by drafts', async () => {
    await using app = await openApp()
    const { client } = app
    await client.declare(echoWorkflow('orders'), channel('orders'))
    const before = (await client.admin('GET', 'engine/status')).at('generation')
    await client.admin('POST', 'workflows/orders/versions')
    await client.admin('PUT', 'workflows/orders', { name: 'two' })
    await client.admin('POST', 'channels', channel('other'))
    expect((await client.admin('GET', 'engine/status')).at('generation')).toEqual(before ?? null)
  })
})
