import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { Json, JsonObject } from '../src/std/json.ts'
import { openApp } from './harness/app.ts'
import type { Answer, Client } from './harness/client.ts'
import { expectEnvelope, problemsOf } from './harness/envelope.ts'
import { cacheConnector, ledger, ledgerTask } from './harness/ledger.ts'
import { channel, echoWorkflow, mapTask, workflow } from './harness/samples.ts'
import { tempFolder } from './harness/temp-folder.ts'

type Kind = 'workflows' | 'channels'

const openHouse = (env: Record<string, string> = {}) => openApp({ functions: [ledger], env })

function rehearse(
  client: Client,
  kind: Kind,
  id: string,
  body: Json = { status: 'active' },
): Promise<Answer> {
  return client.admin('PATCH', `${kind}/${id}/status?dry_run=true`, body)
}

const NOTHING = {
  workflows: { added: [], removed: [], changed: [] },
  channels: { added: [], removed: [], changed: [] },
}

/** `rule: other's kind and id` of each error. */
function obstacles(answer: Answer): string[] {
  const errors = answer.at('data.errors')
  if (answer.status !== 200 || !Array.isArray(errors)) throw new Error(answer.text)
  return errors.map((_, at) => {
    const say = (key: string) => answer.at(`data.errors.${at}.${key}`)
    return `${say('rule')}: ${say('other.kind')} ${say('other.id')}`
  })
}

function live(workflow_id: string, ...versions: readonly (readonly [number, number])[]): JsonObject {
  return {
    workflow_id,
    versions: versions.map(([version, rollout_percentage]) => ({ version, rollout_percentage })),
  }
}

function served(id: string, rest: JsonObject = {}): JsonObject {
  return {
    channel_id: id,
    name: id,
    version: 1,
    workflow_id: id,
    workflow_versions: [1],
    issue: null,
    ...rest,
  }
}

describe('a change of status that would be made', () => {
  test('adds a workflow', async () => {
    await using app = await openHouse()
    await app.client.admin('POST', 'workflows', echoWorkflow('w'))
    const answer = await rehearse(app.client, 'workflows', 'w')
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        data: {
          valid: true,
          errors: [],
          warnings: [],
          changes: { ...NOTHING, workflows: { added: [live('w', [1, 100])], removed: [], changed: [] } },
        },
      },
    ])
  })

  test('adds a channel', async () => {
    await using app = await openHouse()
    await app.client.declare(echoWorkflow('c'))
    await app.client.admin('POST', 'channels', channel('c'))
    expect((await rehearse(app.client, 'channels', 'c')).at('data')).toMatchObject({
      valid: true,
      changes: { ...NOTHING, channels: { added: [served('c')], removed: [], changed: [] } },
    })
  })

  test('replaces a version, in the channels that run it too', async () => {
    await using app = await openHouse()
    const { client } = app
    await client.declare(echoWorkflow('c'), channel('c'))
    await client.declare(echoWorkflow('d'), channel('d'))
    await client.admin('POST', 'workflows/c/versions')
    expect((await rehearse(client, 'workflows', 'c')).at('data.changes')).toEqual({
      workflows: {
        added: [],
        removed: [],
        changed: [{ from: live('c', [1, 100]), to: live('c', [2, 100]) }],
      },
      channels: {
        added: [],
        removed: [],
        changed: [{ from: served('c'), to: served('c', { workflow_versions: [2] }) }],
      },
    })
  })

  test('splits the traffic', async () => {
    await using app = await openHouse()
    const { client } = app
    await client.declare(echoWorkflow('c'), channel('c'))
    await client.admin('POST', 'workflows/c/versions')
    const answer = await rehearse(client, 'workflows', 'c', { status: 'active', rollout_percentage: 10 })
    expect(answer.at('data.changes')).toEqual({
      workflows: {
        added: [],
        removed: [],
        changed: [{ from: live('c', [1, 100]), to: live('c', [1, 90], [2, 10]) }],
      },
      channels: {
        added: [],
        removed: [],
        changed: [{ from: served('c'), to: served('c', { workflow_versions: [1, 2] }) }],
      },
    })
  })

  test('gives a version that is alone all of the traffic, whatever its share', async () => {
    await using app = await openHouse()
    await app.client.admin('POST', 'workflows', echoWorkflow('w'))
    const answer = await rehearse(app.client, 'workflows', 'w', { status: 'active', rollout_percentage: 10 })
    expect(answer.at('data.changes.workflows.added')).toEqual([live('w', [1, 100])])
  })

  test('renames a channel', async () => {
    await using app = await openHouse()
    const { client } = app
    await client.declare(echoWorkflow('c'), channel('c'))
    await client.admin('POST', 'channels/c/versions')
    await client.admin('PUT', 'channels/c', { name: 'renamed' })
    expect((await rehearse(client, 'channels', 'c')).at('data.changes.channels.changed')).toEqual([
      { from: served('c'), to: served('c', { name: 'renamed', version: 2 }) },
    ])
  })

  test('archives a workflow, whose channel answers with nothing done', async () => {
    await using app = await openHouse()
    await app.client.declare(echoWorkflow('c'), channel('c'))
    const answer = await rehearse(app.client, 'workflows', 'c', { status: 'archived' })
    expect(answer.at('data.valid')).toBe(true)
    expect(answer.at('data.changes.workflows.removed')).toEqual([live('c', [1, 100])])
    expect(answer.at('data.changes.channels.changed.0.to')).toMatchObject({
      workflow_versions: [],
      issue: expect.stringContaining('has no active version'),
    })
  })

  test('archives a channel', async () => {
    await using app = await openHouse()
    await app.client.declare(echoWorkflow('c'), channel('c'))
    const answer = await rehearse(app.client, 'channels', 'c', { status: 'archived' })
    expect(answer.at('data.changes')).toEqual({
      ...NOTHING,
      channels: { added: [], removed: [served('c')], changed: [] },
    })
  })

  test('touches no channel that this server does not serve', async () => {
    await using app = await openHouse({ ORION_CHANNELS__EXCLUDE: 'hidden-*' })
    const { client } = app
    await client.admin('POST', 'channels', channel('hidden-c', { workflow_id: null }))
    const answer = await rehearse(client, 'channels', 'hidden-c')
    expect(answer.at('data')).toMatchObject({ valid: true, changes: NOTHING })
  })

  test('warns of what lint warns of', async () => {
    await using app = await openHouse()
    const condition = { '==': [{ var: 'payload.a' }, 1] }
    await app.client.admin('POST', 'workflows', workflow('w', [mapTask('m', { 'data.a': 1 })], { condition }))
    const answer = await rehearse(app.client, 'workflows', 'w')
    expect(answer.at('data.valid')).toBe(true)
    expect(answer.at('data.warnings.0')).toMatchObject({ rule: 'payload-in-logic', path: expect.any(String) })
  })
})

describe('a change of status that would be refused', () => {
  test('tells every gate and the other party; the same names are in the refusal', async () => {
    await using app = await openHouse()
    const { client } = app
    await client.admin('POST', 'channels', channel('first', { workflow_id: null, name: 'orders' }))
    await client.setStatus('channels', 'first', 'active')
    await client.admin('POST', 'channels', channel('c', { name: 'orders', route_pattern: '/first' }))
    const answer = await rehearse(client, 'channels', 'c')
    expect(answer.at('data.valid')).toBe(false)
    expect(obstacles(answer)).toEqual([
      'name-unique: channel first',
      'route-unique: channel first',
      'workflow-active: workflow c',
    ])
    expect(answer.at('data.errors.0')).toEqual({
      field: 'name',
      path: 'name',
      rule: 'name-unique',
      code: 'CONFLICT',
      message: "its name 'orders' belongs to active channel 'first'",
      expected: 'archive that one or choose another name',
      other: { kind: 'channel', id: 'first' },
    })
    const refused = String((await client.setStatus('channels', 'c', 'active')).at('error.message'))
    for (const at of [0, 1, 2]) expect(refused).toContain(String(answer.at(`data.errors.${at}.message`)))
  })

  test('tells a connector once, as an error', async () => {
    await using app = await openHouse()
    const { client } = app
    await client.admin('POST', 'workflows', workflow('w', [ledgerTask('book', { connector: 'books' })]))
    const answer = await rehearse(client, 'workflows', 'w')
    expect(obstacles(answer)).toEqual(['connector-enabled: connector books'])
    expect(answer.at('data.errors.0.path')).toBe('tasks[0].function.input.connector')
    expect(answer.at('data.warnings')).toEqual([])
    await client.admin('POST', 'connectors', cacheConnector('books'))
    expect((await rehearse(client, 'workflows', 'w')).at('data.valid')).toBe(true)
  })

  test.each([
    ['no draft', { status: 'active' }, "No draft version found for workflow 'w'"],
    ['a way back to draft', { status: 'draft' }, "Invalid status transition to 'draft'"],
  ])('tells of %s', async (_, body, message) => {
    await using app = await openHouse()
    await app.client.declare(echoWorkflow('w'))
    const answer = await rehearse(app.client, 'workflows', 'w', body)
    expect(answer.status).toBe(200)
    expect(answer.at('data')).toMatchObject({
      valid: false,
      errors: [
        { rule: 'lifecycle', code: 'BAD_REQUEST', path: 'status', message: expect.stringContaining(message) },
      ],
      changes: NOTHING,
    })
  })

  test('tells of a workflow that cannot be loaded', async () => {
    await using folder = await tempFolder()
    const env = { ORION_STORAGE__URL: `sqlite:${join(folder.path, 'orion.db')}` }
    const condition = { '!': { '!': { '!': { '!': true } } } }
    {
      await using app = await openHouse(env)
      await app.client.declare(workflow('c', [mapTask('m', { 'data.a': 1 })], { condition }))
      await app.client.admin('POST', 'channels', channel('c'))
    }
    await using app = await openHouse({ ...env, ORION_ENGINE__MAX_LOGIC_DEPTH: '1' })
    const answer = await rehearse(app.client, 'channels', 'c')
    const message = 'Cannot activate channel "c" version 1: Workflow "c" version 1 cannot be loaded'
    expect(answer.at('data')).toMatchObject({
      valid: false,
      errors: [{ rule: 'load', code: 'BAD_REQUEST', message: expect.stringContaining(message) }],
    })
    const refused = await app.client.setStatus('channels', 'c', 'active')
    expect([refused.status, refused.at('error.message')]).toEqual([400, expect.stringContaining(message)])
  })

  test('tells what of a stored draft no longer fits, once', async () => {
    await using folder = await tempFolder()
    const env = { ORION_STORAGE__URL: `sqlite:${join(folder.path, 'orion.db')}` }
    const condition = { '!': { '!': { '!': { '!': true } } } }
    {
      await using app = await openHouse(env)
      await app.client.admin(
        'POST',
        'workflows',
        workflow('w', [mapTask('m', { 'data.a': 1 })], { condition }),
      )
    }
    await using app = await openHouse({ ...env, ORION_ENGINE__MAX_LOGIC_DEPTH: '1' })
    const answer = await rehearse(app.client, 'workflows', 'w')
    expect(answer.at('data.valid')).toBe(false)
    expect(answer.at('data.errors')).toMatchObject([{ code: 'INVALID_LOGIC', path: 'condition' }])
    expect((await app.client.setStatus('workflows', 'w', 'active')).status).toBe(400)
  })
})

describe('a dry run', () => {
  test.each(['workflows', 'channels'] as const)('of %s that do not exist is 404', async kind => {
    await using app = await openHouse()
    expectEnvelope(await rehearse(app.client, kind, 'nobody'), 404, 'NOT_FOUND')
  })

  test.each(['yes', '1', 'TRUE', ''])('is true or false, not %p', async value => {
    await using app = await openHouse()
    await app.client.admin('POST', 'workflows', echoWorkflow('w'))
    const answer = await app.client.admin('PATCH', `workflows/w/status?dry_run=${value}`, {
      status: 'active',
    })
    expectEnvelope(answer, 400, 'VALIDATION_ERROR')
    expect(problemsOf(answer)).toEqual({ dry_run: 'INVALID_FORMAT' })
    expect((await app.client.admin('GET', 'workflows/w')).at('data.status')).toBe('draft')
  })

  test('that is false is none', async () => {
    await using app = await openHouse()
    await app.client.admin('POST', 'workflows', echoWorkflow('w'))
    const answer = await app.client.admin('PATCH', 'workflows/w/status?dry_run=false', { status: 'active' })
    expect([answer.status, answer.at('data.status')]).toEqual([200, 'active'])
  })

  test.each<[Json]>([[{}], [{ status: 'live' }], [{ status: 'active', rollout_percentage: 101 }], [[]]])(
    'wants a body that is well-formed, not %j',
    async body => {
      await using app = await openHouse()
      await app.client.admin('POST', 'workflows', echoWorkflow('w'))
      expectEnvelope(await rehearse(app.client, 'workflows', 'w', body), 400, 'VALIDATION_ERROR')
    },
  )

  test('writes nothing and changes nothing that is live', async () => {
    await using folder = await tempFolder()
    const file = join(folder.path, 'orion.db')
    await using app = await openHouse({ ORION_STORAGE__URL: `sqlite:${file}` })
    const { client } = app
    await client.declare(workflow('orders', [mapTask('m', { 'data.by': 1 })]), channel('orders'))
    await client.admin('POST', 'workflows/orders/versions')
    await client.admin('PUT', 'workflows/orders', { tasks: [mapTask('m', { 'data.by': 2 })] })
    await client.admin('POST', 'channels/orders/versions')
    await client.admin('PUT', 'channels/orders', { config: { rate_limit: { requests_per_second: 1 } } })
    await client.admin('POST', 'channels', channel('idle', { workflow_id: 'none' }))
    const before = { stored: everything(file), live: await engine(client) }

    for (const kind of ['workflows', 'channels'] as const) {
      for (const body of [{ status: 'active' }, { status: 'archived' }, { status: 'draft' }]) {
        for (const id of ['orders', 'idle']) await rehearse(client, kind, id, body)
      }
    }
    await rehearse(client, 'workflows', 'orders', { status: 'active', rollout_percentage: 50 })

    expect({ stored: everything(file), live: await engine(client) }).toEqual(before)
    expect((await client.post('orders', {})).at('data.by')).toBe(1)
  })
})

async function engine(client: Client): Promise<Json | undefined> {
  const { uptime_seconds: _, ...status } = Object((await client.admin('GET', 'engine/status')).body)
  return status
}

/** Every row of every table. */
function everything(file: string): unknown {
  using database = new Database(file, { readonly: true })
  const tables = database.query("select name from sqlite_master where type = 'table'").all()
  return tables.map(row => {
    const { name } = Object(row)
    return [name, database.query(`select * from "${name}"`).all()]
  })
}
