import { describe, expect, test } from 'bun:test'
import { openApp } from './harness/app.ts'
import { channel, echoWorkflow, mapTask, workflow } from './harness/samples.ts'

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

async function openChannels() {
  const app = await openApp()
  await app.client.declare(echoWorkflow('echo'), channel('echo'))
  await app.client.declare(
    workflow('failing', [mapTask('m', { 'data.x': { throw: 'x' } })]),
    channel('failing'),
  )
  return app
}

describe('a trace', () => {
  test('of a completed run is the answer, with times', async () => {
    await using app = await openChannels()
    const answer = await app.client.post('echo', { a: 1 })
    const trace = await app.client.request('GET', `/api/v1/data/traces/${answer.at('id')}`)
    expect(trace.body).toEqual({
      id: answer.at('id') ?? null,
      channel: 'echo',
      status: 'completed',
      mode: 'sync',
      message: answer.body,
      workflow_version: 1,
      started_at: TIME,
      completed_at: TIME,
      duration_ms: expect.any(Number),
      created_at: TIME,
    })
  })

  test('of a failed run says why, and what it had collected', async () => {
    await using app = await openChannels()
    await app.client.post('failing', {})
    const list = await app.client.request('GET', '/api/v1/data/traces?status=failed')
    const trace = await app.client.request('GET', `/api/v1/data/traces/${list.at('data.0.id')}`)
    const error =
      'Task error: Task m failed with status 500: the mapping to "data.x" failed: Thrown: {"type":"x"}'
    expect(trace.body).toMatchObject({ status: 'failed', error })
    expect(trace.at('message')).toMatchObject({ status: 'failed', data: {}, errors: [{}, {}] })
  })

  test('in the list is a whole row, its JSON as text', async () => {
    await using app = await openChannels()
    const answer = await app.client.post('echo', { a: [1, 'ä'] })
    const { body } = await app.client.request('GET', '/api/v1/data/traces')
    expect(body).toEqual({
      data: [
        {
          id: answer.at('id') ?? null,
          channel: 'echo',
          channel_id: 'echo',
          mode: 'sync',
          status: 'completed',
          workflow_version: 1,
          input_json: '{"a":[1,"ä"]}',
          result_json: answer.text,
          error_message: null,
          duration_ms: expect.any(Number),
          started_at: TIME,
          completed_at: TIME,
          created_at: TIME,
          updated_at: TIME,
          explain_json: null,
          answer_notes_json: null,
        },
      ],
      total: 1,
      limit: 50,
      offset: 0,
    })
  })

  test('is there when its answer is', async () => {
    await using app = await openChannels()
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, n) => {
        const answer = await app.client.post('echo', { n })
        const trace = await app.client.request('GET', `/api/v1/data/traces/${answer.at('id')}`)
        return [trace.status, trace.at('message.data.in.n') === n]
      }),
    )
    expect(answers).toEqual(Array(50).fill([200, true]))
  })

  test('outlives its channel', async () => {
    await using app = await openChannels()
    const answer = await app.client.post('echo', {})
    await app.client.admin('DELETE', 'channels/echo')
    expect((await app.client.request('GET', `/api/v1/data/traces/${answer.at('id')}`)).status).toBe(200)
  })
})

describe('the list', () => {
  test('is paged', async () => {
    await using app = await openChannels()
    for (let n = 0; n < 5; n++) await app.client.post('echo', { n })
    const { body } = await app.client.request('GET', '/api/v1/data/traces?limit=2&offset=2')
    expect(body).toMatchObject({ total: 5, limit: 2, offset: 2 })
    expect(Object(body).data).toHaveLength(2)
  })

  test('is filtered by status and channel', async () => {
    await using app = await openChannels()
    await app.client.post('echo', {})
    await app.client.post('failing', {})
    const of = (query: string) => app.client.request('GET', `/api/v1/data/traces?${query}`)
    expect((await of('status=completed')).body).toMatchObject({ data: [{ channel: 'echo' }], total: 1 })
    expect((await of('channel=failing')).body).toMatchObject({ data: [{ status: 'failed' }], total: 1 })
    expect((await of('channel=echo&status=failed')).body).toMatchObject({ data: [], total: 0 })
  })
})

describe('tracing.storage', () => {
  const counted = async (env: Record<string, string>, config = {}) => {
    await using app = await openApp({ env })
    const { client } = app
    await client.declare(echoWorkflow('echo'), channel('echo', { config }))
    await client.declare(
      workflow('failing', [mapTask('m', { 'data.x': { throw: 'x' } })]),
      channel('failing', { config }),
    )
    const answer = await client.post('echo', {})
    await client.post('failing', {})
    expect([answer.status, answer.at('status')]).toEqual([200, 'ok'])
    const traces = await client.request('GET', '/api/v1/data/traces?sort_by=channel&sort_order=asc')
    const rows = traces.at('data')
    return Array.isArray(rows) ? rows.map(row => Object(row).status) : []
  }

  test('sync keeps completed and failed runs', async () => {
    expect(await counted({})).toEqual(['completed', 'failed'])
  })

  test('off keeps none', async () => {
    expect(await counted({ ORION_TRACING__STORAGE__MODE: 'off' })).toEqual([])
  })

  test('errors_only keeps the failed ones', async () => {
    expect(await counted({ ORION_TRACING__STORAGE__ERRORS_ONLY: 'true' })).toEqual(['failed'])
  })

  test('a sample rate of 0 keeps none', async () => {
    expect(await counted({ ORION_TRACING__STORAGE__SAMPLE_RATE: '0' })).toEqual([])
  })

  test('a channel decides for itself, either way', async () => {
    expect(await counted({}, { tracing: { mode: 'off' } })).toEqual([])
    expect(await counted({ ORION_TRACING__STORAGE__MODE: 'off' }, { tracing: { mode: 'sync' } })).toEqual([
      'completed',
      'failed',
    ])
    expect(await counted({}, { tracing: { errors_only: true } })).toEqual(['failed'])
    expect(await counted({}, { tracing: { sample_rate: 0 } })).toEqual([])
    expect(
      await counted({ ORION_TRACING__STORAGE__ERRORS_ONLY: 'true' }, { tracing: { errors_only: false } }),
    ).toEqual(['completed', 'failed'])
  })

  test('a run that answers with errors counts as one that has them', async () => {
    await using app = await openApp({ env: { ORION_TRACING__STORAGE__ERRORS_ONLY: 'true' } })
    const tasks = [mapTask('m', { 'data.x': { throw: 'x' } }, { continue_on_error: true })]
    await app.client.declare(workflow('w', tasks), channel('w'))
    expect((await app.client.post('w', {})).status).toBe(200)
    expect((await app.client.request('GET', '/api/v1/data/traces')).at('data.0.status')).toBe('completed')
  })
})
