import { describe, expect, test } from 'bun:test'
import type { JsonObject } from '../src/std/json.ts'
import { openApp } from './harness/app.ts'
import type { Answer, Client } from './harness/client.ts'
import { expectEnvelope } from './harness/envelope.ts'
import { cacheConnector, ledger, ledgerTask, silentLedger } from './harness/ledger.ts'
import { channel, echoWorkflow, workflow } from './harness/samples.ts'

const openHouse = () => openApp({ functions: [ledger, silentLedger] })

const calling = (id: string, ...tasks: JsonObject[]) =>
  workflow(id, tasks.length > 0 ? tasks : [ledgerTask('book', { connector: 'books' })])

async function refusedActivation(
  client: Client,
  kind: 'workflows' | 'channels',
  id: string,
): Promise<string> {
  const answer = await client.setStatus(kind, id, 'active')
  expectEnvelope(answer, 409, 'CONFLICT')
  const stored = await client.admin('GET', `${kind}/${id}`)
  expect(stored.at('data.status')).toBe('draft')
  return String(answer.at('error.message'))
}

async function expectActive(answer: Promise<Answer>): Promise<void> {
  const { status, text } = await answer
  expect({ status, text }).toMatchObject({ status: 200 })
}

describe('the workflow of a channel', () => {
  test('has an active version', async () => {
    await using app = await openHouse()
    const { client } = app
    await client.admin('POST', 'channels', channel('orders', { workflow_id: 'pricing' }))
    const told =
      "Cannot activate channel 'orders' version 1: its workflow 'pricing' has no active version; activate that one first"
    expect(await refusedActivation(client, 'channels', 'orders')).toBe(told)
    await client.admin('POST', 'workflows', echoWorkflow('pricing'))
    expect(await refusedActivation(client, 'channels', 'orders')).toBe(told)
    await client.setStatus('workflows', 'pricing', 'active')
    await expectActive(client.setStatus('channels', 'orders', 'active'))
  })

  test('is asked for again when the channel comes back', async () => {
    await using app = await openHouse()
    const { client } = app
    await client.declare(echoWorkflow('orders'), channel('orders'))
    await client.setStatus('channels', 'orders', 'archived')
    await client.setStatus('workflows', 'orders', 'archived')
    await client.admin('POST', 'channels/orders/versions')
    expect(await refusedActivation(client, 'channels', 'orders')).toContain(
      "its workflow 'orders' has no active",
    )
  })

  test('may be none at all', async () => {
    await using app = await openHouse()
    await app.client.admin('POST', 'channels', channel('orders', { workflow_id: null }))
    await expectActive(app.client.setStatus('channels', 'orders', 'active'))
  })

  test('names connectors that are there and enabled', async () => {
    await using app = await openHouse()
    const { client } = app
    await client.admin('POST', 'connectors', cacheConnector('books'))
    await client.declare(calling('orders'))
    await client.admin('POST', 'channels', channel('orders'))
    await client.admin('DELETE', 'connectors/books')
    expect(await refusedActivation(client, 'channels', 'orders')).toBe(
      "Cannot activate channel 'orders' version 1: in its workflow 'orders' version 1 task 'book' names connector 'books', which does not exist; create it or name another one",
    )
    await client.admin('POST', 'connectors', cacheConnector('books'))
    await expectActive(client.setStatus('channels', 'orders', 'active'))
  })
})

describe('the connectors of a workflow', () => {
  test.each([
    ['ledger', 'in a task', (task: JsonObject) => workflow('w', [task])],
    ['silent_ledger', 'by a function that tells nothing else', (task: JsonObject) => workflow('w', [task])],
    ['ledger', 'in a group', (task: JsonObject) => workflow('w', [{ id: 'g', tasks: [task] }])],
    [
      'ledger',
      'in the setup of a loop',
      (task: JsonObject) =>
        workflow('w', [ledgerTask('other', { connector: { var: 'data.x' } })], {
          loop: { max: 2, setup: [task] },
        }),
    ],
    ['ledger', 'behind a condition', (task: JsonObject) => workflow('w', [{ ...task, condition: false }])],
  ] as const)('named by %s %s, exist and are enabled', async (name, _, definition) => {
    await using app = await openHouse()
    const { client } = app
    const made = await client.admin(
      'POST',
      'workflows',
      definition(ledgerTask('book', { connector: 'books' }, name)),
    )
    expect(made.status).toBe(201)
    const cannot = "Cannot activate workflow 'w' version 1: task 'book' names connector 'books', which"
    expect(await refusedActivation(client, 'workflows', 'w')).toBe(
      `${cannot} does not exist; create it or name another one`,
    )
    await client.admin('POST', 'connectors', cacheConnector('books', { enabled: false }))
    expect(await refusedActivation(client, 'workflows', 'w')).toBe(
      `${cannot} is not enabled; enable it or name another one`,
    )
    await client.admin('PUT', 'connectors/books', { enabled: true })
    await expectActive(client.setStatus('workflows', 'w', 'active'))
  })

  test('are told each, up to ten', async () => {
    await using app = await openHouse()
    const { client } = app
    const tasks = Array.from({ length: 12 }, (_, at) => ledgerTask(`t${at}`, { connector: `c${at}` }))
    await client.admin('POST', 'workflows', calling('w', ...tasks))
    const told = await refusedActivation(client, 'workflows', 'w')
    for (let at = 0; at < 10; at++) expect(told).toContain(`task 't${at}' names connector 'c${at}'`)
    expect(told).toEndWith('. And 2 more')
    expect(told).not.toContain("'c10'")
  })

  test('that an expression chooses are nobody that could be missing', async () => {
    await using app = await openHouse()
    await app.client.admin(
      'POST',
      'workflows',
      calling('w', ledgerTask('t', { connector: { var: 'data.c' } })),
    )
    await expectActive(app.client.setStatus('workflows', 'w', 'active'))
  })

  test('are there when an earlier version comes back', async () => {
    await using app = await openHouse()
    const { client } = app
    await client.admin('POST', 'connectors', cacheConnector('books'))
    await client.declare(calling('w'))
    await client.admin('POST', 'workflows/w/versions')
    await client.admin('PUT', 'workflows/w', { tasks: echoWorkflow('w').tasks ?? null })
    await client.setStatus('workflows', 'w', 'active')
    await client.admin('DELETE', 'connectors/books')
    const refused = await client.admin('POST', 'workflows/w/rollback', { version: 1 })
    expectEnvelope(refused, 409, 'CONFLICT')
    expect(String(refused.at('error.message'))).toContain(
      "Cannot activate workflow 'w' version 3: task 'book' names",
    )
    await client.admin('POST', 'connectors', cacheConnector('books'))
    expect((await client.admin('POST', 'workflows/w/rollback', { version: 1 })).status).toBe(200)
  })
})

describe('a name and a route', () => {
  const first = channel('first', { workflow_id: null, name: 'orders', route_pattern: '/orders/{id}' })

  test.each([
    ['name', { name: 'orders' }, "its name 'orders' belongs to active channel 'first'"],
    [
      'route',
      { route_pattern: '/Orders/{key}' },
      "its route '/Orders/{key}' collides with '/orders/{id}' of active channel 'first' ('orders')",
    ],
  ])('belong to one active channel: %s', async (_, fields, told) => {
    await using app = await openHouse()
    const { client } = app
    await client.admin('POST', 'channels', first)
    await client.setStatus('channels', 'first', 'active')
    await client.admin('POST', 'channels', channel('second', { workflow_id: null, ...fields }))
    expect(await refusedActivation(client, 'channels', 'second')).toContain(told)
    await client.setStatus('channels', 'first', 'archived')
    await expectActive(client.setStatus('channels', 'second', 'active'))
  })

  test('and everything else that is in the way is told at once', async () => {
    await using app = await openHouse()
    const { client } = app
    await client.admin('POST', 'channels', first)
    await client.setStatus('channels', 'first', 'active')
    await client.admin('POST', 'channels', { ...first, channel_id: 'second', workflow_id: 'pricing' })
    const told = await refusedActivation(client, 'channels', 'second')
    expect(told).toContain("its name 'orders' belongs to active channel 'first'")
    expect(told).toContain("Also, its route '/orders/{id}' collides with")
    expect(told).toContain("Also, its workflow 'pricing' has no active version")
  })
})

test('what is active stays so when what it needs goes, and is loaded again', async () => {
  await using app = await openHouse()
  const { client } = app
  await client.admin('POST', 'connectors', cacheConnector('books'))
  await client.declare(calling('orders'), channel('orders'))
  await client.admin('DELETE', 'connectors/books')
  await client.setStatus('workflows', 'orders', 'archived')
  expect((await client.admin('POST', 'engine/reload')).status).toBe(200)
  expect((await client.post('orders', {})).status).toBe(200)
  expect((await client.admin('GET', 'channels/orders')).at('data.status')).toBe('active')
  await expectActive(client.setStatus('channels', 'orders', 'archived'))
})
