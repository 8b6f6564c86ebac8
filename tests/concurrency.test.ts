import { describe, expect, test } from 'bun:test'
import { openApp } from './harness/app.ts'
import { startServer } from './harness/binary.ts'
import type { Answer, Client } from './harness/client.ts'
import { runLoad } from './harness/load.ts'
import { channel, echoWorkflow, mapTask, workflow } from './harness/samples.ts'

function times<Result>(count: number, make: (n: number) => Promise<Result>): Promise<Result[]> {
  return Promise.all(Array.from({ length: count }, (_, n) => make(n)))
}

function statuses(answers: readonly Answer[]): number[] {
  return [...new Set(answers.map(({ status }) => status))].sort()
}

/** Every kind of admin request, on few and on many ids. */
function adminRequest(client: Client, n: number): Promise<Answer> {
  const id = `burst${n}`
  switch (n % 10) {
    case 0:
      return client.admin('GET', 'workflows?limit=10')
    case 1:
      return client.admin('GET', 'audit-logs?limit=10')
    case 2:
      return client.admin('GET', 'engine/status')
    case 3:
      return client.admin('POST', 'engine/reload')
    case 4:
      return client.admin('PUT', 'workflows/shared', { description: id })
    case 5:
      return client.admin('PUT', 'connectors/shared', { tags: [id] })
    case 6:
      return client.admin('POST', 'channels', channel(id, { workflow_id: 'shared' }))
    case 7:
      return client.admin('POST', 'connectors', {
        id,
        name: id,
        connector_type: 'cache',
        config: { backend: 'memory' },
      })
    case 8:
      return client.admin('GET', 'channels/shared')
    default:
      return client.admin('POST', 'workflows', echoWorkflow(id))
  }
}

async function prepareBurst(client: Client): Promise<void> {
  await client.admin('POST', 'workflows', echoWorkflow('shared'))
  await client.admin('POST', 'channels', channel('shared'))
  await client.admin('POST', 'connectors', {
    id: 'shared',
    name: 'shared',
    connector_type: 'cache',
    config: { backend: 'memory' },
  })
}

/** 2xx, or 503 with its code. */
function expectServed(answers: readonly Answer[]): void {
  const others = answers.filter(answer => answer.status >= 300)
  for (const answer of others)
    expect([answer.status, answer.at('error.code')]).toEqual([503, 'SERVICE_UNAVAILABLE'])
}

describe('500 admin requests at once get 2xx or a coded 503', () => {
  test('in process, and nothing that was answered is lost', async () => {
    await using app = await openApp()
    await prepareBurst(app.client)
    const answers = await times(500, n => adminRequest(app.client, n))
    expectServed(answers)
    const created = answers.filter(({ status }) => status === 201).length
    const totals = await Promise.all(
      ['workflows', 'channels', 'connectors'].map(async kind =>
        Number((await app.client.admin('GET', kind)).at('total')),
      ),
    )
    expect(totals.reduce((sum, total) => sum + total, 0)).toBe(created + 3)
    const changes = answers.filter(
      (answer, n) => answer.status < 300 && [3, 4, 5, 6, 7, 9].includes(n % 10),
    ).length
    expect((await app.client.admin('GET', 'audit-logs')).at('pagination.total')).toBe(changes + 3)
  })

  test('over sockets of the executable, which goes on serving', async () => {
    await using server = await startServer()
    await prepareBurst(server.client)
    expectServed(await times(500, n => adminRequest(server.client, n)))
    expect((await server.client.request('GET', '/health')).at('status')).toBe('ok')
    expect((await server.client.admin('GET', 'workflows/shared')).status).toBe(200)
  })
})

test('200 changes of one draft at once all land, one after another', async () => {
  await using app = await openApp()
  await app.client.admin('POST', 'workflows', echoWorkflow('one'))
  const answers = await times(200, n => app.client.admin('PUT', 'workflows/one', { description: `${n}` }))
  expect(statuses(answers)).toEqual([200])
  expect((await app.client.admin('GET', 'audit-logs')).at('pagination.total')).toBe(201)
})

test('of 50 requests for the same new version one gets it, the others 409', async () => {
  await using app = await openApp()
  await app.client.declare(echoWorkflow('one'))
  const answers = await times(50, () => app.client.admin('POST', 'workflows/one/versions'))
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(49)
})

test('of 20 requests with one new id one gets it, the others 409', async () => {
  await using app = await openApp()
  const answers = await times(20, () => app.client.admin('POST', 'workflows', echoWorkflow('one')))
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(19)
})

test('workflows of one name can be created at once', async () => {
  await using app = await openApp()
  const answers = await times(20, n =>
    app.client.admin('POST', 'workflows', { ...echoWorkflow(`w${n}`), name: 'same' }),
  )
  expect(statuses(answers)).toEqual([201])
})

test('of two channels with one name that are activated at once one is refused', async () => {
  await using app = await openApp()
  const { client } = app
  for (const id of ['a', 'b']) {
    await client.admin('POST', 'channels', channel(id, { name: 'same', workflow_id: null }))
  }
  const answers = await Promise.all(['a', 'b'].map(id => client.setStatus('channels', id, 'active')))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
})

test('twelve channels answer side by side, each its own', async () => {
  await using app = await openApp()
  const { client } = app
  for (let n = 0; n < 12; n++) {
    await client.declare(workflow(`c${n}`, [mapTask('m', { 'data.by': n })]), channel(`c${n}`))
  }
  const answers = await times(240, n => client.post(`c${n % 12}`, { n }))
  expect(answers.map(answer => answer.at('data.by'))).toEqual(Array.from({ length: 240 }, (_, n) => n % 12))
})

test('reloads during a load fail nothing', async () => {
  await using app = await openApp()
  const { client } = app
  await client.declare(echoWorkflow('echo'), channel('echo'))
  const load = runLoad({ connections: 20, total: 2000, send: n => client.post('echo', { n }) })
  for (let n = 0; n < 5; n++) expect((await client.admin('POST', 'engine/reload')).status).toBe(200)
  const { outcomes, failures } = await load
  expect(failures).toEqual([])
  expect(outcomes).toHaveLength(2000)
  expect(statuses(outcomes)).toEqual([200])
})

test('a channel that comes and goes during a load answers 200 or 404', async () => {
  await using app = await openApp()
  const { client } = app
  await client.declare(echoWorkflow('echo'), channel('echo'))
  const load = runLoad({ connections: 20, total: 2000, send: n => client.post('echo', { n }) })
  for (let n = 0; n < 10; n++) {
    await client.setStatus('channels', 'echo', 'archived')
    await client.admin('POST', 'channels/echo/versions')
    await client.setStatus('channels', 'echo', 'active')
  }
  const { outcomes } = await load
  expect(statuses(outcomes).every(status => status === 200 || status === 404)).toBe(true)
  expect((await client.post('echo', {})).status).toBe(200)
})

test('each request of a load is answered wholly by one version', async () => {
  await using app = await openApp()
  const { client } = app
  const tasks = (version: number) => [
    mapTask('a', { 'data.first': version }),
    mapTask('b', { 'data.second': version }),
  ]
  await client.declare(workflow('w', tasks(1)), channel('w'))
  const load = runLoad({ connections: 20, total: 3000, send: n => client.post('w', { n }) })
  for (let version = 2; version <= 20; version++) {
    await client.admin('POST', 'workflows/w/versions')
    await client.admin('PUT', 'workflows/w', { tasks: tasks(version) })
    await client.setStatus('workflows', 'w', 'active')
    // From its answer on, the new version is what answers.
    expect((await client.post('w', {})).at('data.first')).toBe(version)
  }
  const { outcomes } = await load
  expect(statuses(outcomes)).toEqual([200])
  for (const answer of outcomes) {
    const version = answer.headers.get('x-orion-workflow-version')
    expect([`${answer.at('data.first')}`, `${answer.at('data.second')}`]).toEqual([
      `${version}`,
      `${version}`,
    ])
  }
})
