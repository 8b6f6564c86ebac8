import { describe, expect, test } from 'bun:test'
import type { Json } from '../src/std/json.ts'
import { openApp } from './harness/app.ts'
import type { Client } from './harness/client.ts'
import { expectEnvelope } from './harness/envelope.ts'
import {
  activate,
  answeredBy,
  answeringTasks,
  declareFirst,
  draft,
  share,
  versions,
} from './harness/rollout.ts'
import { workflow } from './harness/samples.ts'

/** Two active versions, the newer with this share. */
async function openSplit(percentage: number) {
  const app = await openApp()
  await declareFirst(app.client)
  await draft(app.client, 2)
  await activate(app.client, percentage)
  return app
}

const who = async (client: Client) => answeredBy(await client.post('w', {}))

describe('an activation with a share (contract 3.7)', () => {
  test('answers the activated version, and the one that was active keeps the rest', async () => {
    await using app = await openApp()
    await declareFirst(app.client)
    await draft(app.client, 2)
    const answer = await activate(app.client, 30)
    expect(answer.at('data')).toMatchObject({ version: 2, status: 'active', rollout_percentage: 30 })
    expect(await versions(app.client)).toEqual(['2 active 30', '1 active 70'])
  })

  test('of a third archives all but the highest', async () => {
    await using app = await openSplit(10)
    await draft(app.client, 3)
    await activate(app.client, 20)
    expect(await versions(app.client)).toEqual(['3 active 20', '2 active 80', '1 archived 90'])
    expect([2, 3]).toContain(await who(app.client))
  })

  test('of 0 leaves all of the traffic where it was', async () => {
    await using app = await openSplit(0)
    expect(await versions(app.client)).toEqual(['2 active 0', '1 active 100'])
    for (let n = 0; n < 50; n++) expect(await who(app.client)).toBe(1)
  })

  test.each([100, null, undefined])('of %p archives what was active', async rollout_percentage => {
    await using app = await openSplit(10)
    await draft(app.client, 3)
    const body = { status: 'active', ...(rollout_percentage !== undefined && { rollout_percentage }) }
    await app.client.admin('PATCH', 'workflows/w/status', body)
    expect(await versions(app.client)).toEqual(['3 active 100', '2 archived 10', '1 archived 90'])
    expect(await who(app.client)).toBe(3)
  })

  test.each([0, 40])('of %p, where nothing is active, is alone and answers everything', async percentage => {
    await using app = await openApp()
    await declareFirst(app.client)
    await app.client.setStatus('workflows', 'w', 'archived')
    await draft(app.client, 2)
    await activate(app.client, percentage)
    expect(await versions(app.client)).toEqual([`2 active ${percentage}`, '1 archived 100'])
    for (let n = 0; n < 50; n++) expect(await who(app.client)).toBe(2)
  })

  test.each<[Json, string]>([
    [-1, 'OUT_OF_RANGE'],
    [101, 'OUT_OF_RANGE'],
    [99.5, 'TYPE_MISMATCH'],
    ['50', 'TYPE_MISMATCH'],
  ])('of %p is refused as %s', async (rollout_percentage, code) => {
    await using app = await openApp()
    await declareFirst(app.client)
    await draft(app.client, 2)
    const body = { status: 'active', rollout_percentage }
    const answer = await app.client.admin('PATCH', 'workflows/w/status', body)
    expectEnvelope(answer, 400, 'VALIDATION_ERROR')
    expect(answer.at('error.details')).toMatchObject([{ path: 'rollout_percentage', code }])
    if (code === 'OUT_OF_RANGE') {
      expect(String(answer.at('error.message'))).toEndWith('rollout_percentage must be between 0 and 100')
    }
    expect(await versions(app.client)).toEqual(['2 draft 100', '1 active 100'])
  })

  test('archiving ends both, leaves the shares, and takes none', async () => {
    await using app = await openSplit(10)
    const answer = await app.client.admin('PATCH', 'workflows/w/status', {
      status: 'archived',
      rollout_percentage: 5,
    })
    expect(answer.at('data')).toMatchObject({ version: 2, status: 'archived', rollout_percentage: 10 })
    expect(await versions(app.client)).toEqual(['2 archived 10', '1 archived 90'])
    const idle = await app.client.post('w', {})
    expect([idle.status, idle.at('data'), idle.headers.get('x-orion-workflow-version')]).toEqual([
      200,
      {},
      null,
    ])
  })
})

describe('PATCH /rollout (contract 3.8)', () => {
  test('answers the newer version, and moves both shares', async () => {
    await using app = await openSplit(10)
    const answer = await share(app.client, 25)
    expect(answer.status).toBe(200)
    expect(answer.at('data')).toMatchObject({ version: 2, status: 'active', rollout_percentage: 25 })
    expect(await versions(app.client)).toEqual(['2 active 25', '1 active 75'])
  })

  test('of 100 archives the older', async () => {
    await using app = await openSplit(10)
    expect((await share(app.client, 100)).at('data.rollout_percentage')).toBe(100)
    expect(await versions(app.client)).toEqual(['2 active 100', '1 archived 90'])
    for (let n = 0; n < 50; n++) expect(await who(app.client)).toBe(2)
  })

  test('of 100 changes nothing where one is alone', async () => {
    await using app = await openApp()
    await declareFirst(app.client)
    const before = (await app.client.admin('GET', 'workflows/w')).body
    const answer = await share(app.client, 100)
    expect([answer.status, answer.body]).toEqual([200, before])
  })

  test('of 100 is written where one is alone with less', async () => {
    await using app = await openApp()
    await app.client.admin('POST', 'workflows', workflow('w', answeringTasks(1)))
    await activate(app.client, 40)
    expect((await share(app.client, 100)).at('data.rollout_percentage')).toBe(100)
    expect(await versions(app.client)).toEqual(['1 active 100'])
  })

  test('does not touch a draft', async () => {
    await using app = await openSplit(10)
    await draft(app.client, 3)
    await share(app.client, 50)
    expect(await versions(app.client)).toEqual(['3 draft 100', '2 active 50', '1 active 50'])
  })

  test.each<[Json, string]>([
    [0, 'OUT_OF_RANGE'],
    [-1, 'OUT_OF_RANGE'],
    [101, 'OUT_OF_RANGE'],
    [0.5, 'TYPE_MISMATCH'],
    ['50', 'TYPE_MISMATCH'],
    [null, 'TYPE_MISMATCH'],
  ])('of %p is refused as %s', async (rollout_percentage, code) => {
    await using app = await openSplit(10)
    const answer = await app.client.admin('PATCH', 'workflows/w/rollout', { rollout_percentage })
    expectEnvelope(answer, 400, 'VALIDATION_ERROR')
    expect(answer.at('error.details')).toMatchObject([{ path: 'rollout_percentage', code }])
    if (code === 'OUT_OF_RANGE') {
      expect(String(answer.at('error.message'))).toEndWith('rollout_percentage must be between 1 and 100')
    }
    expect(await versions(app.client)).toEqual(['2 active 10', '1 active 90'])
  })

  test('without a share is refused', async () => {
    await using app = await openSplit(10)
    const answer = await app.client.admin('PATCH', 'workflows/w/rollout', {})
    expect(answer.at('error.details')).toMatchObject([{ path: 'rollout_percentage', code: 'REQUIRED' }])
  })

  test('of a part needs two active versions', async () => {
    await using app = await openApp()
    await declareFirst(app.client)
    const answer = await share(app.client, 50)
    expectEnvelope(answer, 400, 'BAD_REQUEST')
    expect(answer.at('error.message')).toBe('Cannot set partial rollout with only one active version')
  })

  test.each(['w', 'nobody'])('needs an active version: %s', async id => {
    await using app = await openApp()
    await app.client.admin('POST', 'workflows', workflow('w', answeringTasks(1)))
    const answer = await app.client.admin('PATCH', `workflows/${id}/rollout`, { rollout_percentage: 100 })
    expectEnvelope(answer, 400, 'BAD_REQUEST')
    expect(answer.at('error.message')).toBe(`No active versions found for workflow '${id}'`)
  })

  test('channels have none', async () => {
    await using app = await openSplit(10)
    const answer = await app.client.admin('PATCH', 'channels/w/rollout', { rollout_percentage: 50 })
    expect(answer.status).toBe(404)
  })
})

test('changes of shares are in the audit log', async () => {
  await using app = await openSplit(10)
  await share(app.client, 25)
  await share(app.client, 100)
  const rows = (await app.client.admin('GET', 'audit-logs?limit=3')).at('data')
  expect(rows).toMatchObject([
    { action: 'update_rollout', resource_type: 'workflow', resource_id: 'w' },
    { action: 'update_rollout' },
    { action: 'status_active' },
  ])
  const changes = Array.isArray(rows) ? rows.map(row => JSON.parse(String(Object(row).details))) : []
  expect(changes).toEqual([
    { before: { rollout_percentage: 25 }, after: { rollout_percentage: 100 } },
    { before: { rollout_percentage: 10 }, after: { rollout_percentage: 25 } },
    {
      before: { status: 'draft', rollout_percentage: 100 },
      after: { status: 'active', rollout_percentage: 10 },
    },
  ])
})

test('two active versions are two entries of the engine, and no load issue', async () => {
  await using app = await openSplit(10)
  const status = await app.client.admin('GET', 'engine/status')
  expect([status.at('workflows_count'), status.at('channels')]).toEqual([2, ['w']])
  expect(status.at('load_issues.workflows')).toEqual([])
})
