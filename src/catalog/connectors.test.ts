import { describe, expect, test } from 'bun:test'
import { isObject, type JsonObject } from '../std/json.ts'
import { ALICE, expectRefusal, openOffice } from './test-catalog.ts'

const PAGE = { limit: 50, offset: 0 }
const MASK = '******'
const CONFIG = {
  url: 'https://u:S3CRET@pay.example.com/v1',
  headers: { 'X-Key': 'S3CRET' },
  auth: { type: 'bearer', token: 'S3CRET' },
}

function pay(fields: JsonObject = {}): JsonObject {
  return { id: 'pay', name: 'pay', connector_type: 'http', config: CONFIG, ...fields }
}

function config(view: { config_json: string }): JsonObject {
  const parsed: unknown = JSON.parse(view.config_json)
  return isObject(parsed) ? parsed : {}
}

test('a connector is stored in clear, shown masked and loaded at once', async () => {
  await using office = await openOffice()
  const { connectors } = office.catalog
  const view = await connectors.create(ALICE, pay({ connector_type: 'HTTP' }))
  expect(view).toEqual({
    id: 'pay',
    name: 'pay',
    connector_type: 'http',
    config_json: JSON.stringify({
      url: `https://${MASK}:${MASK}@pay.example.com/v1`,
      headers: { 'X-Key': MASK },
      auth: { type: 'bearer', token: MASK },
    }),
    enabled: true,
    tags: [],
    created_at: '2026-01-02T03:04:05.678Z',
    updated_at: '2026-01-02T03:04:05.678Z',
  })
  expect(await connectors.get('pay')).toEqual(view)
  expect((await connectors.list({}, PAGE)).rows).toEqual([view])
  expect(await office.room.store.connectors.get('pay')).toMatchObject({ config: CONFIG })
  expect(office.room.live.snapshot().connectors).toMatchObject([{ id: 'pay', config: CONFIG }])
})

test('an id is made where none is named, and a config is empty where none is sent', async () => {
  await using office = await openOffice()
  const { connectors } = office.catalog
  await expectRefusal(
    connectors.create(ALICE, { name: 'x', connector_type: 'http' }),
    'VALIDATION_ERROR',
    'url',
  )
  const body = {
    name: 'x',
    connector_type: 'cache',
    config: { backend: 'memory' },
    tags: ['t'],
    enabled: false,
  }
  const view = await connectors.create(ALICE, body)
  expect(view.id).toMatch(/^[0-9a-f-]{36}$/)
  expect(view).toMatchObject({ tags: ['t'], enabled: false })
  expect(office.room.live.snapshot().connectors).toEqual([])
})

describe('refused', () => {
  test.each([
    [
      { connector_type: 'ftp' },
      "Invalid connector type 'ftp'. Must be one of: http, kafka, db, cache, storage",
    ],
    [{ config: [] }, 'Connector config must be a JSON object'],
    [{ config: { url: 'ftp://h' } }, "Connector URL must use http or https scheme, got 'ftp'"],
    [{ config: { url: 'https://h', type: 'db' } }, "type 'db' does not agree with connector_type 'http'"],
    [{ config: { url: 'https://h', auth: { type: 'bearer', token: MASK } } }, 'config.auth.token is masked'],
    [{ name: ' ' }, 'Name must not be empty'],
    [{ id: '/' }, 'ID must start with an alphanumeric character'],
  ])('%j', async (fields, message) => {
    await using office = await openOffice()
    const refused = office.catalog.connectors.create(ALICE, pay(fields))
    await expectRefusal(refused, 'VALIDATION_ERROR', message)
    expect((await office.catalog.connectors.list({}, PAGE)).total).toBe(0)
  })

  test('a name or an id that exists', async () => {
    await using office = await openOffice()
    const { connectors } = office.catalog
    await connectors.create(ALICE, pay())
    await expectRefusal(
      connectors.create(ALICE, pay({ id: 'other' })),
      'CONFLICT',
      "Connector with name 'pay' already exists",
    )
    await expectRefusal(
      connectors.create(ALICE, pay({ name: 'other' })),
      'CONFLICT',
      "Connector with id 'pay' already exists",
    )
    await connectors.create(ALICE, pay({ id: 'b', name: 'b' }))
    await expectRefusal(
      connectors.update(ALICE, 'b', { name: 'pay' }),
      'CONFLICT',
      "Connector with name 'pay' already exists",
    )
    expect(office.room.live.snapshot().connectors.map(({ name }) => name)).toEqual(['b', 'pay'])
  })

  test('of two creations at once the second', async () => {
    await using office = await openOffice()
    const outcomes = await Promise.allSettled([
      office.catalog.connectors.create(ALICE, pay()),
      office.second().connectors.create(ALICE, pay()),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  })

  test('an unknown id', async () => {
    await using office = await openOffice()
    const { connectors } = office.catalog
    for (const refused of [
      connectors.get('x'),
      connectors.update(ALICE, 'x', {}),
      connectors.delete(ALICE, 'x'),
    ]) {
      await expectRefusal(refused, 'NOT_FOUND', "Connector 'x' not found")
    }
    expect(await office.audit()).toEqual([])
  })
})

describe('update', () => {
  test('a masked value sent back keeps the stored secret', async () => {
    await using office = await openOffice()
    const { connectors, auditLogs } = office.catalog
    const view = await connectors.create(ALICE, pay())
    const sent = { ...config(view), url: `https://${MASK}:${MASK}@pay2.example.com` }
    await connectors.update(ALICE, 'pay', { config: sent })
    expect((await office.room.store.connectors.get('pay'))?.config).toEqual({
      ...CONFIG,
      url: 'https://u:S3CRET@pay2.example.com',
    })
    expect((await auditLogs(PAGE)).rows.map(({ details }) => details).join()).not.toContain('S3CRET')
  })

  test('a mask where nothing is stored is refused by its name', async () => {
    await using office = await openOffice()
    const { connectors } = office.catalog
    await connectors.create(ALICE, pay())
    const auth = { type: 'basic', username: 'u', password: MASK }
    const refused = connectors.update(ALICE, 'pay', { config: { ...CONFIG, auth } })
    await expectRefusal(refused, 'VALIDATION_ERROR', 'config.auth.password is masked')
    expect((await office.room.store.connectors.get('pay'))?.config).toEqual(CONFIG)
  })

  test('a config replaces the stored one whole and is always checked', async () => {
    await using office = await openOffice()
    const { connectors } = office.catalog
    await connectors.create(ALICE, pay())
    await expectRefusal(connectors.update(ALICE, 'pay', { config: {} }), 'VALIDATION_ERROR', 'config.url')
    const refused = connectors.update(ALICE, 'pay', { connector_type: 'db' })
    await expectRefusal(
      refused,
      'VALIDATION_ERROR',
      'config.connection_string: "connection_string" is required',
    )
    const view = await connectors.update(ALICE, 'pay', { config: { url: 'https://h' } })
    expect(config(view)).toEqual({ url: 'https://h' })
  })

  test('type and config may change together, and null or nothing keeps what is', async () => {
    await using office = await openOffice()
    const { connectors } = office.catalog
    const made = await connectors.create(ALICE, pay())
    const kept = await connectors.update(ALICE, 'pay', { name: null, config: null, enabled: null, id: 'x' })
    expect({ ...kept, updated_at: '' }).toEqual({ ...made, updated_at: '' })
    const db = { connector_type: 'DB', config: { connection_string: 'postgres://h/d' } }
    expect(await connectors.update(ALICE, 'pay', db)).toMatchObject({ connector_type: 'db', name: 'pay' })
  })

  test('a disabled connector is not loaded, a renamed one under its new name only', async () => {
    await using office = await openOffice()
    const { connectors } = office.catalog
    const loaded = () => office.room.live.snapshot().connectors.map(({ name }) => name)
    await connectors.create(ALICE, pay())
    await connectors.update(ALICE, 'pay', { name: 'paid' })
    expect(loaded()).toEqual(['paid'])
    expect(await connectors.update(ALICE, 'pay', { enabled: false })).toMatchObject({ enabled: false })
    expect(loaded()).toEqual([])
  })

  test('each update is later than the one before, so that none is lost, also between two servers', async () => {
    await using office = await openOffice()
    const { connectors } = office.catalog
    await connectors.create(ALICE, pay())
    await Promise.all([
      connectors.update(ALICE, 'pay', { name: 'n' }),
      office.second().connectors.update(ALICE, 'pay', { tags: ['t'] }),
      connectors.update(ALICE, 'pay', { enabled: false }),
    ])
    expect(await connectors.get('pay')).toMatchObject({
      name: 'n',
      tags: ['t'],
      enabled: false,
      updated_at: '2026-01-02T03:04:05.681Z',
    })
  })
})

describe('a test of a connector', () => {
  const memory = { id: 'kept', name: 'kept', connector_type: 'cache', config: { backend: 'memory' } }

  test('connects, enabled or not, and leaves no audit row', async () => {
    await using office = await openOffice()
    const { connectors } = office.catalog
    await connectors.create(ALICE, { ...memory, enabled: false })
    expect(await connectors.test('kept')).toMatchObject({
      reachable: true,
      message: 'the memory of this process',
    })
    expect(await office.audit()).toHaveLength(1)
  })

  test('of one that is not there is 404', async () => {
    await using office = await openOffice()
    await expectRefusal(office.catalog.connectors.test('pay'), 'NOT_FOUND', "Connector 'pay' not found")
  })
})

test('a reload of connectors is written down, done, and says how many can be used', async () => {
  await using office = await openOffice()
  const { connectors } = office.catalog
  await connectors.create(ALICE, pay())
  await connectors.create(ALICE, pay({ id: 'off', name: 'off', enabled: false }))
  const { generation } = office.room.live.status()
  expect(await connectors.reload(ALICE)).toEqual({ connectors: 1, load_issues: [] })
  expect(office.room.live.status().generation).toBe(generation + 1)
  expect((await office.audit()).at(-1)).toMatchObject({
    action: 'reload',
    resource_type: 'connector',
    resource_id: 'manual',
  })
})

test('a deleted connector is unloaded', async () => {
  await using office = await openOffice()
  const { connectors } = office.catalog
  await connectors.create(ALICE, pay())
  await connectors.delete(ALICE, 'pay')
  expect(office.room.live.snapshot().connectors).toEqual([])
  await expectRefusal(connectors.get('pay'), 'NOT_FOUND', "Connector 'pay' not found")
})

test('also one that cannot be read', async () => {
  await using office = await openOffice()
  const { connectors } = office.catalog
  await connectors.create(ALICE, pay())
  const statement = { sql: "update connectors set config_json = '{'", params: [] }
  await office.room.store.commit({ statements: [statement], durability: 'full' })
  await expectRefusal(connectors.get('pay'), 'INTERNAL_ERROR', 'cannot be read')
  await connectors.delete(ALICE, 'pay')
  await expectRefusal(connectors.get('pay'), 'NOT_FOUND', "Connector 'pay' not found")
})

test('the audit tells a change of a secret without the secret', async () => {
  await using office = await openOffice()
  const { connectors } = office.catalog
  await connectors.create(ALICE, pay())
  expect(await office.details()).toMatchObject({ before: null, after: { config: { auth: { token: MASK } } } })
  await connectors.update(ALICE, 'pay', { config: { ...CONFIG, auth: { type: 'bearer', token: 'N3W' } } })
  expect(await office.details()).toEqual({
    before: { config: { ...config(await connectors.get('pay')) } },
    after: { config: { ...config(await connectors.get('pay')) } },
  })
  await connectors.update(ALICE, 'pay', { name: 'n' })
  expect(await office.details()).toEqual({ before: { name: 'pay' }, after: { name: 'n' } })
  await connectors.delete(ALICE, 'pay')
  expect(await office.details()).toMatchObject({ before: { name: 'n' }, after: null })
  const rows = await office.audit()
  expect(rows.map(({ action }) => action)).toEqual(['create', 'update', 'update', 'delete'])
  expect(JSON.stringify(rows)).not.toMatch(/S3CRET|N3W/)
})
