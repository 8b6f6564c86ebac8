import { describe, expect, test } from 'bun:test'
import { custom } from '../src/engine/test-run.ts'
import type { Json, JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import { readmeOrders, withThreshold } from './harness/changed-order.ts'
import type { Answer, Client } from './harness/client.ts'
import { outside, sendTask } from './harness/outside.ts'
import { channel, mapTask, parseTask, task, workflow } from './harness/samples.ts'
import { tempFolder } from './harness/temp-folder.ts'
import { until } from './harness/until.ts'

type Options = Parameters<typeof openApp>[0]

const TOTAL = { var: 'data.in.total' }
const flagging = (limit: number) => [
  parseTask(),
  mapTask('flag', { 'data.flagged': { '>': [TOTAL, limit] } }),
]

/** A draft of the workflow beside what is active. */
async function draft(client: Client, id: string, tasks: Json): Promise<void> {
  expect((await client.admin('POST', `workflows/${id}/versions`)).status).toBe(201)
  expect((await client.admin('PUT', `workflows/${id}`, { tasks })).status).toBe(200)
}

function patch(client: Client, body: JsonObject, id = 'w'): Promise<Answer> {
  return client.admin('PATCH', `workflows/${id}/status`, body)
}

const ON = { status: 'active', shadow: true }

/** One workflow with its channel, and a shadow of it. */
async function openShadow(
  first: Json,
  second: Json,
  options: Options = {},
  config: JsonObject = {},
): Promise<App> {
  const app = await openApp(options)
  await app.client.declare(workflow('w', first), channel('w', { config }))
  await draft(app.client, 'w', second)
  expect((await patch(app.client, ON)).status).toBe(200)
  return app
}

async function report(client: Client, id = 'w'): Promise<Json | undefined> {
  return (await client.admin('GET', `workflows/${id}/shadow`)).at('data')
}

/** What the shadow has found once it has done with so many requests. */
function after(client: Client, runs: number, id = 'w'): Promise<JsonObject> {
  return until(
    `${runs} runs of the shadow`,
    async () => {
      const found: JsonObject = Object(await report(client, id))
      const done = Number(found.compared) + Number(found.not_comparable) + Number(found.skipped)
      return done >= runs ? found : undefined
    },
    async () => JSON.stringify(await report(client, id)),
  )
}

describe('the shadow of the order example', () => {
  test('finds exactly the field that a changed threshold changes', async () => {
    await using app = await openApp()
    const orders = await readmeOrders()
    await app.client.declare(orders.workflow, orders.channel)
    await draft(app.client, 'orders', withThreshold(orders.workflow.tasks ?? [], 10_000, 20_000))
    await patch(app.client, ON, 'orders')
    for (const total of [500, 9000, 12_000, 30_000]) {
      await app.client.post('orders', { order_id: `ORD-${total}`, total })
    }
    expect(await after(app.client, 4, 'orders')).toEqual({
      version: 2,
      compared: 4,
      equal: 3,
      not_comparable: 0,
      fields: [
        {
          path: 'data.order.flagged',
          differences: 1,
          example: { trace_id: expect.any(String), old: true, new: false },
        },
      ],
      skipped: 0,
    })
  })
})

describe('a shadow', () => {
  test('leaves the status of its version alone, and is told in the audit log', async () => {
    await using app = await openShadow(flagging(1), flagging(2))
    const { client } = app
    const draft = await client.admin('GET', 'workflows/w')
    expect([draft.at('data.version'), draft.at('data.status')]).toEqual([2, 'draft'])
    expect((await patch(client, { shadow: false })).at('data.status')).toBe('draft')
    const audit = await client.admin('GET', 'audit-logs?limit=2')
    expect([audit.at('data.0.action'), audit.at('data.1.action')]).toEqual(['shadow_off', 'shadow_on'])
  })

  test('changes no byte of any answer, and neither trace nor log tells of it', async () => {
    const noisy = [...flagging(2), task('log', { message: 'from the draft', level: 'error' })]
    await using app = await openShadow(flagging(1), noisy)
    await using alone = await openApp()
    await alone.client.declare(workflow('w', flagging(1)), channel('w'))
    const same = (answer: Answer) => [
      answer.status,
      answer.text.replace(String(answer.at('id')), 'ID'),
      [...answer.headers].filter(([name]) => name !== 'x-request-id' && name !== 'date'),
    ]
    for (const data of [{ total: 2 }, { total: '2' }, [1], 'x']) {
      const [one, other] = [await app.client.post('w', data), await alone.client.post('w', data)]
      expect(same(one)).toEqual(same(other))
    }
    await after(app.client, 4)
    const traces = await app.client.request('GET', '/api/v1/data/traces')
    expect([traces.at('total'), traces.at('data.0.workflow_version')]).toEqual([4, 1])
    expect((await app.client.admin('GET', 'workflows/w/rollout')).at('data.sides.0.requests')).toBe(4)
    expect((await app.log()).join('\n')).not.toContain('from the draft')
  })

  test('does not make calls that write, and makes those that read', async () => {
    const far = outside()
    const sending = sendTask({ body_logic: { var: 'data.in' }, output: 'data.sent' })
    const calling = [parseTask(), sending, task('fetch', { output: 'data.found' })]
    const later = [...calling, mapTask('more', { 'data.more': 1 })]
    await using app = await openShadow(calling, later, { functions: far.functions })
    await app.client.post('w', { a: 1 })
    expect(await after(app.client, 1)).toMatchObject({ compared: 1, fields: [{ path: 'data.more' }] })
    expect([far.sent, far.fetched]).toEqual([[{ a: 1 }], 2])
  })

  test('is not comparable where it needs the answer of a call that did not happen', async () => {
    const far = outside()
    const needing = [sendTask({ output: 'data.sent' }), mapTask('m', { 'data.ok': { var: 'data.sent.ok' } })]
    await using app = await openShadow(needing, needing, { functions: far.functions })
    await app.client.post('w', {})
    expect(await after(app.client, 1)).toMatchObject({ compared: 0, not_comparable: 1 })
    expect(far.sent).toHaveLength(1)
  })

  test('sees the metadata that its request came with, whatever the active version made of it', async () => {
    const first = [mapTask('m', { 'metadata.region': 'changed', 'data.a': 1 })]
    const second = [
      mapTask('m', {
        'data.a': 1,
        'data.seen': [
          { var: 'metadata.region' },
          { var: 'metadata.query.q' },
          { var: 'metadata.headers.x-a' },
        ],
      }),
    ]
    await using app = await openShadow(first, second)
    await app.client.request('POST', '/api/v1/data/w?q=1', {
      body: { data: {}, metadata: { region: 'eu' } },
      headers: { 'x-a': 'b' },
    })
    expect((await after(app.client, 1)).fields).toEqual([
      { path: 'data.seen', differences: 1, example: { trace_id: expect.any(String), new: ['eu', '1', 'b'] } },
    ])
  })

  test('sees the payload as it came, whatever the active version made of it', async () => {
    const first = [parseTask(), mapTask('m', { 'data.in.list.0.a': 2, 'data.in.b': 2 })]
    await using app = await openShadow(first, [parseTask()])
    await app.client.post('w', { list: [{ a: 1 }], b: 1 })
    expect((await after(app.client, 1)).fields).toMatchObject([
      { path: 'data.in.b', example: { old: 2, new: 1 } },
      { path: 'data.in.list[0].a', example: { old: 2, new: 1 } },
    ])
  })

  test('may begin and end a hundred times under load, and every request is answered', async () => {
    await using app = await openShadow(flagging(1), flagging(2))
    const { client } = app
    let isOver = false
    const load = Array.from({ length: 4 }, async () => {
      const statuses = new Set<Json | undefined>()
      while (!isOver) {
        const answer = await client.post('w', { total: 2 })
        statuses.add(`${answer.status} ${answer.at('data.flagged')}`)
      }
      return [...statuses]
    })
    for (let n = 0; n < 100; n++) {
      expect((await patch(client, { shadow: n % 2 === 1 })).status).toBe(200)
    }
    isOver = true
    expect(await Promise.all(load)).toEqual(load.map(() => ['200 true']))
  })

  test('tells what fails with it', async () => {
    const failing = [task('publish_json', { source: 'none', target: 'x' })]
    await using app = await openShadow(flagging(1), failing)
    expect((await app.client.post('w', { total: 2 })).status).toBe(200)
    const { fields } = await after(app.client, 1)
    expect(fields).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ path: 'status', differences: 1 })]),
    )
  })

  test('runs beside both versions of a rollout, each with the one that answered', async () => {
    await using app = await openApp()
    const { client } = app
    await client.declare(workflow('w', [mapTask('m', { 'data.v': 1 })]), channel('w'))
    await draft(client, 'w', [mapTask('m', { 'data.v': 2 })])
    await patch(client, { status: 'active', rollout_percentage: 50 })
    await draft(client, 'w', [mapTask('m', { 'data.v': 2 })])
    expect((await patch(client, ON)).status).toBe(200)
    let newer = 0
    for (let n = 0; n < 30; n++) {
      if ((await client.post('w', {})).at('data.v') === 2) newer++
    }
    expect(await after(client, 30)).toMatchObject({ version: 3, compared: 30, equal: newer })
  })
})

describe('a shadow ends', () => {
  const gone = async (client: Client) => (await client.admin('GET', 'workflows/w/shadow')).status

  test('when its draft becomes active', async () => {
    await using app = await openShadow(flagging(1), flagging(2))
    expect((await app.client.setStatus('workflows', 'w', 'active')).status).toBe(200)
    expect(await gone(app.client)).toBe(404)
    expect((await app.client.post('w', { total: 2 })).at('data.flagged')).toBe(false)
    await draft(app.client, 'w', flagging(3))
    expect(await gone(app.client)).toBe(404)
  })

  test('when what it runs beside is archived, for good', async () => {
    await using app = await openShadow(flagging(1), flagging(2))
    await app.client.setStatus('workflows', 'w', 'archived')
    expect(await gone(app.client)).toBe(404)
    await app.client.admin('POST', 'workflows/w/rollback', { version: 1 })
    expect(await gone(app.client)).toBe(404)
  })

  test('when its workflow is deleted', async () => {
    await using app = await openShadow(flagging(1), flagging(2))
    expect((await app.client.admin('DELETE', 'workflows/w')).status).toBe(204)
    expect(await gone(app.client)).toBe(404)
  })

  test('when it is told to, by either body', async () => {
    for (const off of [{ shadow: false }, { status: 'active', shadow: false }]) {
      await using app = await openShadow(flagging(1), flagging(2))
      expect((await patch(app.client, off)).status).toBe(200)
      expect(await gone(app.client)).toBe(404)
      expect((await app.client.admin('GET', 'workflows/w')).at('data.status')).toBe('draft')
    }
  })
})

describe('a shadow goes on', () => {
  test('with new content from an edit on, and counts anew', async () => {
    await using app = await openShadow(flagging(1), flagging(2))
    await app.client.post('w', { total: 2 })
    expect(await after(app.client, 1)).toMatchObject({ equal: 0 })
    expect((await app.client.admin('PUT', 'workflows/w', { tasks: flagging(1) })).status).toBe(200)
    expect(await report(app.client)).toMatchObject({ compared: 0 })
    await app.client.post('w', { total: 2 })
    expect(await after(app.client, 1)).toMatchObject({ equal: 1 })
  })

  test('with its counts when something else changes', async () => {
    await using app = await openShadow(flagging(1), flagging(2))
    await app.client.post('w', { total: 2 })
    await after(app.client, 1)
    await app.client.declare(workflow('other', flagging(1)), channel('other'))
    await app.client.admin('POST', 'engine/reload')
    expect(await report(app.client)).toMatchObject({ compared: 1 })
  })

  test('after a restart', async () => {
    await using folder = await tempFolder()
    const options = { env: { ORION_STORAGE__URL: `sqlite:${folder.path}/orion.db` } }
    await (await openShadow(flagging(1), flagging(2), options))[Symbol.asyncDispose]()
    await using app = await openApp(options)
    await app.client.post('w', { total: 2 })
    expect(await after(app.client, 1)).toMatchObject({ version: 2, fields: [{ path: 'data.flagged' }] })
  })
})

describe('a hostile draft', () => {
  test('that never ends is stopped, and its channel answers as ever, with all of its permits', async () => {
    const hanging = custom('hang', () => new Promise(() => undefined))
    const config = { backpressure: { max_concurrent: 1 }, timeout_ms: 50 }
    await using app = await openShadow(flagging(1), [task('hang', {})], { functions: [hanging] }, config)
    for (let n = 0; n < 2; n++) {
      expect((await app.client.post('w', { total: 2 })).at('data.flagged')).toBe(true)
    }
    expect(await after(app.client, 2)).toMatchObject({ compared: 0, not_comparable: 2 })
  })

  test('that throws is no difference', async () => {
    const throwing = custom('throw', () => {
      throw new Error('a defect')
    })
    await using app = await openShadow(flagging(1), [task('throw', {})], { functions: [throwing] })
    expect((await app.client.post('w', { total: 2 })).status).toBe(200)
    expect((await after(app.client, 1)).fields).not.toEqual([])
  })

  test('that needs more operations than it may is not comparable', async () => {
    const sum = { reduce: [{ var: 'data.in' }, { '+': [{ var: 'current' }, { var: 'accumulator' }] }, 0] }
    await using app = await openShadow([parseTask()], [parseTask(), mapTask('sum', { 'data.sum': sum })])
    await app.client.post('w', new Array(150_000).fill(1))
    expect(await after(app.client, 1)).toMatchObject({ compared: 0, not_comparable: 1 })
  })

  test('that is slow makes nobody wait: what it does not come to is skipped', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    const slow = custom('slow', () => released.then(() => 200))
    await using app = await openShadow(flagging(1), [task('slow', {})], { functions: [slow] })
    const answers = await Promise.all(Array.from({ length: 100 }, () => app.client.post('w', { total: 2 })))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    const { skipped } = Object(await report(app.client))
    expect(skipped).toBeGreaterThanOrEqual(35)
    release()
    expect(await after(app.client, 100)).toMatchObject({ not_comparable: 0 })
  })
})

describe('a shadow is refused', () => {
  const refused = async (client: Client, body: JsonObject) => {
    const answer = await patch(client, body)
    return [answer.status, answer.at('error.code'), answer.at('error.message')]
  }

  test('without a draft, without an active version, and when none runs', async () => {
    await using app = await openApp()
    const { client } = app
    await client.admin('POST', 'workflows', workflow('w', flagging(1)))
    const noActive = "No active version found for workflow 'w' that its draft could run beside"
    expect(await refused(client, ON)).toEqual([400, 'BAD_REQUEST', noActive])
    await client.setStatus('workflows', 'w', 'active')
    expect(await refused(client, ON)).toEqual([400, 'BAD_REQUEST', "No draft version found for workflow 'w'"])
    await draft(client, 'w', flagging(2))
    const none = 'Workflow \'w\' has no shadow that could end; to activate the draft, leave "shadow" out'
    expect(await refused(client, { status: 'active', shadow: false })).toEqual([400, 'BAD_REQUEST', none])
    expect((await client.admin('GET', 'workflows/w/shadow')).status).toBe(404)
    expect((await client.admin('GET', 'workflows/nope/shadow')).at('error.message')).toBe(
      "Workflow 'nope' not found",
    )
  })

  test.each([
    ['with a share', { ...ON, rollout_percentage: 10 }, 'rollout_percentage'],
    ['with a rule that stops a rollout', { ...ON, stop_when: { after_requests: 10 } }, 'stop_when'],
    ['with another status', { status: 'archived', shadow: true }, 'status'],
    ['as a text', { status: 'active', shadow: 'yes' }, 'shadow'],
  ])('%s', async (_name, body, path) => {
    await using app = await openApp()
    await app.client.declare(workflow('w', flagging(1)), channel('w'))
    await draft(app.client, 'w', flagging(2))
    const answer = await patch(app.client, body)
    expect([answer.status, answer.at('error.details.0.path')]).toEqual([400, path])
    expect((await app.client.admin('GET', 'workflows/w')).at('data.status')).toBe('draft')
  })
})
