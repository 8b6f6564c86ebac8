import { describe, expect, test } from 'bun:test'
import { EngineError } from '../src/engine/engine-error.ts'
import type { FunctionDescriptor } from '../src/engine/functions-api.ts'
import { custom } from '../src/engine/test-run.ts'
import type { JsonObject } from '../src/std/json.ts'
import { nextTurn } from '../src/std/next-turn.ts'
import { openApp } from './harness/app.ts'
import type { Answer, Client } from './harness/client.ts'
import { runLoad } from './harness/load.ts'
import { activate, answeredBy, declareFirst, draft, share, versions } from './harness/rollout.ts'
import { mapTask, task } from './harness/samples.ts'
import { seededChance } from './harness/seeded-chance.ts'

/** The version that answered each of `total` requests. */
async function answers(total: number, ask: (n: number) => Promise<Answer>): Promise<number[]> {
  const by: number[] = []
  const send = async (n: number) => {
    by[n] = answeredBy(await ask(n))
  }
  const { failures } = await runLoad({ connections: 20, total, send })
  expect(failures).toEqual([])
  return by
}

const countOf = (by: readonly number[], version: number) => by.filter(one => one === version).length

describe('without a key', () => {
  test('900 to 1,100 of 10,000 requests go to a version with 10 %', async () => {
    await using app = await openApp({ chance: seededChance(1) })
    await declareFirst(app.client)
    await draft(app.client, 2)
    await activate(app.client, 10)
    const by = await answers(10_000, () => app.client.post('w', {}))
    expect(countOf(by, 2)).toBeWithin(900, 1101)
    expect(countOf(by, 1) + countOf(by, 2)).toBe(10_000)
  })

  test('a share that is moved is in force when that is answered', async () => {
    await using app = await openApp({ chance: seededChance(2) })
    await declareFirst(app.client)
    await draft(app.client, 2)
    await activate(app.client, 0)
    expect(countOf(await answers(500, () => app.client.post('w', {})), 2)).toBe(0)
    await share(app.client, 50)
    expect(countOf(await answers(1000, () => app.client.post('w', {})), 2)).toBeWithin(430, 571)
    await share(app.client, 100)
    expect(countOf(await answers(500, () => app.client.post('w', {})), 2)).toBe(500)
  })
})

const KEYS = 2000
const key = (n: number) => `user-${n}`

/** How a channel may keep somebody with one version, and how request `n` says who it is. */
const STICKY: readonly (readonly [string, JsonObject, (client: Client, n: number) => Promise<Answer>])[] = [
  [
    'a header',
    { rollout_sticky_header: 'X-User' },
    (client, n) => client.post('w', {}, { 'x-user': key(n) }),
  ],
  [
    'a field of the body',
    { rollout_key: { var: 'data.user' } },
    (client, n) => client.post('w', { user: n }),
  ],
  [
    'the query',
    { rollout_key: { cat: [{ var: 'query.user' }, '/', { var: 'headers.x-shop' }] } },
    (client, n) => client.post(`w?user=${n}`, {}, { 'x-shop': 'a' }),
  ],
]

describe.each(STICKY)('by %s', (_what, config, ask) => {
  test('a key never changes sides back while the share grows', async () => {
    await using app = await openApp()
    const { client } = app
    await declareFirst(client, config)
    await draft(client, 2)
    await activate(client, 0)
    let newer = new Set<number>()
    for (const percentage of [1, 5, 25, 50, 100]) {
      expect((await share(client, percentage)).status).toBe(200)
      const by = await answers(KEYS, n => ask(client, n))
      const now = new Set(by.flatMap((version, n) => (version === 2 ? [n] : [])))
      expect([...newer].filter(n => !now.has(n))).toEqual([])
      expect(Math.abs(now.size / KEYS - percentage / 100)).toBeLessThan(0.04)
      // The same again, whatever is asked in between.
      for (const n of [0, 1, 2, 3, 5, 8, 13]) {
        expect(answeredBy(await ask(client, n))).toBe(now.has(n) ? 2 : 1)
      }
      newer = now
    }
  })
})

test('another rollout begins with other keys', async () => {
  await using app = await openApp()
  const { client } = app
  await declareFirst(client, { rollout_sticky_header: 'x-user' })
  const first = async (version: number) => {
    await draft(client, version)
    await activate(client, 10)
    const by = await answers(KEYS, n => client.post('w', {}, { 'x-user': key(n) }))
    return new Set(by.flatMap((one, n) => (one === version ? [n] : [])))
  }
  const [one, other] = [await first(2), await first(3)]
  const both = [...one].filter(n => other.has(n)).length
  expect([one.size, other.size].every(size => size > 100)).toBe(true)
  expect(both).toBeLessThan(60)
})

test.each<[string, JsonObject, JsonObject, Record<string, string>]>([
  ['no header', { rollout_sticky_header: 'x-user' }, {}, {}],
  ['an empty header', { rollout_sticky_header: 'x-user' }, {}, { 'x-user': '' }],
  ['a key that is null', { rollout_key: { var: 'data.user' } }, { user: null }, {}],
  ['a key that fails', { rollout_key: { throw: 'no' } }, {}, {}],
])('with %s a request goes to either', async (_what, config, data, headers) => {
  await using app = await openApp({ chance: seededChance(3) })
  await declareFirst(app.client, config)
  await draft(app.client, 2)
  await activate(app.client, 50)
  const by = await answers(400, () => app.client.post('w', data, headers))
  expect(countOf(by, 2)).toBeWithin(150, 251)
})

/** Header `x-user` that falls to each version, as the channel itself says. */
async function userOf(client: Client, version: number): Promise<Record<string, string>> {
  for (let n = 0; n < 200; n++) {
    const headers = { 'x-user': key(n) }
    if (answeredBy(await client.post('w', { probe: n }, headers)) === version) return headers
  }
  throw new Error(`Nobody of 200 falls to version ${version}`)
}

const cached = ({ headers }: Answer) => headers.get('x-orion-cache')

describe('kept answers', () => {
  const config = { rollout_sticky_header: 'x-user', cache: { enabled: true, ttl_secs: 300 } }

  test('are of the version to which the request falls', async () => {
    await using app = await openApp()
    const { client } = app
    await declareFirst(client, config)
    await draft(client, 2)
    await activate(client, 50)
    const [one, two] = [await userOf(client, 1), await userOf(client, 2)]
    for (const [user, version, cache] of [
      [one, 1, 'miss'],
      [two, 2, 'miss'],
      [one, 1, 'hit'],
      [two, 2, 'hit'],
    ] as const) {
      const answer = await client.post('w', { sku: 'a' }, user)
      expect([answeredBy(answer), cached(answer)]).toEqual([version, cache])
    }
  })

  test('of a version that still serves stay, those of one that is gone do not come back', async () => {
    await using app = await openApp()
    const { client } = app
    await declareFirst(client, config)
    const first = await client.post('w', { sku: 'a' })
    await draft(client, 2)
    await activate(client, 0)
    const beside = await client.post('w', { sku: 'a' })
    expect([beside.text, cached(beside)]).toEqual([first.text, 'hit'])

    await share(client, 100)
    const second = await client.post('w', { sku: 'a' })
    expect([answeredBy(second), cached(second)]).toEqual([2, 'miss'])

    const back = await client.admin('POST', 'workflows/w/rollback', { version: 1 })
    expect(back.at('data.version')).toBe(3)
    const third = await client.post('w', { sku: 'a' })
    expect([third.headers.get('x-orion-workflow-version'), third.at('data.by'), cached(third)]).toEqual([
      '3',
      1,
      'miss',
    ])
  })

  test('never cross, at random and under load, whether misses wait for each other or not', async () => {
    for (const coalesce_misses of [false, true]) {
      await using app = await openApp({ chance: seededChance(4) })
      const { client } = app
      await declareFirst(client, { cache: { enabled: true, coalesce_misses } })
      await draft(client, 2)
      await activate(client, 50)
      const seen = new Map<string, Set<string>>()
      const by = await answers(2000, async n => {
        const answer = await client.post('w', { sku: n % 50 })
        const version = answer.headers.get('x-orion-workflow-version') ?? ''
        seen.set(answer.text, (seen.get(answer.text) ?? new Set()).add(version))
        return answer
      })
      expect(countOf(by, 2)).toBeWithin(900, 1101)
      expect([...seen.values()].every(one => one.size === 1)).toBe(true)
      expect(seen.size).toBeLessThan(400)
    }
  })
})

test('a replay is the answer of the first request, whichever version it fell to', async () => {
  await using app = await openApp({ chance: seededChance(5) })
  const { client } = app
  const deduplication = { header: 'idempotency-key', on_duplicate: 'replay' }
  await declareFirst(client, { deduplication })
  await draft(client, 2)
  await activate(client, 50)
  const sides = new Set<number>()
  for (let n = 0; n < 20; n++) {
    const ask = () => client.post('w', { n }, { 'idempotency-key': `k${n}` })
    const first = await ask()
    for (let again = 0; again < 5; again++) {
      const replayed = await ask()
      expect([replayed.text, answeredBy(replayed)]).toEqual([first.text, answeredBy(first)])
    }
    sides.add(answeredBy(first))
  }
  expect(sides).toEqual(new Set([1, 2]))
})

describe('who answered', () => {
  const never = custom('never', () => new Promise(() => undefined))

  test('is in the trace and in the header of each side', async () => {
    await using app = await openApp({ chance: seededChance(6) })
    const { client } = app
    await declareFirst(client, { tracing: { mode: 'sync' } })
    await draft(client, 2)
    await activate(client, 50)
    const by = new Set<number>()
    for (let n = 0; n < 20; n++) {
      const answer = await client.post('w', {})
      by.add(answeredBy(answer))
      const trace = await client.request('GET', `/api/v1/data/traces/${answer.at('id')}`)
      expect(trace.at('workflow_version')).toBe(answeredBy(answer))
    }
    expect(by).toEqual(new Set([1, 2]))
  })

  test('is who is explained', async () => {
    await using app = await openApp({ chance: seededChance(8) })
    const { client } = app
    await declareFirst(client, { tracing: { mode: 'sync' }, explain: true })
    await draft(client, 2)
    await activate(client, 50)
    const by = await answers(20, () => client.post('w', {}, { 'x-orion-explain': '1' }))
    expect(new Set(by)).toEqual(new Set([1, 2]))
    const traces = await client.request('GET', '/api/v1/data/traces')
    expect(traces.at('total')).toBe(20)
  })

  test.each([
    [
      'fails',
      [
        task('parse_json', { source: 'payload.nothing', target: 'x' }),
        mapTask('m', { 'data.a': { throw: 'no' } }),
      ],
      500,
    ],
    ['is too slow', [task('never', {})], 504],
  ])('is told when it %s', async (_how, tasks, status) => {
    await using app = await openApp({ functions: [never] })
    const { client } = app
    await declareFirst(client, { tracing: { mode: 'sync' }, timeout_ms: 20 })
    await draft(client, 2, tasks)
    await activate(client, 100)
    const answer = await client.post('w', {})
    expect([answer.status, answer.headers.get('x-orion-workflow-version')]).toEqual([status, '2'])
    const traces = await client.request('GET', '/api/v1/data/traces?status=failed')
    expect(traces.at('data.0.workflow_version')).toBe(2)
  })

  test('is told again with an error that is replayed', async () => {
    const effect: FunctionDescriptor = {
      ...custom('effect', () => {
        throw new EngineError('Task', 'no')
      }),
      retrySafety: 'unsafe_write',
    }
    await using app = await openApp({ functions: [effect] })
    const { client } = app
    const deduplication = { header: 'idempotency-key', on_duplicate: 'replay' }
    await declareFirst(client, { deduplication })
    await draft(client, 2, [task('effect', {})])
    await activate(client, 100)
    const ask = () => client.post('w', {}, { 'idempotency-key': 'k' })
    const [first, again] = [await ask(), await ask()]
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([500, 'true'])
    for (const answer of [first, again]) expect(answer.headers.get('x-orion-workflow-version')).toBe('2')
  })

  test('is nobody when the request is refused before a run', async () => {
    await using app = await openApp()
    const { client } = app
    await declareFirst(client, { validation_logic: { var: 'data.ok' } })
    const answer = await client.post('w', {})
    expect([answer.status, answer.headers.get('x-orion-workflow-version')]).toEqual([400, null])
  })
})

test('1,000 changes of status and share under load fail no request, and no answer is mixed', async () => {
  await using app = await openApp({ chance: seededChance(7) })
  const { client } = app
  await declareFirst(client)
  const done = new AbortController()
  const load = runLoad({
    connections: 10,
    signal: done.signal,
    send: async n => {
      const by = answeredBy(await client.post('w', { n }))
      await nextTurn()
      return by
    },
  })
  let changes = 0
  const change = async (made: Promise<Answer>) => {
    const answer = await made
    expect([answer.status, answer.text]).toEqual([200, expect.any(String)])
    changes++
  }
  for (let version = 2; changes < 1000; version++) {
    await draft(client, version)
    await change(activate(client, 20))
    for (const percentage of [30, 60, 90]) await change(share(client, percentage))
    await change(share(client, 100))
  }
  done.abort()
  const { outcomes, failures } = await load
  expect(failures).toEqual([])
  expect(outcomes.length).toBeGreaterThan(1000)
  expect(new Set(outcomes).size).toBeGreaterThan(100)
  expect(await versions(client)).toContain('201 active 100')
})
