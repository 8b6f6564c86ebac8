import { describe, expect, test } from 'bun:test'
import type { JsonObject } from '../src/std/json.ts'
import { openApp } from './harness/app.ts'
import { declareTasks as declare } from './harness/declare-tasks.ts'
import { callTask, channel, mapTask, parseTask, workflow } from './harness/samples.ts'

/** A channel that calls whom its data name, and passes them on. */
const TO_NEXT = [
  parseTask(),
  callTask({ var: 'data.in.to' }, { data: { to: { var: 'data.in.after' }, after: null } }),
]

/** Channels `c0` to `cN` that each call the next one by a name that is computed; the last calls nobody. */
async function openRow(length: number, env: Record<string, string> = {}) {
  const app = await openApp({ env })
  await declare(app.client, `c${length}`, [mapTask('end', { 'data.end': true })])
  for (let at = length - 1; at >= 0; at--) {
    await declare(app.client, `c${at}`, [parseTask(), callTask({ cat: [`c${at + 1}`] })])
  }
  return app
}

const DEPTH = { ORION_ENGINE__MAX_CHANNEL_CALL_DEPTH: '3' }

describe('a chain of calls', () => {
  test('may be as long as it is by default, and no longer', async () => {
    await using app = await openRow(11)
    const fits = await app.client.post('c1', {})
    expect(fits.status).toBe(200)
    expect(fits.text).toContain('"end":true')
    const refused = await app.client.post('c0', {})
    expect(refused.status).toBe(400)
    const chain = Array.from({ length: 12 }, (_, at) => `c${at}`).join(' -> ')
    expect(refused.at('error')).toMatchObject({
      code: 'VALIDATION_ERROR',
      message: `channel_call: max call depth 10 exceeded (chain: ${chain})`,
    })
  })

  test('may be as long as configured', async () => {
    await using app = await openRow(4, DEPTH)
    expect((await app.client.post('c1', {})).status).toBe(200)
    expect((await app.client.post('c0', {})).at('error.message')).toContain('max call depth 3 exceeded')
  })

  test('that comes back to where the work came in is refused, and says the way once', async () => {
    await using app = await openApp()
    for (const name of ['a', 'b', 'c']) await declare(app.client, name, TO_NEXT)
    const self = await app.client.post('a', { to: 'a' })
    expect(self.status).toBe(400)
    expect(self.at('error.message')).toBe('channel_call: cycle detected: a -> a')
    const back = await app.client.post('a', { to: 'b', after: 'a' })
    expect(back.status).toBe(400)
    expect(back.at('error')).toMatchObject({
      code: 'VALIDATION_ERROR',
      message: 'channel_call: cycle detected: a -> b -> a',
    })
    const traces = await app.client.request('GET', '/api/v1/data/traces')
    expect(traces.at('total')).toBe(3)
  })

  test('may call the same channel twice, one after the other', async () => {
    await using app = await openApp()
    await declare(app.client, 'inner', [parseTask()])
    await declare(app.client, 'outer', [
      callTask('inner'),
      callTask('inner', { output: 'data.more' }, { id: 'again' }),
    ])
    const answer = await app.client.post('outer', 1)
    expect(answer.at('data')).toEqual({ out: { in: 1 }, more: { in: 1 } })
  })
})

describe('depth and chain', () => {
  const forged = { _orion_call_depth: 0, _orion_call_chain: [], channel: 'other', progress: {} }

  test('cannot be forged by the metadata of a request', async () => {
    await using app = await openRow(4, DEPTH)
    for (const metadata of [forged, { ...forged, _orion_call_depth: -5 }]) {
      const body = { data: {}, metadata }
      expect((await app.client.request('POST', '/api/v1/data/c0', { body })).status).toBe(400)
    }
    const deep = { data: {}, metadata: { ...forged, _orion_call_depth: 9, _orion_call_chain: ['c2'] } }
    expect((await app.client.request('POST', '/api/v1/data/c1', { body: deep })).status).toBe(200)
  })

  test('cannot be forged by headers', async () => {
    await using app = await openRow(4, DEPTH)
    const headers = { _orion_call_depth: '0', 'x-orion-call-depth': '0' }
    expect((await app.client.post('c0', {}, headers)).status).toBe(400)
  })

  test('cannot be forged by a workflow that writes into its metadata', async () => {
    await using app = await openApp({ env: DEPTH })
    const lie = mapTask('lie', { 'metadata._orion_call_depth': 0, 'metadata._orion_call_chain': [] })
    await declare(app.client, 'b', [lie, ...TO_NEXT])
    await declare(app.client, 'a', [lie, ...TO_NEXT])
    const answer = await app.client.post('a', { to: 'b', after: 'a' })
    expect(answer.at('error.message')).toBe('channel_call: cycle detected: a -> b -> a')
  })

  test('cannot be forged by who tests a workflow', async () => {
    await using app = await openRow(3, DEPTH)
    const tested = (target: string, metadata: JsonObject) => {
      const tasks = [callTask(target)]
      return app.client
        .admin('POST', 'workflows', workflow(`to-${target}`, tasks))
        .then(() => app.client.admin('POST', `workflows/to-${target}/test`, { data: {}, metadata }))
    }
    expect((await tested('c1', forged)).at('output.out.out.out')).toEqual({ end: true })
    const refused = await tested('c0', forged)
    expect(refused.status).toBe(400)
    expect(refused.at('error.message')).toContain('chain: __test__ -> c0 -> c1 -> c2 -> c3')
  })
})

test('the channels that a workflow calls are among its dependencies, those that are computed are told so', async () => {
  await using app = await openApp()
  const { client } = app
  await declare(client, 'prices', [mapTask('m', { 'data.p': 1 })])
  const tasks = [callTask('prices'), callTask({ cat: ['x'] }, {}, { id: 'computed' })]
  await client.admin('POST', 'workflows', workflow('w', tasks))
  const { body } = await client.admin('GET', 'workflows/w/dependencies')
  expect(body).toMatchObject({
    data: {
      connectors: [],
      channels: [
        { name: 'prices', id: 'prices', state: 'active', used_by: [{ task_id: 'call', operation: 'call' }] },
      ],
      dynamic: true,
      dynamic_uses: [{ task_id: 'computed', dynamic: ['channel'] }],
    },
  })
})

test('a rehearsal of a change that closes a cycle says that it would be refused', async () => {
  await using app = await openApp()
  const { client } = app
  await declare(client, 'b', [mapTask('m', { 'data.b': 1 })])
  await declare(client, 'a', [callTask('b')])
  await client.admin('POST', 'workflows/b/versions')
  await client.admin('PUT', 'workflows/b', { tasks: [callTask('a')] })
  const answer = await client.admin('PATCH', 'workflows/b/status?dry_run=true', { status: 'active' })
  expect(answer.text).toContain('channel_call cycle: b -> a -> b')
})

describe('a cycle of names that are written', () => {
  test('of a channel with itself is refused when it would go live', async () => {
    await using app = await openApp()
    const { client } = app
    await client.declare(workflow('a', [callTask('a')]))
    await client.admin('POST', 'channels', channel('a'))
    const refused = await client.setStatus('channels', 'a', 'active')
    expect(refused.status).toBe(400)
    expect(refused.at('error.message')).toContain('channel_call cycle: a -> a')
    expect((await client.post('a', {})).status).toBe(404)
  })

  test('of several is refused with the change that closes it, and the others stay', async () => {
    await using app = await openApp()
    const { client } = app
    await declare(client, 'c', [mapTask('m', { 'data.c': 1 })])
    await declare(client, 'b', [callTask('c')])
    await declare(client, 'a', [callTask('b')])
    await client.admin('POST', 'workflows/c/versions')
    await client.admin('PUT', 'workflows/c', { tasks: [callTask('a')] })
    const refused = await client.setStatus('workflows', 'c', 'active')
    expect(refused.status).toBe(400)
    expect(refused.at('error')).toMatchObject({
      code: 'BAD_REQUEST',
      message: 'Cannot go live: channel_call cycle: c -> a -> b -> c; a channel may not call itself',
    })
    expect((await client.post('a', {})).at('data')).toEqual({ out: { out: { c: 1 } } })
  })

  test('is told by validate, as is a name that nobody has', async () => {
    await using app = await openApp()
    const { client } = app
    await declare(client, 'prices', [mapTask('m', { 'data.c': 1 })])
    await declare(client, 'outer', [callTask('prices')])
    const found = async (id: string, target: string) => {
      const { body } = await client.admin('POST', 'workflows/validate', workflow(id, [callTask(target)]))
      return JSON.stringify(body)
    }
    expect(await found('prices', 'outer')).toContain(
      'the call comes back to where it began: prices -> outer -> prices',
    )
    const unknown = await found('new', 'prcies')
    expect(unknown).toContain("Channel 'prcies' is not there or not active")
    expect(unknown).toContain('"suggestion":"prices"')
    expect(await found('new', 'prices')).not.toContain('channel')
  })
})
