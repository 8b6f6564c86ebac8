import { describe, expect, test } from 'bun:test'
import { EngineError } from '../src/engine/engine-error.ts'
import type { FunctionDescriptor, Task } from '../src/engine/functions-api.ts'
import type { Message } from '../src/engine/message.ts'
import { custom } from '../src/engine/test-run.ts'
import { isObject, type Json, type JsonObject, own } from '../src/std/json.ts'
import { nextTurn } from '../src/std/next-turn.ts'
import { type App, openApp } from './harness/app.ts'
import type { Answer, Client } from './harness/client.ts'
import { expectEnvelope } from './harness/envelope.ts'
import { type HandClock, handClock } from './harness/hand-clock.ts'
import { channel, mapTask, task, workflow } from './harness/samples.ts'
import { seededChance } from './harness/seeded-chance.ts'
import { tempFolder } from './harness/temp-folder.ts'
import { until } from './harness/until.ts'

/** What the runs of a version do; versions that are not listed answer at once and well. */
interface Part {
  /** Every so many runs fail, counted by version. */
  readonly failsEvery?: number
  /** How long each takes; without one the clock stands still. */
  readonly ms?: number
}

/** `w/2` is version 2 of workflow w. */
type Parts = Record<string, Part>

/** A task that does what the part of its version says, which a map before it wrote to `temp_data.who`. */
function playing(parts: Parts, clock: HandClock): FunctionDescriptor {
  const runs = new Map<string, number>()
  const play: Task = ({ message }) => {
    const who = whoOf(message)
    const { failsEvery, ms = 0 } = parts[who] ?? {}
    const run = (runs.get(who) ?? 0) + 1
    runs.set(who, run)
    clock.advance(ms / 1000)
    if (failsEvery !== undefined && run % failsEvery === 0) throw new EngineError('Task', 'told to')
    return 200
  }
  return custom('play', play)
}

function openPlay(parts: Parts, seed: number, env: Readonly<Record<string, string>> = {}): Promise<App> {
  const clock = handClock()
  return openApp({ clock, chance: seededChance(seed), functions: [playing(parts, clock)], env })
}

const tasks = (id: string, version: number) => [
  mapTask('who', { 'temp_data.who': `${id}/${version}` }),
  task('play', {}),
]

function whoOf({ context }: Message): string {
  const { temp_data } = context
  return isObject(temp_data) ? String(own(temp_data, 'who')) : ''
}

/** Version 1 alone. */
async function declareOne(client: Client, id: string): Promise<void> {
  await client.declare(workflow(id, tasks(id, 1)), channel(id, { config: { tracing: { mode: 'off' } } }))
}

async function draft(client: Client, id: string, version: number): Promise<void> {
  await client.admin('POST', `workflows/${id}/versions`)
  await client.admin('PUT', `workflows/${id}`, { tasks: tasks(id, version) })
}

function activate(client: Client, id: string, rollout_percentage: number, stop_when?: Json): Promise<Answer> {
  const rule = stop_when === undefined ? {} : { stop_when }
  return client.admin('PATCH', `workflows/${id}/status`, { status: 'active', rollout_percentage, ...rule })
}

/** Versions 1 and 2 share the traffic. */
async function declarePair(client: Client, id: string, share: number, stop_when?: Json): Promise<void> {
  await declareOne(client, id)
  await draft(client, id, 2)
  const answer = await activate(client, id, share, stop_when)
  if (answer.status !== 200) throw new Error(answer.text)
}

function share(client: Client, id: string, body: JsonObject): Promise<Answer> {
  return client.admin('PATCH', `workflows/${id}/rollout`, body)
}

async function numbers(client: Client, id: string): Promise<JsonObject> {
  const data = (await client.admin('GET', `workflows/${id}/rollout`)).at('data')
  return isObject(data ?? null) ? Object(data) : {}
}

async function sides(client: Client, id: string): Promise<JsonObject[]> {
  const { sides: found } = await numbers(client, id)
  return Array.isArray(found) ? found.map(Object) : []
}

/** Live versions, newest first. */
async function live(client: Client, id: string): Promise<unknown[]> {
  return (await sides(client, id)).map(({ version }) => version)
}

/** `VERSION STATUS SHARE`, newest first. */
async function versions(client: Client, id: string): Promise<string[]> {
  const rows = (await client.admin('GET', `workflows/${id}/versions`)).at('data')
  if (!Array.isArray(rows)) return []
  return rows.map(Object).map(row => `${row.version} ${row.status} ${row.rollout_percentage}`)
}

interface AuditRow {
  readonly principal: string
  readonly action: string
  readonly resource_id: string
  readonly details: string
}

async function stops(client: Client): Promise<AuditRow[]> {
  const rows = (await client.admin('GET', 'audit-logs?limit=1000')).at('data')
  if (!Array.isArray(rows)) return []
  return rows.map(Object).filter(({ action }) => action === 'rollout_stopped')
}

/** So many requests, one after another. */
async function send(client: Client, id: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await client.post(id, {})
}

/** Sends until version 1 alone is live, or so many were sent. */
async function sendUntilStopped(client: Client, id: string, limit: number): Promise<boolean> {
  for (let n = 0; n < limit; n++) {
    await client.post(id, {})
    // Requests in this process may leave no turn for anything else.
    await nextTurn()
    if ((await live(client, id)).length === 1) return true
  }
  return false
}

function untilStopped(client: Client, id: string): Promise<true> {
  return until('put back', async () => ((await live(client, id)).length === 1 ? true : undefined))
}

const RULE = { error_rate_over: 0.1, after_requests: 50 }

describe('a version that fails one request in five at 20 %', () => {
  test('is put back within after_requests of its own, and nothing else is', async () => {
    const failing: Part = { failsEvery: 5 }
    await using app = await openPlay({ 'w/2': failing, 'alike/1': failing, 'alike/2': failing }, 1)
    const { client } = app
    for (const id of ['w', 'alike', 'well']) await declarePair(client, id, 20, RULE)
    await declarePair(client, 'unwatched', 20)
    let ofItsOwn: unknown
    for (let n = 0; n < 600; n++) {
      for (const id of ['w', 'alike', 'well', 'unwatched']) await client.post(id, {})
      const [newer, older] = await sides(client, 'w')
      if (older !== undefined) ofItsOwn = newer?.requests
    }
    expect(Number(ofItsOwn)).toBeWithin(1, RULE.after_requests + 1)
    await untilStopped(client, 'w')
    expect(await versions(client, 'w')).toEqual(['2 archived 20', '1 active 100'])
    for (const id of ['alike', 'well', 'unwatched']) {
      expect(await versions(client, id)).toEqual(['2 active 20', '1 active 80'])
    }
    expect((await stops(client)).map(({ resource_id }) => resource_id)).toEqual(['w'])
  })

  test.each(Array.from({ length: 12 }, (_, seed) => seed))(
    'whatever the rule and the share: seed %p',
    async seed => {
      const chance = seededChance(1000 + seed)
      const percentage = 10 + Math.floor(chance() * 60)
      const rule = {
        error_rate_over: Math.round(chance() * 14) / 100,
        after_requests: 20 + Math.floor(chance() * 80),
      }
      await using app = await openPlay({ 'w/2': { failsEvery: 5 } }, seed)
      const { client } = app
      for (const id of ['w', 'well']) await declarePair(client, id, percentage, rule)
      let ofItsOwn = 0
      const limit = Math.ceil((rule.after_requests * 200) / percentage)
      for (let n = 0; n < limit; n++) {
        for (const id of ['w', 'well']) await client.post(id, {})
        const [newer, older] = await sides(client, 'w')
        if (older === undefined) break
        ofItsOwn = Number(newer?.requests)
      }
      await untilStopped(client, 'w')
      expect(await versions(client, 'w')).toEqual([`2 archived ${percentage}`, '1 active 100'])
      expect(ofItsOwn).toBeWithin(1, rule.after_requests + 1)
      expect(await live(client, 'well')).toEqual([2, 1])
    },
  )

  test('gets no request more once it is judged, long before that is stored', async () => {
    await using app = await openPlay({ 'w/2': { failsEvery: 5 } }, 3)
    const { client } = app
    await declarePair(client, 'w', 50, { error_rate_over: 0, after_requests: 1000 })
    await send(client, 'w', 200)
    const [newer, older] = await sides(client, 'w')
    expect([newer?.requests, newer?.errors, older?.requests]).toEqual([5, 1, 195])
    await untilStopped(client, 'w')
  })
})

test('a slow version is put back by its 99th percentile, one that is as slow as the other is not', async () => {
  const slow: Part = { ms: 80 }
  await using app = await openPlay({ 'w/1': { ms: 5 }, 'w/2': slow, 'alike/1': slow, 'alike/2': slow }, 4)
  const { client } = app
  const rule = { p99_over_ms: 50, after_requests: 40 }
  for (const id of ['w', 'alike']) await declarePair(client, id, 30, rule)
  expect(await sendUntilStopped(client, 'w', 400)).toBe(true)
  await send(client, 'alike', 400)
  expect(await live(client, 'alike')).toEqual([2, 1])
  const { stopped } = await numbers(client, 'w')
  expect(stopped).toMatchObject({
    version: 2,
    reason: expect.stringMatching(/^p99 is 80.* ms over 40 requests/),
  })
})

test('a failure that begins late is seen as well', async () => {
  const parts: Parts = {}
  await using app = await openPlay(parts, 5)
  const { client } = app
  await declarePair(client, 'w', 50, RULE)
  await send(client, 'w', 500)
  expect(await live(client, 'w')).toEqual([2, 1])
  parts['w/2'] = { failsEvery: 2 }
  expect(await sendUntilStopped(client, 'w', 200)).toBe(true)
})

test('who put it back, and why, is told by the audit, the log and GET /rollout', async () => {
  await using app = await openPlay({ 'w/2': { failsEvery: 1 } }, 6)
  const { client } = app
  await declarePair(client, 'w', 20, RULE)
  await sendUntilStopped(client, 'w', 400)
  const reason =
    '6 of 6 requests failed, in a window of 50, against 0 of 14 requests failed of the other version: more than 0.1 above it'
  const [stop, ...others] = await stops(client)
  expect(others).toEqual([])
  expect(stop).toMatchObject({ principal: 'system', resource_type: 'workflow', resource_id: 'w' })
  expect(JSON.parse(stop?.details ?? '')).toEqual({
    before: { status: 'active', stop_when: RULE },
    after: { status: 'archived' },
    reason,
    stop_when: RULE,
    sides: [
      { version: 2, requests: 6, errors: 6, p99_ms: expect.any(Number) },
      { version: 1, requests: 14, errors: 0, p99_ms: expect.any(Number) },
    ],
  })
  expect(await numbers(client, 'w')).toEqual({
    workflow_id: 'w',
    since: '2026-01-02T03:04:05.678Z',
    sides: [expect.objectContaining({ version: 1, rollout_percentage: 100 })],
    stop_when: null,
    stopped: { at: '2026-01-02T03:04:05.678Z', version: 2, reason },
  })
  const line = (await app.log()).find(text => text.includes('Rollout stopped by itself')) ?? ''
  expect(JSON.parse(line)).toMatchObject({ level: 'WARN', fields: { workflow_id: 'w', version: 2, reason } })
  const status = await client.admin('GET', 'engine/status')
  expect(status.at('errors_total.rollout_stopped')).toBe(1)
  await draft(client, 'w', 3)
  await activate(client, 'w', 10)
  expect((await numbers(client, 'w')).stopped).toBeNull()
})

describe('the numbers', () => {
  test('are exact counts, and times within one percent', async () => {
    const clock = handClock()
    const chance = seededChance(7)
    const took: Record<string, number[]> = { 'w/1': [], 'w/2': [] }
    const play: Task = ({ message }) => {
      const who = whoOf(message)
      const ms = Math.exp(chance() * 8)
      took[who]?.push(ms)
      clock.advance(ms / 1000)
      if (ms > 1000) throw new EngineError('Task', 'told to')
      return 200
    }
    await using app = await openApp({ clock, chance: seededChance(8), functions: [custom('play', play)] })
    const { client } = app
    await declarePair(client, 'w', 40)
    await send(client, 'w', 1000)
    const found = await sides(client, 'w')
    expect(found).toHaveLength(2)
    for (const { version, requests, errors, error_rate, p50_ms, p99_ms } of found) {
      const sorted = (took[`w/${version}`] ?? []).toSorted((a, b) => a - b)
      const exact = (percent: number) => sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? 0
      const failed = sorted.filter(ms => ms > 1000).length
      expect([requests, errors, error_rate]).toEqual([sorted.length, failed, failed / sorted.length])
      expect(Math.abs(Number(p50_ms) / exact(50) - 1)).toBeLessThan(0.01)
      expect(Math.abs(Number(p99_ms) / exact(99) - 1)).toBeLessThan(0.01)
    }
  })

  test('of a workflow that is not live are none, and one that does not exist is 404', async () => {
    await using app = await openPlay({}, 9)
    const { client } = app
    await client.admin('POST', 'workflows', workflow('w', tasks('w', 1)))
    expect(await numbers(client, 'w')).toEqual({
      workflow_id: 'w',
      since: null,
      sides: [],
      stop_when: null,
      stopped: null,
    })
    expectEnvelope(await client.admin('GET', 'workflows/nobody/rollout'), 404, 'NOT_FOUND')
  })
})

describe('stop_when', () => {
  test('is kept until it is changed, and is shown where it holds', async () => {
    await using app = await openPlay({}, 10)
    const { client } = app
    await declarePair(client, 'w', 20, RULE)
    const read = async () => (await client.admin('GET', 'workflows/w')).at('data.stop_when')
    expect(await read()).toEqual(RULE)
    expect((await share(client, 'w', { rollout_percentage: 30 })).at('data.stop_when')).toEqual(RULE)
    expect((await numbers(client, 'w')).stop_when).toEqual(RULE)
    const other = { p99_over_ms: 10, after_requests: 5 }
    await share(client, 'w', { rollout_percentage: 30, stop_when: other })
    expect([await read(), (await numbers(client, 'w')).stop_when]).toEqual([other, other])
    await share(client, 'w', { rollout_percentage: 30, stop_when: null })
    expect([await read(), (await numbers(client, 'w')).stop_when]).toEqual([undefined, null])
    await share(client, 'w', { rollout_percentage: 30, stop_when: RULE })
    const alone = await share(client, 'w', { rollout_percentage: 100 })
    expect([alone.at('data.stop_when'), await read()]).toEqual([undefined, undefined])
  })

  test('goes with the version that had it', async () => {
    await using app = await openPlay({}, 11)
    const { client } = app
    const rules = async () => {
      const rows = (await client.admin('GET', 'workflows/w/versions')).at('data')
      return Array.isArray(rows) ? rows.map(row => own(Object(row), 'stop_when') !== undefined) : []
    }
    await declarePair(client, 'w', 20, RULE)
    expect(await rules()).toEqual([true, false])
    await draft(client, 'w', 3)
    expect(await rules()).toEqual([false, true, false])
    await activate(client, 'w', 20)
    expect(await rules()).toEqual([false, false, false])
    await share(client, 'w', { rollout_percentage: 50, stop_when: RULE })
    expect(await rules()).toEqual([true, false, false])
    const archived = await client.setStatus('workflows', 'w', 'archived')
    expect(archived.at('data.stop_when')).toBeUndefined()
    expect(await rules()).toEqual([false, false, false])
  })

  test('survives a restart, and so does what it says', async () => {
    await using folder = await tempFolder()
    const env = { ORION_STORAGE__URL: `sqlite:${folder.path}/orion.db` }
    const parts: Parts = { 'w/2': { failsEvery: 2 } }
    {
      await using app = await openPlay(parts, 12, env)
      await declarePair(app.client, 'w', 50, RULE)
    }
    {
      await using app = await openPlay(parts, 13, env)
      expect((await numbers(app.client, 'w')).stop_when).toEqual(RULE)
      expect(await sendUntilStopped(app.client, 'w', 200)).toBe(true)
    }
    await using app = await openPlay(parts, 14, env)
    expect(await versions(app.client, 'w')).toEqual(['2 archived 50', '1 active 100'])
  })

  test.each<[string, Json, string, string]>([
    ['without a threshold', { after_requests: 5 }, 'stop_when', 'REQUIRED'],
    ['without a window', { error_rate_over: 0.1 }, 'stop_when.after_requests', 'REQUIRED'],
    ['with a key that is not known', { ...RULE, p99_over: 5 }, 'stop_when.p99_over', 'UNKNOWN_KEY'],
    ['that is no object', 5, 'stop_when', 'TYPE_MISMATCH'],
  ])('%s is refused', async (_, stop_when, path, code) => {
    await using app = await openPlay({}, 15)
    const { client } = app
    await declarePair(client, 'w', 20)
    await draft(client, 'w', 3)
    for (const answer of [
      await activate(client, 'w', 20, stop_when),
      await share(client, 'w', { rollout_percentage: 20, stop_when }),
    ]) {
      expectEnvelope(answer, 400, 'VALIDATION_ERROR')
      expect(answer.at('error.details')).toMatchObject([{ path, code }])
    }
  })

  test('needs another version to compare with', async () => {
    await using app = await openPlay({}, 16)
    const { client } = app
    await client.admin('POST', 'workflows', workflow('w', tasks('w', 1)))
    for (const answer of [await activate(client, 'w', 100, RULE), await activate(client, 'w', 20, RULE)]) {
      expect([answer.status, answer.at('error.message')]).toEqual([
        400,
        expect.stringContaining('stop_when compares two versions'),
      ])
    }
    await activate(client, 'w', 100)
    expect((await share(client, 'w', { rollout_percentage: 20, stop_when: RULE })).status).toBe(400)
    expect(await versions(client, 'w')).toEqual(['1 active 100'])
  })
})

describe('an admin who changes the rollout while it stops', () => {
  test.each([1, 2, 3, 4, 5, 6])('to all of the traffic has it, or is too late: seed %p', async seed => {
    await using app = await openPlay({ 'w/2': { failsEvery: 1 } }, seed)
    const { client } = app
    await declarePair(client, 'w', 50, { error_rate_over: 0, after_requests: 10 })
    const traffic = Array.from({ length: 4 * seed }, () => client.post('w', {}))
    const change = await share(client, 'w', { rollout_percentage: 100 })
    await Promise.all(traffic)
    expect(change.status).toBe(200)
    const expected =
      (await stops(client)).length === 0 ? '2 active 100,1 archived' : '2 archived 50,1 active 100'
    expect((await versions(client, 'w')).join()).toStartWith(expected)
  })

  test('to another share keeps both versions or the older one alone', async () => {
    await using app = await openPlay({ 'w/2': { failsEvery: 3 } }, 19)
    const { client } = app
    await declarePair(client, 'w', 50, { error_rate_over: 0.05, after_requests: 20 })
    const answers = await Promise.all([
      ...Array.from({ length: 60 }, () => client.post('w', {})),
      ...[20, 70, 30].map(percentage => share(client, 'w', { rollout_percentage: percentage })),
    ])
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 500]))
    await sendUntilStopped(client, 'w', 200)
    expect((await versions(client, 'w')).map(text => text.slice(0, 10))).toEqual(['2 archived', '1 active 1'])
    expect(await stops(client)).toHaveLength(1)
  })
})
