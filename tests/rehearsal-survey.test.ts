import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../src/std/json.ts'
import { openApp } from './harness/app.ts'
import type { Client } from './harness/client.ts'
import { expectEnvelope, problemsOf } from './harness/envelope.ts'
import { cacheConnector, ledger, ledgerTask, silentLedger } from './harness/ledger.ts'
import { channel, mapTask, task, workflow } from './harness/samples.ts'

const openHouse = () => openApp({ functions: [ledger, silentLedger] })

const computed = { cat: ['b', { var: 'data.x' }] }

/** Names two connectors and a channel, and computes one of each. */
const BUSY = workflow(
  'busy',
  [
    ledgerTask('plain', { connector: 'books', op: 'insert', table: 'orders' }),
    mapTask('pure', { 'data.a': 1 }),
    {
      id: 'group',
      tasks: [
        ledgerTask('silent', { connector: 'books' }, 'silent_ledger'),
        ledgerTask('calling', { connector: 'api', call: 'pricing', topic: computed }, 'ledger'),
      ],
    },
    ledgerTask('anybody', { connector: computed, op: computed }),
    task('cache_invalidate', { namespaces: ['prices', computed] }),
  ],
  { loop: { max: 2, setup: [ledgerTask('first', { connector: 'lost' })] } },
)

async function openBusy() {
  const app = await openHouse()
  await app.client.admin('POST', 'connectors', cacheConnector('books', { id: 'b1' }))
  await app.client.admin('POST', 'connectors', {
    id: 'a1',
    name: 'api',
    connector_type: 'http',
    enabled: false,
    config: { url: 'https://user:pass@api.example:8443/v1' },
  })
  const made = await app.client.admin('POST', 'workflows', BUSY)
  if (made.status !== 201) throw new Error(made.text)
  return app
}

describe('the dependencies of a workflow', () => {
  test('are the connectors and channels that it names, with what is done there, and what is computed', async () => {
    await using app = await openBusy()
    const answer = await app.client.admin('GET', 'workflows/busy/dependencies')
    expect([answer.status, answer.at('data')]).toEqual([
      200,
      {
        workflow_id: 'busy',
        version: 1,
        connectors: [
          {
            name: 'lost',
            id: null,
            connector_type: null,
            state: 'missing',
            used_by: [{ task_id: 'first', path: 'loop.setup[0]', function: 'ledger', operation: 'append' }],
          },
          {
            name: 'books',
            id: 'b1',
            connector_type: 'cache',
            state: 'enabled',
            used_by: [
              { task_id: 'plain', path: 'tasks[0]', function: 'ledger', operation: 'insert' },
              {
                task_id: 'silent',
                path: 'tasks[2].tasks[0]',
                function: 'silent_ledger',
                operation: 'silent_ledger',
              },
            ],
          },
          {
            name: 'api',
            id: 'a1',
            connector_type: 'http',
            state: 'disabled',
            used_by: [
              { task_id: 'calling', path: 'tasks[2].tasks[1]', function: 'ledger', operation: 'append' },
            ],
          },
        ],
        channels: [
          {
            name: 'pricing',
            id: null,
            state: 'missing',
            used_by: [
              { task_id: 'calling', path: 'tasks[2].tasks[1]', function: 'ledger', operation: 'append' },
            ],
          },
        ],
        dynamic: true,
        dynamic_uses: [{ task_id: 'anybody', path: 'tasks[3]', function: 'ledger', dynamic: ['connector'] }],
      },
    ])
  })

  test('know an active channel by its name', async () => {
    await using app = await openBusy()
    await app.client.admin('POST', 'channels', channel('p1', { name: 'pricing', workflow_id: null }))
    const state = async () =>
      (await app.client.admin('GET', 'workflows/busy/dependencies')).at('data.channels.0')
    expect(await state()).toMatchObject({ id: null, state: 'missing' })
    await app.client.setStatus('channels', 'p1', 'active')
    expect(await state()).toMatchObject({ id: 'p1', state: 'active' })
  })

  test('of one that computes nothing are not dynamic', async () => {
    await using app = await openHouse()
    await app.client.admin(
      'POST',
      'workflows',
      workflow('w', [ledgerTask('t', { connector: 'c', table: computed })]),
    )
    const answer = await app.client.admin('GET', 'workflows/w/dependencies')
    expect([answer.at('data.dynamic'), answer.at('data.dynamic_uses')]).toEqual([false, []])
  })
})

describe('the effects of a workflow', () => {
  test('are everything that it can touch; what an expression says is called dynamic', async () => {
    await using app = await openBusy()
    const answer = await app.client.admin('GET', 'workflows/busy/effects')
    const unsafe = { function: 'ledger', retry_safety: 'unsafe_write' }
    const invalidation = {
      task_id: 'cache_invalidate',
      path: 'tasks[4]',
      function: 'cache_invalidate',
      retry_safety: 'idempotent_write',
      operation: 'invalidate',
    }
    expect([answer.status, answer.at('data')]).toEqual([
      200,
      {
        workflow_id: 'busy',
        version: 1,
        dynamic: true,
        effects: [
          {
            task_id: 'first',
            path: 'loop.setup[0]',
            ...unsafe,
            operation: 'append',
            connector: 'lost',
            dynamic: [],
          },
          {
            task_id: 'plain',
            path: 'tasks[0]',
            ...unsafe,
            operation: 'insert',
            connector: 'books',
            table: 'orders',
            dynamic: [],
          },
          {
            task_id: 'silent',
            path: 'tasks[2].tasks[0]',
            function: 'silent_ledger',
            retry_safety: 'read',
            operation: 'silent_ledger',
            connector: 'books',
            dynamic: [],
          },
          {
            task_id: 'calling',
            path: 'tasks[2].tasks[1]',
            ...unsafe,
            operation: 'append',
            connector: 'api',
            host: 'api.example:8443',
            channel: 'pricing',
            dynamic: ['topic'],
          },
          { task_id: 'anybody', path: 'tasks[3]', ...unsafe, dynamic: ['operation', 'connector'] },
          { ...invalidation, namespace: 'prices', dynamic: [] },
          { ...invalidation, dynamic: ['namespace'] },
        ],
      },
    ])
    expect(answer.text).not.toContain('pass')
  })

  test('have the host that the task says, not that of its connector', async () => {
    await using app = await openBusy()
    const tasks = ['db.example', computed].map((host, at) => ledgerTask(`t${at}`, { connector: 'api', host }))
    await app.client.admin('POST', 'workflows', workflow('w', tasks))
    const effects = (await app.client.admin('GET', 'workflows/w/effects')).at('data.effects')
    expect(effects).toMatchObject([{ host: 'db.example', dynamic: [] }, { dynamic: ['host'] }])
    expect(JSON.stringify(effects)).not.toContain('api.example')
  })

  test('of pure functions are none', async () => {
    await using app = await openHouse()
    await app.client.admin('POST', 'workflows', workflow('w', [mapTask('m', { 'data.a': 1 })]))
    expect((await app.client.admin('GET', 'workflows/w/effects')).at('data')).toMatchObject({
      effects: [],
      dynamic: false,
    })
  })

  test.each(['env://HOST', ['https://$', '{HOST}/v1'].join('')])('do not guess the host of %s', async url => {
    await using app = await openHouse()
    await app.client.admin('POST', 'connectors', {
      id: 'c',
      name: 'c',
      connector_type: 'http',
      config: { url },
    })
    await app.client.admin('POST', 'workflows', workflow('w', [ledgerTask('t', { connector: 'c' })]))
    const effect = (await app.client.admin('GET', 'workflows/w/effects')).at('data.effects.0')
    expect(effect).toMatchObject({ connector: 'c', dynamic: ['host'] })
    expect(effect).not.toHaveProperty('host')
  })
})

describe('the dependents of a connector', () => {
  const uses = (connector: string) => ({ tasks: [ledgerTask('t', { connector })] })

  test('are the workflows whose active or latest version names it', async () => {
    await using app = await openHouse()
    const { client } = app
    for (const name of ['books', 'other']) await client.admin('POST', 'connectors', cacheConnector(name))
    await client.declare(workflow('a', uses('books').tasks))
    await client.admin('POST', 'workflows/a/versions')
    await client.admin('PUT', 'workflows/a', uses('other'))
    await client.admin('POST', 'workflows', workflow('b', uses('books').tasks))
    await client.declare(workflow('c', uses('books').tasks))
    await client.setStatus('workflows', 'c', 'archived')
    await client.declare(workflow('d', uses('books').tasks))
    await client.admin('POST', 'workflows/d/versions')
    await client.setStatus('workflows', 'd', 'active')
    const used_by = [{ task_id: 't', path: 'tasks[0]', function: 'ledger', operation: 'append' }]
    const answer = await client.admin('GET', 'connectors/books/dependents')
    expect([answer.status, answer.at('data')]).toEqual([
      200,
      {
        connector_id: 'books',
        name: 'books',
        workflows: [
          { workflow_id: 'a', version: 1, status: 'active', used_by },
          { workflow_id: 'd', version: 2, status: 'active', used_by },
          { workflow_id: 'b', version: 1, status: 'draft', used_by },
          { workflow_id: 'c', version: 1, status: 'archived', used_by },
        ],
        channels: [],
      },
    ])
    expect((await client.admin('GET', 'connectors/other/dependents')).at('data.workflows')).toMatchObject([
      { workflow_id: 'a', version: 2, status: 'draft' },
    ])
  })

  test('are all of them, however many', async () => {
    await using app = await openHouse()
    const { client } = app
    await client.admin('POST', 'connectors', cacheConnector('books'))
    for (let n = 0; n < 205; n++)
      await client.admin('POST', 'workflows', workflow(`w${n}`, uses('books').tasks))
    const answer = await client.admin('GET', 'connectors/books/dependents')
    const ids = answer.at('data.workflows')
    expect(Array.isArray(ids) && new Set(ids.map(row => Object(row).workflow_id)).size).toBe(205)
  })
})

describe('the difference of two versions', () => {
  async function openVersions(...edits: readonly JsonObject[]) {
    const app = await openHouse()
    const { client } = app
    await client.admin('POST', 'workflows', workflow('w', [mapTask('m', { 'data.a': 1 })]))
    for (const edit of edits) {
      await client.setStatus('workflows', 'w', 'active')
      await client.admin('POST', 'workflows/w/versions')
      await client.admin('PUT', 'workflows/w', edit)
    }
    const diff = (query = '') => client.admin('GET', `workflows/w/diff${query}`)
    return { client, diff, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() }
  }

  test('is told field by field, of the content alone', async () => {
    await using versions = await openVersions({
      name: 'second',
      tasks: [mapTask('new', {}), mapTask('m', { 'data.a': 2 })],
      condition: { '==': [1, 1] },
    })
    const answer = await versions.diff('?from=1&to=2')
    expect([answer.status, answer.at('data')]).toEqual([
      200,
      {
        workflow_id: 'w',
        from: 1,
        to: 2,
        changes: [
          { path: 'condition', old: true, new: { '==': [1, 1] } },
          { path: 'name', old: 'w', new: 'second' },
          { path: 'tasks[0]', new: mapTask('new', {}) },
          { path: 'tasks[1].function.input.mappings[0].logic', old: 1, new: 2 },
        ],
      },
    ])
    expect((await versions.diff('?from=2&to=1')).at('data.changes.1')).toEqual({
      path: 'name',
      old: 'second',
      new: 'w',
    })
  })

  test('is exact beyond 2^53', async () => {
    await using versions = await openVersions()
    const big = (n: string) =>
      `{"tasks":[{"id":"m","name":"m","function":{"name":"map","input":{"mappings":[{"path":"data.a","logic":${n}}]}}}]}`
    await versions.client.request('PUT', '/api/v1/admin/workflows/w', { body: big('9007199254740993') })
    await versions.client.setStatus('workflows', 'w', 'active')
    await versions.client.admin('POST', 'workflows/w/versions')
    await versions.client.request('PUT', '/api/v1/admin/workflows/w', { body: big('9007199254740995') })
    const { text } = await versions.diff()
    expect(text).toContain('"old":9007199254740993,"new":9007199254740995')
  })

  test.each([
    ['', [2, 3], 'from the active version to the latest'],
    ['?to=2', [1, 2], 'from the version before an active one'],
    ['?to=1', [2, 1], 'from the active version to an earlier one'],
    ['?from=1', [1, 3], 'to the latest'],
    ['?from=3', [3, 3], 'of one and the same'],
  ])('%p is %p: %s', async (query, versions) => {
    await using stored = await openVersions({ name: 'second' }, { name: 'third' })
    const answer = await stored.diff(query)
    expect([answer.at('data.from'), answer.at('data.to')]).toEqual(versions)
  })

  test('of an only version is none', async () => {
    await using versions = await openVersions()
    expect((await versions.diff()).at('data')).toEqual({ workflow_id: 'w', from: 1, to: 1, changes: [] })
  })
})

describe('what does not exist is 404', () => {
  const asked: readonly (readonly [string, string])[] = [
    ['workflows/nobody/dependencies', "Workflow 'nobody' not found"],
    ['workflows/nobody/effects', "Workflow 'nobody' not found"],
    ['workflows/nobody/diff', "Workflow 'nobody' not found"],
    ['workflows/nobody/effects?version=1', "Workflow 'nobody' not found"],
    ['workflows/busy/dependencies?version=2', "Workflow 'busy' has no version 2"],
    ['workflows/busy/effects?version=2', "Workflow 'busy' has no version 2"],
    ['workflows/busy/diff?from=7', "Workflow 'busy' has no version 7"],
    ['workflows/busy/diff?to=7', "Workflow 'busy' has no version 7"],
    ['connectors/nobody/dependents', "Connector 'nobody' not found"],
  ]
  test.each(asked)('%s', async (path, message) => {
    await using app = await openBusy()
    const answer = await app.client.admin('GET', path)
    expectEnvelope(answer, 404, 'NOT_FOUND')
    expect(answer.at('error.message')).toBe(message)
  })
})

describe('a number that is none is 400', () => {
  test.each([
    ['workflows/busy/dependencies?version=0', 'version'],
    ['workflows/busy/effects?version=x', 'version'],
    ['workflows/busy/diff?from=1.5', 'from'],
    ['workflows/busy/diff?to=-1', 'to'],
    ['workflows/busy/diff?to=', 'to'],
  ])('%s', async (path, field) => {
    await using app = await openBusy()
    const answer = await app.client.admin('GET', path)
    expectEnvelope(answer, 400, 'VALIDATION_ERROR')
    expect(Object.keys(problemsOf(answer))).toEqual([field])
  })
})

test('none of it leaves a trace', async () => {
  await using app = await openBusy()
  const { client } = app
  const before = await auditRows(client)
  for (const path of ['workflows/busy/dependencies', 'workflows/busy/effects', 'workflows/busy/diff']) {
    expect((await client.admin('GET', path)).status).toBe(200)
  }
  expect((await client.admin('GET', 'connectors/b1/dependents')).status).toBe(200)
  expect(await auditRows(client)).toEqual(before)
})

async function auditRows(client: Client): Promise<Json | undefined> {
  return (await client.admin('GET', 'audit-logs')).at('pagination.total')
}

test('calls over connectors tell what they do there, and whether they may be repeated', async () => {
  const tasks = [
    task('http_call', { connector: 'crm', path: '/a' }),
    { ...task('http_call', { connector: 'crm', method: 'POST' }), id: 'send' },
    { ...task('http_call', { connector: 'crm', method: { var: 'data.how' } }), id: 'either' },
    task('cache_read', { connector: 'kept', key: 'k', output: 'data.k' }),
    task('cache_incr', { connector: 'kept', key: 'n' }),
    task('db_read', { connector: 'shop', query: 'SELECT * FROM orders JOIN lines USING (id)' }),
    task('db_write', {
      connector: 'shop',
      statements: [
        { query: 'INSERT INTO archive (id) SELECT id FROM orders' },
        { query: 'DELETE FROM orders' },
      ],
    }),
  ]
  await using other = await openApp()
  await other.client.admin('POST', 'workflows', workflow('calls', tasks))
  const told = (await other.client.admin('GET', 'workflows/calls/effects')).at('data.effects')
  expect(told).toMatchObject([
    { connector: 'crm', operation: 'GET', retry_safety: 'read', dynamic: [] },
    { connector: 'crm', operation: 'POST', retry_safety: 'unsafe_write' },
    { connector: 'crm', retry_safety: 'unsafe_write', dynamic: ['operation'] },
    { connector: 'kept', operation: 'read', retry_safety: 'read' },
    { connector: 'kept', operation: 'increment', retry_safety: 'unsafe_write' },
    { connector: 'shop', operation: 'read', table: 'orders', retry_safety: 'read' },
    { connector: 'shop', operation: 'read', table: 'lines' },
    { connector: 'shop', operation: 'insert', table: 'archive', retry_safety: 'unsafe_write' },
    { connector: 'shop', operation: 'read', table: 'orders' },
    { connector: 'shop', operation: 'delete', table: 'orders' },
  ])
})
