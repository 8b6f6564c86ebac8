import { describe, expect, test } from 'bun:test'
import { activeChannel, writing } from '../dispatch/test-room.ts'
import type { JsonObject } from '../std/json.ts'
import { channel } from '../storage/test-store.ts'
import { ALICE, channelBody, expectRefusal, openOffice, workflowBody } from './test-catalog.ts'

const ACTIVE = { status: 'active' }
const ARCHIVED = { status: 'archived' }
const PAGE = { limit: 50, offset: 0 }

/** Body of a channel that goes live at any time: it has no workflow. */
function idle(id: string, fields: JsonObject = {}): JsonObject {
  return channelBody(id, { workflow_id: null, ...fields })
}

describe('create', () => {
  test('makes a draft with every default, its enums in one form', async () => {
    await using office = await openOffice()
    const { channels } = office.catalog
    const row = await channels.create(ALICE, {
      channel_id: 'orders',
      name: 'orders',
      channel_type: 'Sync',
      protocol: 'REST',
      methods: ['post'],
      route_pattern: '/orders',
      config: { timeout_ms: 500, rate_limit: null },
    })
    expect(row).toEqual({
      channel_id: 'orders',
      version: 1,
      name: 'orders',
      description: null,
      channel_type: 'sync',
      protocol: 'rest',
      methods: ['POST'],
      route_pattern: '/orders',
      topic: null,
      consumer_group: null,
      transport_config: {},
      workflow_id: null,
      config: { timeout_ms: 500 },
      tags: [],
      status: 'draft',
      priority: 0,
      created_at: '2026-01-02T03:04:05.678Z',
      updated_at: '2026-01-02T03:04:05.678Z',
    })
    expect(await channels.get('orders')).toEqual(row)
    expect(office.served()).toEqual([])
  })

  test('lists every problem', async () => {
    await using office = await openOffice()
    const body = channelBody('x', { methods: [], config: { oauth2_login: {} }, protocol: 'http' })
    const error = await office.catalog.channels.create(ALICE, body).catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [
        { path: 'methods', code: 'REQUIRED' },
        { path: 'config.oauth2_login', code: 'NOT_AVAILABLE' },
      ],
    })
  })

  test('an id that exists is a conflict; a name is not, as long as one of both is a draft', async () => {
    await using office = await openOffice()
    const { channels } = office.catalog
    await channels.create(ALICE, channelBody('a'))
    await expectRefusal(channels.create(ALICE, channelBody('a')), 'CONFLICT', "Channel 'a' already exists")
    expect(await channels.create(ALICE, channelBody('b', { name: 'a', route_pattern: '/a' }))).toMatchObject({
      name: 'a',
    })
  })
})

describe('update', () => {
  test('is checked like a creation', async () => {
    await using office = await openOffice()
    const { channels } = office.catalog
    await channels.create(ALICE, channelBody('a'))
    for (const body of [
      { name: '' },
      { methods: [] },
      { route_pattern: '/traces' },
      { config: { cors: 1 } },
    ]) {
      await expectRefusal(channels.update(ALICE, 'a', body), 'VALIDATION_ERROR', Object.keys(body)[0] ?? '')
    }
    expect(await channels.get('a')).toMatchObject({ name: 'a', methods: ['POST'], config: {} })
  })

  test('keeps what is null or left out and replaces the rest whole', async () => {
    await using office = await openOffice()
    const { channels } = office.catalog
    const made = await channels.create(ALICE, channelBody('a', { config: { timeout_ms: 5 }, tags: ['t'] }))
    const body = { config: { tracing: { mode: 'off' } }, methods: ['get'], name: null, route_pattern: null }
    expect(await channels.update(ALICE, 'a', body)).toEqual({
      ...made,
      config: { tracing: { mode: 'off' } },
      methods: ['GET'],
    })
  })

  test('never changes type and protocol; the same ones may be sent along', async () => {
    await using office = await openOffice()
    const { channels } = office.catalog
    const made = await channels.create(ALICE, channelBody('a'))
    expect(await channels.update(ALICE, 'a', { ...made, protocol: 'REST' })).toEqual(made)
    const error = await channels
      .update(ALICE, 'a', { channel_type: 'async', protocol: 'http' })
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [
        { path: 'channel_type', code: 'INVALID_ENUM', expected: '"sync"' },
        {
          path: 'protocol',
          code: 'INVALID_ENUM',
          message: "protocol cannot be changed from 'rest'; create another channel",
        },
      ],
    })
  })

  test('needs a draft', async () => {
    await using office = await openOffice()
    const { channels } = office.catalog
    const refused = channels.update(ALICE, 'a', { name: 'x' })
    await expectRefusal(refused, 'BAD_REQUEST', "No draft version found for channel 'a'")
  })
})

describe('activation', () => {
  test('a name belongs to one active channel', async () => {
    await using office = await openOffice()
    const { channels } = office.catalog
    await channels.create(ALICE, idle('a'))
    await channels.create(ALICE, idle('b', { name: 'a' }))
    await channels.setStatus(ALICE, 'a', ACTIVE)
    await expectRefusal(
      channels.setStatus(ALICE, 'b', ACTIVE),
      'CONFLICT',
      "Cannot activate channel 'b' version 1: its name 'a' belongs to active channel 'a'",
    )
    expect((await channels.get('b')).status).toBe('draft')
    await channels.setStatus(ALICE, 'a', ARCHIVED)
    expect(await channels.setStatus(ALICE, 'b', ACTIVE)).toMatchObject({ status: 'active' })
    expect(office.served()).toEqual(['a'])
  })

  test('so does a route with a method, whatever its parameters are called', async () => {
    await using office = await openOffice()
    const { channels } = office.catalog
    const make = (id: string, route_pattern: string, methods: string[]) =>
      channels.create(ALICE, idle(id, { route_pattern, methods }))
    await make('a', '/orders/{id}/items', ['GET', 'POST'])
    await make('b', 'Orders/{order}/ITEMS/', ['PUT', 'GET'])
    await make('c', '/orders/{id}/items', ['DELETE'])
    await make('d', '/orders/{id}/items/{item}', ['GET'])
    await make('e', '/orders/all/items', ['GET'])
    for (const id of ['a', 'c', 'd', 'e']) await channels.setStatus(ALICE, id, ACTIVE)
    await expectRefusal(
      channels.setStatus(ALICE, 'b', ACTIVE),
      'CONFLICT',
      "Cannot activate channel 'b' version 1: its route 'Orders/{order}/ITEMS/' collides with '/orders/{id}/items' of active channel 'a' ('a')",
    )
    await channels.update(ALICE, 'b', { methods: ['PUT'] })
    expect(await channels.setStatus(ALICE, 'b', ACTIVE)).toMatchObject({ status: 'active' })
  })

  test('two rivals at once: one is active, the other is told its name', async () => {
    await using office = await openOffice()
    const { channels } = office.catalog
    const ids = ['a', 'b', 'c', 'd']
    for (const id of ids) await channels.create(ALICE, idle(id, { name: 'same' }))
    const outcomes = await Promise.allSettled(ids.map(id => channels.setStatus(ALICE, id, ACTIVE)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await office.room.store.channels.active()).rows).toHaveLength(1)
    expect(office.served()).toEqual(['same'])
  })

  test('a new version does not collide with the version that it replaces', async () => {
    await using office = await openOffice()
    const { channels } = office.catalog
    await channels.create(ALICE, idle('a'))
    await channels.setStatus(ALICE, 'a', ACTIVE)
    await channels.createVersion(ALICE, 'a')
    await channels.update(ALICE, 'a', { name: 'renamed' })
    expect(office.served()).toEqual(['a'])
    expect(await channels.setStatus(ALICE, 'a', ACTIVE)).toMatchObject({ version: 2, name: 'renamed' })
    expect(office.served()).toEqual(['renamed'])
    expect((await channels.versions('a', PAGE)).rows.map(({ status }) => status)).toEqual([
      'active',
      'archived',
    ])
  })

  test('a stored draft is held to the rules of this version', async () => {
    await using office = await openOffice()
    const { store } = office.room
    const old = channel({ channel_id: 'old', config: { oauth2_login: {} } })
    await store.commit(writing(store.channels.insert(old)))
    await expectRefusal(
      office.catalog.channels.setStatus(ALICE, 'old', ACTIVE),
      'VALIDATION_ERROR',
      `Cannot activate channel 'old' version 1: config.oauth2_login: "oauth2_login" is not available in this version`,
    )
  })

  test('a channel goes live after its workflow; one without a workflow at any time', async () => {
    await using office = await openOffice()
    const { channels, workflows } = office.catalog
    await channels.create(ALICE, channelBody('a', { workflow_id: 'later' }))
    await channels.create(ALICE, channelBody('b', { workflow_id: null }))
    const cannot = "Cannot activate channel 'a' version 1: its workflow 'later' has no active version"
    await expectRefusal(channels.setStatus(ALICE, 'a', ACTIVE), 'CONFLICT', cannot)
    await workflows.create(ALICE, workflowBody('later'))
    await expectRefusal(channels.setStatus(ALICE, 'a', ACTIVE), 'CONFLICT', cannot)
    await workflows.setStatus(ALICE, 'later', ACTIVE)
    expect(await channels.setStatus(ALICE, 'a', ACTIVE)).toMatchObject({ status: 'active' })
    expect(await channels.setStatus(ALICE, 'b', ACTIVE)).toMatchObject({ status: 'active' })
  })
})

describe('archiving and deleting', () => {
  test('take the channel off line before they answer', async () => {
    await using office = await openOffice()
    const { channels } = office.catalog
    for (const id of ['a', 'b']) {
      await channels.create(ALICE, idle(id))
      await channels.setStatus(ALICE, id, ACTIVE)
    }
    expect(await channels.setStatus(ALICE, 'a', ARCHIVED)).toMatchObject({ status: 'archived' })
    expect(office.served()).toEqual(['b'])
    await channels.delete(ALICE, 'b')
    expect(office.served()).toEqual([])
    await expectRefusal(channels.get('b'), 'NOT_FOUND', "Channel 'b' not found")
    await expectRefusal(channels.delete(ALICE, 'b'), 'NOT_FOUND', "Channel 'b' not found")
  })

  test('mend a database in which two active channels have one name', async () => {
    await using office = await openOffice()
    const { store, live } = office.room
    for (const channel_id of ['a', 'b']) {
      await store.commit(writing(store.channels.insert(activeChannel({ channel_id, name: 'same' }))))
    }
    await live.reload()
    expect(live.status().load_issues.channels.length).toBeGreaterThan(0)
    await office.catalog.channels.setStatus(ALICE, 'a', ARCHIVED)
    expect(live.status().load_issues.channels.map(({ reason }) => reason)).toEqual([
      'Workflow "orders" has no active version; the channel answers with nothing done',
    ])
  })

  test.each([
    [{ status: 'draft' }, 'BAD_REQUEST', "Invalid status transition to 'draft'"],
    [{ status: 'live' }, 'VALIDATION_ERROR', 'status: must be one of draft, active, archived'],
    [ARCHIVED, 'BAD_REQUEST', "No active version found for channel 'a'"],
  ] as const)('%j of a draft is refused', async (body, code, message) => {
    await using office = await openOffice()
    await office.catalog.channels.create(ALICE, channelBody('a'))
    await expectRefusal(office.catalog.channels.setStatus(ALICE, 'a', body), code, message)
  })
})

test('lists are of latest versions, by filter', async () => {
  await using office = await openOffice()
  const { channels } = office.catalog
  await channels.create(ALICE, idle('a', { tags: ['x_y'] }))
  await channels.create(ALICE, channelBody('b', { protocol: 'http', tags: ['xzy'] }))
  await channels.setStatus(ALICE, 'a', ACTIVE)
  const ids = async (filter: object) =>
    (await channels.list(filter, { by: 'name', order: 'asc' }, PAGE)).rows.map(row => row.channel_id)
  expect(await ids({})).toEqual(['a', 'b'])
  expect(await ids({ status: 'active' })).toEqual(['a'])
  expect(await ids({ protocol: 'http' })).toEqual(['b'])
  expect(await ids({ tag: 'x_y' })).toEqual(['a'])
})

test('the audit calls a channel a channel', async () => {
  await using office = await openOffice()
  await office.catalog.channels.create(ALICE, channelBody('a'))
  expect(await office.audit()).toMatchObject([
    { action: 'create', resource_type: 'channel', resource_id: 'a' },
  ])
})
