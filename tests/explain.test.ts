import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import { channel, mapTask, parseTask, workflow } from './harness/samples.ts'

const EXPLAIN = { 'x-orion-explain': '1' }

const total = { var: 'data.in.total' }
const review = workflow('review', [
  parseTask(),
  mapTask('mark', { 'data.large': { '>': [total, 100] } }),
  mapTask('note', { 'data.note': 'a person looks at it' }, { condition: { var: 'data.large' } }),
])

async function opened(
  definition: JsonObject,
  config: JsonObject = { explain: true },
  toml = '',
): Promise<App> {
  const app = await openApp({ config: toml })
  await app.client.declare(definition, channel(String(definition.workflow_id), { config }))
  return app
}

/** The trace of a run, by the id of its answer. */
async function traceOf({ client }: App, id: Json | undefined) {
  return client.request('GET', `/api/v1/data/traces/${id}`)
}

describe('a live request with x-orion-explain: 1', () => {
  test('is answered as always, and explained in its trace', async () => {
    await using app = await opened(review)
    const plain = await app.client.post('review', { total: 30 })
    const asked = await app.client.post('review', { total: 30 }, EXPLAIN)
    expect(asked.status).toBe(200)
    expect(asked.at('data')).toEqual(plain.at('data') ?? null)
    expect(asked.text).not.toContain('explain')

    const trace = await traceOf(app, asked.at('id'))
    expect(trace.at('explain.matched')).toBe(true)
    expect(trace.at('explain.steps')).toMatchObject([
      { task_id: 'parse_json', result: 'executed', explain: [] },
      {
        task_id: 'mark',
        result: 'executed',
        explain: [
          {
            at: 'tasks[1].function.input.mappings[0].logic',
            target: 'data.large',
            expression: { '>': [total, 100] },
            result: false,
            because: 'data.in.total > 100 is false: data.in.total is 30',
            variables: { 'data.in.total': 30 },
          },
        ],
      },
      {
        task_id: 'note',
        result: 'skipped',
        explain: [{ at: 'tasks[2].condition', result: false, variables: { 'data.large': false } }],
      },
    ])
  })

  test('is in the list of traces as text', async () => {
    await using app = await opened(review)
    await app.client.post('review', { total: 30 }, EXPLAIN)
    const row = (await app.client.request('GET', '/api/v1/data/traces')).at('data.0.explain_json')
    expect(JSON.parse(String(row))).toMatchObject({ matched: true })
  })

  test.each([
    ['without the header', {}],
    ['with another value', { 'x-orion-explain': 'true' }],
  ])('%s there is no explanation', async (_, headers) => {
    await using app = await opened(review)
    const answer = await app.client.post('review', { total: 30 }, headers)
    expect((await traceOf(app, answer.at('id'))).body).not.toHaveProperty('explain')
  })

  test('is nothing special on a channel that does not allow it', async () => {
    await using app = await opened(review, {})
    const answer = await app.client.post('review', { total: 30 }, EXPLAIN)
    expect((await traceOf(app, answer.at('id'))).body).not.toHaveProperty('explain')
  })

  test('leaves a trace although this run would not have been sampled, or had no error', async () => {
    await using app = await opened(review, { explain: true, tracing: { sample_rate: 0, errors_only: true } })
    await app.client.post('review', { total: 1 })
    const answer = await app.client.post('review', { total: 30 }, EXPLAIN)
    const list = await app.client.request('GET', '/api/v1/data/traces')
    expect(list.at('total')).toBe(1)
    expect((await traceOf(app, answer.at('id'))).at('explain.matched')).toBe(true)
  })

  test('leaves none where traces are off', async () => {
    await using app = await opened(review, { explain: true, tracing: { mode: 'off' } })
    expect((await app.client.post('review', { total: 30 }, EXPLAIN)).status).toBe(200)
    expect((await app.client.request('GET', '/api/v1/data/traces')).at('total')).toBe(0)
  })

  test('that fails tells in its trace which rule did, and on what', async () => {
    await using app = await opened(review)
    const answer = await app.client.post('review', { total: 'many' }, EXPLAIN)
    expect(answer.status).toBe(500)
    const trace = (await app.client.request('GET', '/api/v1/data/traces?status=failed')).at(
      'data.0.explain_json',
    )
    expect(JSON.parse(String(trace)).steps.at(-1)).toMatchObject({
      task_id: 'mark',
      result: 'failed',
      explain: [{ because: 'data.in.total > 100 fails with NaN: data.in.total is "many"' }],
    })
  })

  test('shows no credential that the data holds', async () => {
    const login = workflow('login', [
      parseTask(),
      mapTask('use', {
        'data.auth': { cat: ['Bearer ', { var: 'data.in.api_key' }] },
        'data.known': { '==': [{ var: 'data.in.user.password' }, 'hunter-written'] },
        'data.copy': { var: 'data.in.user' },
        'data.url': { var: 'data.in.url' },
      }),
    ])
    await using app = await opened(login)
    const secrets = {
      api_key: 'hunter-1',
      user: { name: 'Ada', password: 'hunter-2' },
      url: 'http://a:hunter-3@h/',
    }
    const answer = await app.client.post('login', secrets, EXPLAIN)
    const explain = JSON.stringify((await traceOf(app, answer.at('id'))).at('explain'))
    expect(explain).not.toContain('hunter')
    expect(explain).toContain('Ada')
    expect(explain).toContain('"data.in.api_key":"******"')
    expect(explain).toContain('http://******:******@h/')
  })

  test('is explained within bounds, however much it does', async () => {
    const busy = workflow('busy', [
      parseTask(),
      ...Array.from({ length: 100 }, (_, at) =>
        mapTask(`t${at}`, {
          [`data.r${at}`]: {
            length: {
              filter: [{ var: 'data.in' }, { and: [{ '>': [{ var: '' }, 1] }, { '<': [{ var: '' }, 9] }] }],
            },
          },
        }),
      ),
    ])
    await using app = await opened(busy)
    const data = Array.from({ length: 2000 }, (_, at) => at)
    const answer = await app.client.post('busy', data, EXPLAIN)
    expect(answer.at('data.r99')).toBe(7)
    const trace = await traceOf(app, answer.at('id'))
    expect(JSON.stringify(trace.at('explain')).length).toBeLessThan(100_000)
    expect(Number(trace.at('explain.omitted'))).toBeGreaterThan(0)
    expect(trace.at('explain.steps.100.task_id')).toBe('t99')
  })

  test('and those beside it do not mix', async () => {
    await using app = await opened(review)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => app.client.post('review', { total: at * 10 }, EXPLAIN)),
    )
    for (const [at, answer] of answers.entries()) {
      const trace = await traceOf(app, answer.at('id'))
      expect(trace.at('explain.steps.1.explain.0.variables')).toEqual({ 'data.in.total': at * 10 })
    }
  })
})

describe('a profile', () => {
  const ENABLED = '[tracing]\ndebug_profile_enabled = true\n'

  test.each([
    ['x-orion-profile: 1', 'review', { 'x-orion-profile': '1' }],
    ['?profile=1', 'review?a=b&profile=1', {}],
  ])('is in the answer when %s asks for it', async (_, path, headers) => {
    await using app = await opened(review, {}, ENABLED)
    const answer = await app.client.post(path, { total: 300 }, headers)
    expect(answer.at('data.note')).toBe('a person looks at it')
    expect(answer.at('_orion.profile')).toMatchObject({
      version: 1,
      request_total_ms: expect.any(Number),
      handlers_total_ms: expect.any(Number),
      phases: [
        { name: 'engine_lock_wait', ms: 0, pct: 0 },
        { name: 'handlers' },
        { name: 'workflow_overhead' },
        { name: 'trace_store' },
      ],
      handlers: [{ function: 'parse_json' }, { function: 'map' }, { function: 'map' }],
      by_function: { parse_json: { count: 1 }, map: { count: 2 } },
      by_connector: {},
    })
    const trace = await traceOf(app, answer.at('id'))
    expect(trace.text).not.toContain('_orion')
  })

  test('and an explanation can be had together', async () => {
    await using app = await opened(review, { explain: true }, ENABLED)
    const answer = await app.client.post('review', { total: 300 }, { ...EXPLAIN, 'x-orion-profile': '1' })
    expect(answer.at('_orion.profile.version')).toBe(1)
    expect((await traceOf(app, answer.at('id'))).at('explain.matched')).toBe(true)
  })

  test.each([
    ['is not there without being asked for', ENABLED, 'review', {}],
    ['is not there for profile=0', ENABLED, 'review?profile=0', {}],
    ['is not there unless the server is told to', '', 'review?profile=1', { 'x-orion-profile': '1' }],
  ])('%s', async (_, toml, path, headers) => {
    await using app = await opened(review, { explain: true }, toml)
    expect((await app.client.post(path, { total: 3 }, headers)).body).not.toHaveProperty('_orion')
  })
})
