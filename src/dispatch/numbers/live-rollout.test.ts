import { describe, expect, test } from 'bun:test'
import { EngineError } from '../../engine/engine-error.ts'
import type { Task } from '../../engine/functions-api.ts'
import { custom, mapTask, task } from '../../engine/test-run.ts'
import { isObject, type Json, type JsonObject } from '../../std/json.ts'
import { nextTurn } from '../../std/next-turn.ts'
import type { StopWhen } from '../../versioning/stop-when.ts'
import type { Workflow } from '../../workflow/definition.ts'
import { RuntimeRegistry } from '../guards/registry.ts'
import type { Source } from '../live.ts'
import { activeWorkflow, openRoom, type Room, type RoomOptions, refusal, serving } from '../test-room.ts'
import type { Verdict } from './stop-watch.ts'

/** A task that takes `ms` of its payload, answers with its `status`, and fails when it has `fail`. */
function playing(room: () => Room): Task {
  return ({ message }) => {
    const payload = isObject(message.payload) ? message.payload : {}
    room().clock.advance(Number(payload.ms ?? 0))
    if (payload.fail === true) throw new EngineError('Task', 'told to')
    return 200
  }
}

const SHAPE = mapTask('shape', { 'data._orion.response': { var: 'data.say' } })
const TASKS: Json = [
  task('p', 'play', {}),
  task('parse', 'parse_json', { source: 'payload.say', target: 'say' }),
  SHAPE,
]

function version(number: number, share: number, fields: Partial<Workflow> = {}): Partial<Workflow> {
  return { workflow_id: 'w', version: number, rollout_percentage: share, tasks: TASKS, ...fields }
}

const SHAPED = { response: { mode: 'shaped' } }

/** Traffic falls to the newer version where `chance` is below its share. */
async function openPlay(options: RoomOptions, config: JsonObject = {}) {
  const play = { chance: 0 }
  const room: Room = await openRoom({
    channels: [serving('w', { config: { ...SHAPED, ...config } })],
    functions: [
      custom(
        'play',
        playing(() => room),
      ),
    ],
    ...options,
    dispatch: { chance: () => play.chance },
  })
  return { room, play }
}

const PAIR = { workflows: [version(1, 80), version(2, 20)] }

/** Makes these workflows the ones that are live. */
function goLive(room: Room, workflows: readonly Partial<Workflow>[]): Promise<void> {
  const rows = workflows.map(fields => activeWorkflow(fields))
  const edit = (source: Source): Source => ({ ...source, workflows: rows })
  return room.live.change({
    decide: async () => ({ edit, commit: async () => undefined, result: undefined }),
  })
}

describe('numbers of a workflow', () => {
  test('are those of each of its live versions', async () => {
    const { room, play } = await openPlay(PAIR)
    await using _ = room
    for (let at = 0; at < 4; at++) await room.send('w', { ms: 10 })
    await refusal(room.send('w', { ms: 300, fail: true }))
    play.chance = 0.5
    for (let at = 0; at < 3; at++) await room.send('w', { ms: 20 })
    const report = room.live.rollout('w')
    expect(report).toMatchObject({
      workflow_id: 'w',
      since: '2026-01-02T03:04:05.678Z',
      sides: [
        { version: 2, rollout_percentage: 20, requests: 5, errors: 1, error_rate: 0.2 },
        { version: 1, rollout_percentage: 80, requests: 3, errors: 0, error_rate: 0 },
      ],
      stop_when: null,
      stopped: null,
    })
    const [newer, older] = report.sides
    const within = (found: number | null | undefined, exact: number) =>
      Math.abs((found ?? 0) / exact - 1) < 0.01
    expect(within(newer?.p50_ms, 10) && within(newer?.p99_ms, 300)).toBe(true)
    expect(within(older?.p50_ms, 20) && within(older?.p99_ms, 20)).toBe(true)
  })

  test('of one version are counted as well', async () => {
    const { room } = await openPlay({ workflows: [version(7, 100)] })
    await using _ = room
    await room.send('w')
    expect(room.live.rollout('w').sides).toMatchObject([{ version: 7, rollout_percentage: 100, requests: 1 }])
  })

  test('before the first request are none', async () => {
    const { room } = await openPlay({ workflows: [version(1, 100)] })
    await using _ = room
    expect(room.live.rollout('w').sides).toEqual([
      {
        version: 1,
        rollout_percentage: 100,
        requests: 0,
        errors: 0,
        error_rate: 0,
        p50_ms: null,
        p99_ms: null,
      },
    ])
  })

  test('that has no live version are empty', async () => {
    await using room = await openRoom()
    expect(room.live.rollout('w')).toEqual({
      workflow_id: 'w',
      since: null,
      sides: [],
      stop_when: null,
      stopped: null,
    })
  })
})

describe('an error is', () => {
  test.each<[string, JsonObject, number]>([
    ['a run that failed', { fail: true }, 1],
    ['a run that took too long', { ms: 31_000 }, 1],
    ['an answer of 500 and above', { say: '{"status": 503}' }, 1],
    ['not one of 4xx', { say: '{"status": 404}' }, 0],
    ['not a run that ended well', {}, 0],
  ])('%s', async (_, payload, errors) => {
    const { room } = await openPlay({ workflows: [version(1, 100)] })
    await using __ = room
    await room.send('w', { say: '{}', ...payload }).catch(() => undefined)
    expect(room.live.rollout('w').sides).toMatchObject([{ requests: 1, errors }])
  })

  const goesOn = [{ ...task('p', 'play', {}), continue_on_error: true }]

  test('an envelope that tells errors', async () => {
    const { room } = await openPlay({ workflows: [version(1, 100, { tasks: goesOn })] })
    await using _ = room
    expect(await room.send('w', { fail: true })).toMatchObject({ errors: [{}] })
    expect(room.live.rollout('w').sides).toMatchObject([{ requests: 1, errors: 1 }])
  })
})

describe('no request is', () => {
  test('one that was refused', async () => {
    const { room } = await openPlay({ workflows: [version(1, 100)] }, { validation_logic: false })
    await using _ = room
    await refusal(room.send('w'))
    expect(room.live.rollout('w').sides).toMatchObject([{ requests: 0 }])
  })

  test('one that gets a kept answer', async () => {
    const { room } = await openPlay({ workflows: [version(1, 100)] }, { cache: { enabled: true } })
    await using _ = room
    await room.send('w', { say: '{}' })
    await room.send('w', { say: '{}' })
    expect(room.live.rollout('w').sides).toMatchObject([{ requests: 1 }])
  })
})

describe('a window', () => {
  test('goes on while the same versions are live, whatever their shares', async () => {
    const { room } = await openPlay(PAIR)
    await using _ = room
    await room.send('w', { say: '{}' })
    room.clock.advance(60_000)
    await goLive(room, [version(1, 50), version(2, 50)])
    await room.send('w', { say: '{}' })
    expect(room.live.rollout('w')).toMatchObject({
      since: '2026-01-02T03:04:05.678Z',
      sides: [
        { version: 2, rollout_percentage: 50, requests: 2 },
        { version: 1, rollout_percentage: 50 },
      ],
    })
  })

  test('begins when another version goes live', async () => {
    const { room } = await openPlay({ workflows: [version(1, 100)] })
    await using _ = room
    await room.send('w', { say: '{}' })
    room.clock.advance(60_000)
    await goLive(room, [version(1, 80), version(2, 20)])
    expect(room.live.rollout('w')).toMatchObject({
      since: '2026-01-02T03:05:05.678Z',
      sides: [
        { version: 2, requests: 0 },
        { version: 1, requests: 0 },
      ],
    })
  })

  test('of a change that failed does not begin', async () => {
    const { room } = await openPlay({ workflows: [version(1, 100)] })
    await using _ = room
    const failing = room.live.change({
      decide: async () => ({
        edit: source => ({ ...source, workflows: [version(1, 80), version(2, 20)].map(activeWorkflow) }),
        commit: () => Promise.reject(new Error('disk full')),
        result: undefined,
      }),
    })
    await expect(failing).rejects.toThrow('disk full')
    room.clock.advance(60_000)
    await goLive(room, [version(1, 80), version(2, 20)])
    expect(room.live.rollout('w').since).toBe('2026-01-02T03:05:05.678Z')
  })
})

test('10,000 workflows that come and go leave nothing behind', async () => {
  const registry = new RuntimeRegistry()
  const { room } = await openPlay({ workflows: [], channels: [], live: { registry } })
  await using _ = room
  const stop_when: StopWhen = { error_rate_over: 0.1, after_requests: 10 }
  const tasks: Json = [mapTask('m', { 'data.a': 1 })]
  const pair = (workflow_id: string) => [
    version(1, 80, { workflow_id, tasks }),
    version(2, 20, { workflow_id, tasks, stop_when }),
  ]
  await goLive(room, Array.from({ length: 10_000 }, (_, at) => pair(`w${at}`)).flat())
  expect([registry.numbers.size, registry.watches.size]).toEqual([10_000, 10_000])
  await goLive(room, pair('w7'))
  expect([registry.numbers.size, registry.watches.size]).toEqual([1, 1])
  await goLive(room, [])
  expect([registry.numbers.size, registry.watches.size]).toEqual([0, 0])
})

describe('a rollout that is watched', () => {
  const stop_when: StopWhen = { error_rate_over: 0.1, after_requests: 10 }
  const WATCHED = [version(1, 80), version(2, 20, { stop_when })]
  const fail = (room: Room) => refusal(room.send('w', { fail: true }))

  test('has its newer version put back, which gets no request from the verdict on', async () => {
    const { room } = await openPlay({ workflows: WATCHED })
    await using _ = room
    const { promise: stopped, resolve: stop } = Promise.withResolvers<undefined>()
    const verdicts: Verdict[] = []
    room.live.onVerdict(verdict => {
      verdicts.push(verdict)
      return stopped
    })
    await fail(room)
    await fail(room)
    expect(verdicts).toMatchObject([{ workflowId: 'w', newer: 2, older: 1, newerCounts: { errors: 2 } }])
    await fail(room)
    const counts = () => room.live.rollout('w').sides.map(({ requests }) => requests)
    expect(counts()).toEqual([2, 1])
    stop(undefined)
    await nextTurn()
    await fail(room)
    expect(counts()).toEqual([3, 1])
  })

  test('says why the older version is alone, until that changes', async () => {
    const { room } = await openPlay({ workflows: WATCHED })
    await using _ = room
    const { promise: done, resolve: finish } = Promise.withResolvers<void>()
    room.live.onVerdict(async verdict => {
      await goLive(room, [version(1, 100)])
      finish()
      return { at: '2026-02-03T00:00:00.000Z', version: verdict.newer, reason: verdict.reason }
    })
    await fail(room)
    await fail(room)
    await done
    await nextTurn()
    const told = () => {
      const { at, version: put, reason = '' } = room.live.rollout('w').stopped ?? {}
      return `${at} ${put} ${reason.slice(0, 6)}`
    }
    expect(room.live.rollout('w')).toMatchObject({ sides: [{ version: 1 }], stop_when: null })
    expect(told()).toBe('2026-02-03T00:00:00.000Z 2 2 of 2')
    await goLive(room, [version(1, 100)])
    expect(told()).toBe('2026-02-03T00:00:00.000Z 2 2 of 2')
    await goLive(room, [version(1, 90), version(3, 10)])
    expect(room.live.rollout('w').stopped).toBeNull()
  })

  test('is judged by its rule alone: another one begins a new window', async () => {
    const { room } = await openPlay({ workflows: WATCHED })
    await using _ = room
    const verdicts: Verdict[] = []
    room.live.onVerdict(async verdict => {
      verdicts.push(verdict)
      return undefined
    })
    await fail(room)
    const other: StopWhen = { error_rate_over: 0.15, after_requests: 10 }
    await goLive(room, [version(1, 80), version(2, 20, { stop_when: other })])
    await fail(room)
    expect(verdicts).toEqual([])
    await goLive(room, [version(1, 50), version(2, 50, { stop_when: other })])
    await fail(room)
    expect(verdicts).toMatchObject([{ rule: other, newerCounts: { requests: 2 } }])
    await goLive(room, [version(1, 50), version(2, 50)])
    for (let at = 0; at < 10; at++) await fail(room)
    expect(verdicts).toHaveLength(1)
    expect(room.live.rollout('w').sides[0]).toMatchObject({ requests: 13, errors: 13 })
  })

  test('by a rule of its older version is not', async () => {
    const { room } = await openPlay({ workflows: [version(1, 80, { stop_when }), version(2, 20)] })
    await using _ = room
    room.live.onVerdict(() => Promise.reject(new Error('no')))
    for (let at = 0; at < 20; at++) await fail(room)
    expect(room.live.rollout('w').stop_when).toBeNull()
  })
})
