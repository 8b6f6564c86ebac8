import { describe, expect, test } from 'bun:test'
import { openApp } from './harness/app.ts'
import { channel, mapTask, workflow } from './harness/samples.ts'

const answering = (version: number) => [mapTask('m', { 'data.answered_by': version })]

describe('versions', () => {
  test('are made, listed and replaced, and each answers while it is active', async () => {
    await using app = await openApp()
    const { client } = app
    await client.declare(workflow('w', answering(1)), channel('w'))
    await client.admin('POST', 'workflows/w/versions')
    await client.admin('PUT', 'workflows/w', { tasks: answering(2) })
    const list = async () => (await client.admin('GET', 'workflows/w/versions')).at('data')
    expect(await list()).toMatchObject([
      { version: 2, status: 'draft' },
      { version: 1, status: 'active' },
    ])
    expect((await client.post('w', {})).at('data.answered_by')).toBe(1)

    await client.setStatus('workflows', 'w', 'active')
    expect(await list()).toMatchObject([
      { version: 2, status: 'active', rollout_percentage: 100 },
      { version: 1, status: 'archived' },
    ])
    const answer = await client.post('w', {})
    expect([answer.at('data.answered_by'), answer.headers.get('x-orion-workflow-version')]).toEqual([2, '2'])
    const trace = await client.request('GET', `/api/v1/data/traces/${answer.at('id')}`)
    expect(trace.at('workflow_version')).toBe(2)
  })

  test('that were archived come back as a new version', async () => {
    await using app = await openApp()
    const { client } = app
    await client.declare(workflow('w', answering(1)), channel('w'))
    await client.setStatus('workflows', 'w', 'archived')
    const idle = await client.post('w', {})
    expect([idle.status, idle.at('data'), idle.headers.get('x-orion-workflow-version')]).toEqual([
      200,
      {},
      null,
    ])
    await client.admin('POST', 'workflows/w/versions')
    await client.setStatus('workflows', 'w', 'active')
    const answer = await client.post('w', {})
    expect([answer.at('data.answered_by'), answer.headers.get('x-orion-workflow-version')]).toEqual([1, '2'])
  })

  test('one workflow can serve several channels', async () => {
    await using app = await openApp()
    const { client } = app
    await client.declare(workflow('w', [mapTask('m', { 'data.channel': { var: 'metadata.channel' } })]))
    for (const id of ['a', 'b']) {
      await client.admin('POST', 'channels', channel(id, { workflow_id: 'w' }))
      await client.setStatus('channels', id, 'active')
    }
    expect([(await client.post('a', {})).at('data'), (await client.post('b', {})).at('data')]).toEqual([
      { channel: 'a' },
      { channel: 'b' },
    ])
  })
})
