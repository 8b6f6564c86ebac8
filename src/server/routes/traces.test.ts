import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Store } from '../../storage/store.ts'
import { INSTANT, openTestStore, save, trace } from '../../storage/test-store.ts'
import { testServer } from '../test-server.ts'

let store: Store
let ask: ReturnType<typeof testServer>['ask']

beforeAll(async () => {
  store = await openTestStore(':memory:')
  ask = testServer({ traces: store.traces }).ask
  const rows = [
    trace({ id: 't-1', result_json: '{"id":"t-1","status":"ok","data":{"b":1,"a":"é"},"errors":[]}' }),
    trace({
      id: 't-2',
      status: 'failed',
      result_json: null,
      error_message: 'no such thing',
      workflow_version: 4,
    }),
    trace({
      id: 't-3',
      channel: 'other',
      mode: 'async',
      status: 'pending',
      result_json: null,
      workflow_version: null,
      duration_ms: null,
      started_at: null,
      completed_at: null,
    }),
    trace({ id: 'a/b', result_json: null }),
  ]
  await save(store, ...rows.map(row => store.traces.insert(row)))
})

afterAll(() => store[Symbol.asyncDispose]())

async function read(path: string) {
  const response = await ask('GET', `/api/v1/data/traces${path}`)
  return { status: response.status, body: JSON.parse(await response.text()) }
}

describe('one trace', () => {
  test('that completed shows its answer as it was written', async () => {
    expect((await read('/t-1')).body).toEqual({
      id: 't-1',
      channel: 'orders',
      status: 'completed',
      mode: 'sync',
      message: { id: 't-1', status: 'ok', data: { b: 1, a: 'é' }, errors: [] },
      workflow_version: 1,
      started_at: INSTANT,
      completed_at: INSTANT,
      duration_ms: 1.25,
      created_at: INSTANT,
    })
  })

  test('that failed shows its error and no message', async () => {
    const { body } = await read('/t-2')
    expect(body).toMatchObject({ status: 'failed', error: 'no such thing', workflow_version: 4 })
    expect(body).not.toHaveProperty('message')
  })

  test('that has not begun shows what is known and no more', async () => {
    expect((await read('/t-3')).body).toEqual({
      id: 't-3',
      channel: 'other',
      status: 'pending',
      mode: 'async',
      created_at: INSTANT,
    })
  })

  test('is found by its decoded id', async () => expect((await read('/a%2Fb')).body.id).toBe('a/b'))

  test('that is unknown is 404', async () => {
    const { status, body } = await read('/nope')
    expect(status).toBe(404)
    expect(body.error).toMatchObject({ code: 'NOT_FOUND', message: "Trace 'nope' not found" })
  })
})

describe('the list', () => {
  test('has full rows and JSON columns as text', async () => {
    const { body } = await read('?limit=2&offset=1')
    expect(body).toMatchObject({ total: 4, limit: 2, offset: 1 })
    expect(body.data).toHaveLength(2)
    expect((await read('?status=failed')).body.data[0]).toEqual({
      ...trace({
        id: 't-2',
        status: 'failed',
        result_json: null,
        error_message: 'no such thing',
        workflow_version: 4,
      }),
    })
  })

  test.each([
    ['status=completed', 2],
    ['channel=other', 1],
    ['mode=async', 1],
    ['mode=async&status=completed', 0],
    ["channel=orders' or 1=1 --", 0],
    ['status=unknown', 0],
  ])('%p finds %i', async (query, total) =>
    expect((await read(`?${encodeURI(query)}`)).body.total).toBe(total),
  )

  test('is sorted by what is asked for', async () => {
    const channels = (await read('?sort_by=channel&sort_order=asc')).body.data.map(
      (row: { channel: string }) => row.channel,
    )
    expect(channels).toEqual(['orders', 'orders', 'orders', 'other'])
  })
})

test('traces are open when admin keys are set, and to other machines when none is', async () => {
  const keyed = testServer({
    traces: store.traces,
    adminAccess: { keys: ['key-one-111'], header: 'Authorization', allowOpen: false },
  })
  expect((await keyed.ask('GET', '/api/v1/data/traces')).status).toBe(200)
  expect(
    (await ask('GET', '/api/v1/data/traces/t-1', undefined, { 'x-forwarded-for': '10.0.0.1' })).status,
  ).toBe(200)
})
