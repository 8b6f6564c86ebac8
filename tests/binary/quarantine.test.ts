import { Database, type SQLQueryBindings } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { type RunningServer, startServer } from '../harness/binary.ts'
import { channel, echoWorkflow } from '../harness/samples.ts'
import { type TempFolder, tempFolder } from '../harness/temp-folder.ts'

/** A server's folder with two of everything active, `bad` and `good`, the server stopped. */
async function twoServices(): Promise<TempFolder> {
  const folder = await tempFolder()
  await using server = await startServer({ folder: folder.path })
  for (const id of ['bad', 'good']) {
    await server.client.declare(echoWorkflow(id), channel(id))
    const connector = { id, name: id, connector_type: 'http', config: { url: 'https://a.example' } }
    expect((await server.client.admin('POST', 'connectors', connector)).status).toBe(201)
  }
  expect(await server.stop()).toBe(0)
  return folder
}

/** Changes rows as somebody with an editor would; what protects them is put aside meanwhile. */
function edit(folder: string, sql: string, ...values: SQLQueryBindings[]): void {
  using database = new Database(join(folder, 'orion.db'))
  const triggers = database.query<{ name: string; sql: string }, []>(
    `select name, sql from sqlite_schema where type = 'trigger'`,
  )
  const all = triggers.all()
  for (const { name } of all) database.run(`drop trigger ${name}`)
  database.run(sql, values)
  for (const trigger of all) database.run(trigger.sql)
}

async function expectQuarantined({ client }: RunningServer): Promise<void> {
  const refused = await client.post('bad', 1)
  expect({ status: refused.status, code: refused.at('error.code') }).toEqual({
    status: 503,
    code: 'SERVICE_UNAVAILABLE',
  })
  expect(refused.at('error.message')).toContain("Channel 'bad' is quarantined")
  expect((await client.post('good', 1)).at('data.in')).toBe(1)
}

async function expectDegraded({ client }: RunningServer): Promise<string> {
  const health = await client.request('GET', '/health')
  expect([health.status, health.at('status')]).toEqual([200, 'degraded'])
  expect((await client.request('GET', '/readyz')).status).toBe(200)
  return JSON.stringify((await client.admin('GET', 'engine/status')).at('load_issues'))
}

test.each([
  ['tasks that are no JSON', `update workflows set tasks_json = '[{' where workflow_id = 'bad'`, 'tasks'],
  [
    'tasks that are JSON and no tasks',
    `update workflows set tasks_json = '{"a":1}' where workflow_id = 'bad'`,
    '',
  ],
  [
    'a function that does not exist',
    `update workflows set tasks_json = replace(tasks_json, 'parse_json', 'gone') where workflow_id = 'bad'`,
    'gone',
  ],
  [
    'a condition that is no JSON',
    `update workflows set condition_json = 'tru' where workflow_id = 'bad'`,
    'condition',
  ],
  [
    'a condition that is too deep to compile',
    `update workflows set condition_json = '${'{"!":'.repeat(900)}1${'}'.repeat(900)}' where workflow_id = 'bad'`,
    'deep',
  ],
  ['tags that are no JSON', `update workflows set tags = '"' where workflow_id = 'bad'`, 'tags'],
  ['a config that is no JSON', `update channels set config_json = '{]' where channel_id = 'bad'`, 'config'],
  [
    'a config with an unknown key',
    `update channels set config_json = '{"rate":1}' where channel_id = 'bad'`,
    'rate',
  ],
  [
    'a guard that this version cannot enforce',
    `update channels set config_json = '{"oauth2_login":{}}' where channel_id = 'bad'`,
    'oauth2_login',
  ],
  [
    'a pattern that is none',
    `update channels set route_pattern = '/bad/{' where channel_id = 'bad'`,
    '/bad/{',
  ],
  ['methods that are no JSON', `update channels set methods = 'POST' where channel_id = 'bad'`, 'methods'],
  ['a protocol of later', `update channels set protocol = 'kafka' where channel_id = 'bad'`, 'kafka'],
])('a stored definition with %s is quarantined; the others serve', async (_, sql, reason) => {
  await using folder = await twoServices()
  edit(folder.path, sql)
  await using server = await startServer({ folder: folder.path })
  await expectQuarantined(server)
  const issues = await expectDegraded(server)
  expect(issues).toContain('"bad"')
  expect(issues).not.toContain('"good"')
  expect(issues).toContain(reason)

  // Lists and reads are answers; a reload changes nothing.
  for (const kind of ['workflows', 'channels', 'connectors']) {
    const list = await server.client.admin('GET', kind)
    expect({ kind, status: list.status }).toEqual({ kind, status: 200 })
    expect(list.text).toContain('"good"')
    const { status, text } = await server.client.admin('GET', `${kind}/bad`)
    expect({ text, known: status === 200 || text.includes('INTERNAL_ERROR') }).toEqual({ text, known: true })
  }
  expect((await server.client.admin('POST', 'engine/reload')).status).toBe(200)
  await expectQuarantined(server)

  // Removing the broken one through the API heals the server.
  for (const kind of ['channels', 'workflows']) {
    expect((await server.client.admin('DELETE', `${kind}/bad`)).status).toBe(204)
  }
  expect((await server.client.request('GET', '/health')).at('status')).toBe('ok')
  await server.client.declare(echoWorkflow('bad'), channel('bad'))
  expect((await server.client.post('bad', 1)).status).toBe(200)
})

test('a connector that is no JSON is told of and hurts no other', async () => {
  await using folder = await twoServices()
  edit(folder.path, `update connectors set config_json = '{"token":hush' where id = 'bad'`)
  await using server = await startServer({ folder: folder.path })
  expect((await server.client.post('bad', 1)).status).toBe(200)
  const issues = await expectDegraded(server)
  expect(issues).toContain('"bad"')
  const list = await server.client.admin('GET', 'connectors')
  expect({ status: list.status, good: list.text.includes('"good"') }).toEqual({ status: 200, good: true })
  expect(
    issues + list.text + (await server.client.admin('GET', 'connectors/bad')).text + (await server.log()),
  ).not.toContain('hush')
})
