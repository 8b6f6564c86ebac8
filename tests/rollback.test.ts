import { describe, expect, test } from 'bun:test'
import { openApp } from './harness/app.ts'
import type { Answer, Client } from './harness/client.ts'
import { expectEnvelope } from './harness/envelope.ts'
import { runLoad } from './harness/load.ts'
import { activate, answeringTasks, declareFirst, draft, versions } from './harness/rollout.ts'

const rollback = (client: Client, version: number) =>
  client.admin('POST', 'workflows/w/rollback', { version })

/** Version 2 active after version 1. */
async function openSecond() {
  const app = await openApp()
  await declareFirst(app.client)
  await draft(app.client, 2)
  await activate(app.client, 100)
  return app
}

const answered = async (client: Client): Promise<unknown[]> => {
  const answer = await client.post('w', {})
  return [answer.headers.get('x-orion-workflow-version'), answer.at('data.by')]
}

describe('a rollback', () => {
  test('makes a new active version of an earlier one, live when it is answered', async () => {
    await using app = await openSecond()
    const { client } = app
    const first = (await client.admin('GET', 'workflows/w/versions')).at('data.1')
    const answer = await rollback(client, 1)
    expect(answer.status).toBe(200)
    const { created_at, updated_at, ...content } = Object(first)
    expect(answer.at('data')).toMatchObject({
      ...content,
      version: 3,
      status: 'active',
      rollout_percentage: 100,
    })
    expect([
      answer.at('data.created_at') === created_at,
      answer.at('data.updated_at') === updated_at,
    ]).toEqual([false, false])
    expect(await answered(client)).toEqual(['3', 1])
    expect(await versions(client)).toEqual(['3 active 100', '2 archived 100', '1 archived 100'])
    expect((await client.admin('GET', 'workflows/w')).body).toEqual(answer.body)
  })

  test('is in the audit log', async () => {
    await using app = await openSecond()
    await rollback(app.client, 1)
    const row = (await app.client.admin('GET', 'audit-logs?limit=1')).at('data.0')
    expect(row).toMatchObject({ action: 'rollback', resource_type: 'workflow', resource_id: 'w' })
    expect(JSON.parse(String(Object(row).details))).toMatchObject({
      before: { version: 1, status: 'archived' },
      after: { version: 3, status: 'active' },
    })
  })

  test('ends a rollout', async () => {
    await using app = await openApp()
    await declareFirst(app.client)
    await draft(app.client, 2)
    await activate(app.client, 50)
    expect((await rollback(app.client, 1)).at('data.version')).toBe(3)
    expect(await versions(app.client)).toEqual(['3 active 100', '2 archived 50', '1 archived 50'])
    for (let n = 0; n < 20; n++) expect(await answered(app.client)).toEqual(['3', 1])
  })

  test('brings back a workflow that is archived', async () => {
    await using app = await openSecond()
    await app.client.setStatus('workflows', 'w', 'archived')
    expect((await rollback(app.client, 2)).at('data.version')).toBe(3)
    expect(await answered(app.client)).toEqual(['3', 2])
  })

  test('can be rolled back', async () => {
    await using app = await openSecond()
    await rollback(app.client, 1)
    await rollback(app.client, 2)
    expect(await answered(app.client)).toEqual(['4', 2])
  })
})

describe('a draft', () => {
  test('stays as it is, can be edited, and gets the next number when it goes live', async () => {
    await using app = await openSecond()
    const { client } = app
    await draft(client, 3)
    await rollback(client, 1)
    expect(await versions(client)).toEqual([
      '4 active 100',
      '3 draft 100',
      '2 archived 100',
      '1 archived 100',
    ])
    const edited = await client.admin('PUT', 'workflows/w', { tasks: answeringTasks(5) })
    expect([edited.status, edited.at('data.version')]).toEqual([200, 3])

    const live = await activate(client, 10)
    expect(live.at('data')).toMatchObject({ version: 5, status: 'active', rollout_percentage: 10 })
    expect((await versions(client)).slice(0, 2)).toEqual(['5 active 10', '4 active 90'])
    await client.admin('PATCH', 'workflows/w/rollout', { rollout_percentage: 100 })
    expect(await answered(client)).toEqual(['5', 5])
    expect((await client.admin('GET', 'workflows/w')).at('data.version')).toBe(5)
    const next = await client.admin('POST', 'workflows/w/versions')
    expect([next.at('data.version'), next.at('data.tasks')]).toEqual([6, live.at('data.tasks') ?? null])
  })
})

describe('is refused', () => {
  test.each<[string, number, number, string, string]>([
    ['a version that does not exist', 9, 404, 'NOT_FOUND', "Workflow 'w' has no version 9"],
    [
      'the version that answers alone',
      2,
      409,
      'CONFLICT',
      "Workflow 'w' version 2 answers all of the traffic already; name an earlier version",
    ],
    [
      'the draft',
      3,
      409,
      'CONFLICT',
      "Workflow 'w' version 3 is the draft, which was never active; activate it instead",
    ],
  ])('%s', async (_what, version, status, code, message) => {
    await using app = await openSecond()
    await draft(app.client, 3)
    const before = await versions(app.client)
    const answer = await rollback(app.client, version)
    expectEnvelope(answer, status, code)
    expect(answer.at('error.message')).toBe(message)
    expect(await versions(app.client)).toEqual(before)
  })

  test('an unknown workflow', async () => {
    await using app = await openSecond()
    const answer = await app.client.admin('POST', 'workflows/nobody/rollback', { version: 1 })
    expectEnvelope(answer, 404, 'NOT_FOUND')
    expect(answer.at('error.message')).toBe("Workflow 'nobody' not found")
  })

  test.each([[{}], [{ version: 0 }], [{ version: '1' }], [{ version: 1.5 }]])('%j', async body => {
    await using app = await openSecond()
    const answer = await app.client.admin('POST', 'workflows/w/rollback', body)
    expectEnvelope(answer, 400, 'VALIDATION_ERROR')
    expect(answer.at('error.details.0.path')).toBe('version')
  })
})

test('a hundred rollbacks under load fail no request', async () => {
  await using app = await openSecond()
  const { client } = app
  const load = runLoad({ connections: 10, total: 1000, send: n => client.post('w', { n }) })
  const answers: Answer[] = []
  for (let version = 3; version <= 102; version++) answers.push(await rollback(client, version - 2))
  expect(answers.filter(({ status }) => status !== 200)).toEqual([])
  const { outcomes, failures } = await load
  expect(failures).toEqual([])
  for (const answer of outcomes) {
    const version = Number(answer.headers.get('x-orion-workflow-version'))
    expect([answer.status, answer.at('data.by')]).toEqual([200, version % 2 === 1 ? 1 : 2])
  }
})
