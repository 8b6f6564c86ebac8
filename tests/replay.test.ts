import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { ROOT } from '../scripts/root.ts'
import type { Json, JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import { readmeOrders, withThreshold } from './harness/changed-order.ts'
import { outside, sendTask } from './harness/outside.ts'
import { channel, mapTask, parseTask, task, workflow } from './harness/samples.ts'

async function readExample(kind: string): Promise<JsonObject> {
  return Bun.file(join(ROOT, 'examples', kind, 'orders.json')).json()
}

/** A draft of the workflow with other tasks beside what is active. */
async function draft({ client }: App, id: string, tasks: Json): Promise<void> {
  expect((await client.admin('POST', `workflows/${id}/versions`)).status).toBe(201)
  expect((await client.admin('PUT', `workflows/${id}`, { tasks })).status).toBe(200)
}

interface Pair {
  readonly config?: JsonObject
  readonly options?: Parameters<typeof openApp>[0]
}

/** One workflow and its channel, and a draft of it with other tasks. */
async function openPair(first: Json, second: Json, { config = {}, options = {} }: Pair = {}): Promise<App> {
  const app = await openApp(options)
  await app.client.declare(workflow('w', first), channel('w', { config }))
  await draft(app, 'w', second)
  return app
}

function replay({ client }: App, id: string, body: JsonObject = { filter: {} }) {
  return client.admin('POST', `workflows/${id}/replay`, { version: 2, ...body })
}

async function post({ client }: App, data: Json, query = ''): Promise<string> {
  const answer = await client.request('POST', `/api/v1/data/w${query}`, { body: { data } })
  return String(answer.at('id'))
}

const TOTAL = { var: 'data.in.total' }
const flagging = (limit: number) => [
  parseTask(),
  mapTask('flag', { 'data.flagged': { '>': [TOTAL, limit] } }),
]
const reading = (path: string) => [mapTask('read', { 'data.seen': { var: path } })]
const sending = (output: string) => sendTask({ body_logic: { var: 'data.in' }, output })

async function replayOrders(definition: JsonObject, served: JsonObject, from: number, to: number) {
  await using app = await openApp()
  await app.client.declare(definition, served)
  for (const total of [500, 9000, 12_000, 30_000, 90_000]) {
    await app.client.post('orders', { order_id: `ORD-${total}`, total })
  }
  await draft(app, 'orders', withThreshold(definition.tasks ?? [], from, to))
  return await replay(app, 'orders')
}

describe('replay of the order example', () => {
  test('finds exactly the field that a changed threshold changes', async () => {
    const { workflow, channel } = await readmeOrders()
    const answer = await replayOrders(workflow, channel, 10_000, 20_000)
    expect(answer.body).toEqual({
      data: {
        version: 2,
        compared: 5,
        equal: 4,
        not_comparable: 0,
        fields: [
          {
            path: 'data.order.flagged',
            differences: 1,
            example: { trace_id: expect.any(String), old: true, new: false },
          },
        ],
      },
    })
  })

  test('finds the tier when the threshold of a tier is changed', async () => {
    const answer = await replayOrders(
      await readExample('workflows'),
      await readExample('channels'),
      50_000,
      20_000,
    )
    expect(answer.at('data')).toMatchObject({
      compared: 5,
      equal: 4,
      fields: [{ path: 'data.order.tier', example: { old: 'silver', new: 'gold' } }],
    })
  })

  test('finds nothing when nothing was changed', async () => {
    const { workflow, channel } = await readmeOrders()
    const answer = await replayOrders(workflow, channel, 10_000, 10_000)
    expect(answer.at('data')).toEqual({ version: 2, compared: 5, equal: 5, not_comparable: 0, fields: [] })
  })
})

describe('a replay', () => {
  test('stores nothing and changes nothing', async () => {
    await using app = await openPair(flagging(1), flagging(2))
    await post(app, { total: 2 })
    const traces = await app.client.request('GET', '/api/v1/data/traces')
    const audit = await app.client.admin('GET', 'audit-logs')
    await replay(app, 'w')
    expect((await app.client.request('GET', '/api/v1/data/traces')).body).toEqual(traces.body)
    expect((await app.client.admin('GET', 'audit-logs')).body).toEqual(audit.body)
  })

  test('runs the requests that are named, and says which are not there', async () => {
    await using app = await openPair(flagging(1), flagging(2))
    await app.client.declare(workflow('other', flagging(1)), channel('other'))
    const foreign = String((await app.client.post('other', { total: 2 })).at('id'))
    const first = await post(app, { total: 2 })
    await post(app, { total: 2 })
    const answer = await replay(app, 'w', { trace_ids: [first, 'nope', foreign, first] })
    expect(answer.at('data')).toMatchObject({
      compared: 1,
      fields: [{ path: 'data.flagged', example: { trace_id: first } }],
      missing: ['nope', foreign],
    })
  })

  test('takes the newest requests of a status, a channel and a time', async () => {
    await using app = await openPair(flagging(1), flagging(2))
    await app.client.declare(workflow('again', flagging(1)))
    await app.client.declare(workflow('unused', flagging(1)), channel('second', { workflow_id: 'w' }))
    await post(app, { total: 2 })
    await app.client.post('second', { total: 5 })
    const newest = await post(app, { total: 9 })
    const compared = async (body: JsonObject) => (await replay(app, 'w', body)).at('data.compared')
    expect(await compared({ filter: {} })).toBe(3)
    expect(await compared({ filter: { channel: 'second' } })).toBe(1)
    expect(await compared({ filter: { status: 'failed' } })).toBe(0)
    expect(await compared({ filter: { since: '2999-01-01T00:00:00Z' } })).toBe(0)
    expect(await compared({ filter: { until: '2999-01-01T00:00:00Z' } })).toBe(3)
    const one = await replay(app, 'w', { filter: {}, limit: 1, version: 1 })
    expect(one.at('data')).toMatchObject({ version: 1, compared: 1, equal: 1 })
    await app.client.post('w', { total: 2 })
    expect((await replay(app, 'w', { trace_ids: [newest], limit: 1 })).at('data.equal')).toBe(1)
  })

  test('tells what fails with the version, and what does no more', async () => {
    const broken = [parseTask(), task('publish_json', { source: 'none', target: 'x' })]
    await using app = await openPair(broken, [parseTask()])
    await post(app, {})
    const answer = await replay(app, 'w')
    expect(answer.at('data.fields')).toMatchObject([
      { path: 'error', example: { old: expect.stringContaining('not found') } },
      { path: 'errors[0]' },
      { path: 'errors[1]' },
      { path: 'status', example: { old: 'failed', new: 'completed' } },
    ])
  })

  test('compares answers that are no envelope', async () => {
    const answering = (status: number) => [
      mapTask('answer', { 'data._orion.response': { status, body: { is: 'here' } } }),
    ]
    const config = { response: { mode: 'shaped' } }
    await using app = await openPair(answering(201), answering(409), { config })
    await post(app, {})
    expect((await replay(app, 'w')).at('data.fields')).toMatchObject([
      { path: 'answer.status', example: { old: 201, new: 409 } },
    ])
  })

  test('has the time at which the request was answered', async () => {
    const stamped = [mapTask('stamp', { 'data.at': { var: 'metadata.processed_at' } })]
    await using app = await openPair(stamped, [...stamped, mapTask('b', { 'data.b': 1 })])
    await post(app, {})
    expect((await replay(app, 'w')).at('data.fields')).toMatchObject([{ path: 'data.b' }])
  })
})

describe('a replay of calls', () => {
  test('that write does not make them, and does not compare what they would have answered', async () => {
    const far = outside()
    const options = { functions: far.functions }
    const first = [parseTask(), sending('data.sent'), mapTask('m', { 'data.total': 1 })]
    const second = [parseTask(), sending('data.sent'), mapTask('m', { 'data.total': 2 })]
    await using app = await openPair(first, second, { options })
    await post(app, { a: 1 })
    expect((await replay(app, 'w')).at('data')).toMatchObject({
      compared: 1,
      fields: [{ path: 'data.total', differences: 1 }],
    })
    expect(far.sent).toEqual([{ a: 1 }])
  })

  test('that write is not comparable when their answer is looked at', async () => {
    const far = outside()
    const looking = [parseTask(), sending('data.sent'), mapTask('m', { 'data.ok': { var: 'data.sent.ok' } })]
    await using app = await openPair(looking, looking, { options: { functions: far.functions } })
    await post(app, {})
    expect((await replay(app, 'w')).at('data')).toMatchObject({ compared: 0, not_comparable: 1 })
  })

  test('that read makes them', async () => {
    const far = outside()
    const tasks = [task('fetch', { output: 'data.found' })]
    await using app = await openPair(tasks, tasks, { options: { functions: far.functions } })
    await post(app, {})
    expect((await replay(app, 'w')).at('data.equal')).toBe(1)
    expect(far.fetched).toBe(2)
  })

  test('that invalidate a cache leaves its answers where they are', async () => {
    const dropping = [task('cache_invalidate', { namespaces: ['prices'] })]
    const config = { cache: { enabled: true, ttl_secs: 60, namespaces: ['prices'] } }
    await using app = await openPair(flagging(1), dropping, { config })
    const kept = await app.client.post('w', { total: 2 })
    expect((await replay(app, 'w')).at('data.compared')).toBe(1)
    expect((await app.client.post('w', { total: 2 })).text).toBe(kept.text)
  })
})

describe('a replay of metadata', () => {
  const METHOD = 'metadata.http_method'

  test('has what the run saw', async () => {
    const answered = [mapTask('m', { 'data.a': { cat: [{ var: METHOD }, { var: 'metadata.query.a' }] } })]
    await using app = await openPair(answered, answered)
    await post(app, {}, '?a=1')
    expect((await replay(app, 'w')).at('data')).toMatchObject({ compared: 1, equal: 1 })
  })

  test('is not comparable when the version looks at more', async () => {
    await using app = await openPair(reading('data.x'), reading('metadata.query.a'))
    await post(app, {}, '?a=1')
    expect((await replay(app, 'w')).at('data')).toMatchObject({ compared: 0, not_comparable: 1 })
  })

  test('does without cookies and secrets, which are not kept', async () => {
    const cookies = { config: { request: { cookies_to_metadata: ['sid'] } } }
    await using app = await openPair(
      reading('metadata.cookies.sid'),
      reading('metadata.cookies.sid'),
      cookies,
    )
    await app.client.post('w', {}, { cookie: 'sid=1' })
    expect((await replay(app, 'w')).at('data.not_comparable')).toBe(1)
    await using other = await openPair(reading('metadata.query.token'), reading('metadata.query.token'))
    await post(other, {}, '?token=t0p')
    expect((await replay(other, 'w')).at('data.not_comparable')).toBe(1)
  })

  test('shows nothing of it in traces', async () => {
    await using app = await openPair(reading('metadata.query'), reading('metadata.query'))
    const id = await post(app, {}, '?a=1')
    const listed = await app.client.request('GET', '/api/v1/data/traces')
    expect(Object.keys(Object(listed.at('data.0')))).not.toContain('metadata_json')
    expect((await app.client.request('GET', `/api/v1/data/traces/${id}`)).text).not.toContain('metadata')
  })
})

describe('a replay is refused', () => {
  test.each([
    ['without a version', { version: null, filter: {} }, 400, 'version'],
    ['without requests', { version: 2 }, 400, 'trace_ids'],
    ['with two kinds of them', { version: 2, filter: {}, trace_ids: ['a'] }, 400, 'filter'],
    ['for more than a thousand', { version: 2, filter: {}, limit: 1001 }, 400, 'limit'],
    ['since no time', { version: 2, filter: { since: 'noon' } }, 400, 'filter.since'],
    ['for an unknown key', { version: 2, filter: { chanel: 'w' } }, 400, 'filter.chanel'],
    [
      'for a channel that runs something else',
      { version: 2, filter: { channel: 'x' } },
      400,
      'filter.channel',
    ],
    ['for an unknown version', { version: 3, filter: {} }, 404, undefined],
  ])('%s', async (_name, body, status, path) => {
    await using app = await openPair(flagging(1), flagging(2))
    const answer = await app.client.admin('POST', 'workflows/w/replay', body)
    expect([answer.status, answer.at('error.details.0.path')]).toEqual([status, path])
  })

  test('for an unknown workflow', async () => {
    await using app = await openApp()
    const answer = await replay(app, 'nope')
    expect([answer.status, answer.at('error.message')]).toEqual([404, "Workflow 'nope' not found"])
  })

  test('while another one runs', async () => {
    await using app = await openPair(flagging(1), flagging(2))
    await post(app, { total: 2 })
    const both = await Promise.all([replay(app, 'w'), replay(app, 'w')])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    expect((await replay(app, 'w')).status).toBe(200)
  })
})
