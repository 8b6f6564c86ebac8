import { describe, expect, test } from 'bun:test'
import { OrionError } from '../errors.ts'
import { connector } from '../storage/test-store.ts'
import { channelFilter } from './channel-filter.ts'
import type { Source } from './live.ts'
import { testArrival } from './test-arrival.ts'
import {
  activeChannel,
  activeWorkflow,
  answering,
  openRoom,
  type Room,
  refusal,
  serving,
  writing,
} from './test-room.ts'

const two = () => ({
  workflows: [answering('one', 1), answering('two', 2)],
  channels: [serving('one'), serving('two')],
})

/** A change that brings a new version of a workflow on line, as the catalog makes one. */
function activation(room: Room, workflow_id: string, version: number, result: number) {
  const next = activeWorkflow(answering(workflow_id, result, { version }))
  return {
    decide: async () => ({
      edit: (source: Source): Source => ({
        ...source,
        workflows: [...source.workflows.filter(row => row.workflow_id !== workflow_id), next],
      }),
      commit: () =>
        room.store.commit(
          writing(
            room.store.workflows.setStatus({
              id: workflow_id,
              version: version - 1,
              from: 'active',
              to: 'archived',
              at: next.updated_at,
              otherwise: () => new OrionError('CONFLICT', 'archived by somebody else'),
            }),
            room.store.workflows.insert(next),
          ),
        ),
      result: version,
    }),
  }
}

async function versionOf(room: Room, workflow: string): Promise<number | undefined> {
  const { rows } = await room.store.workflows.active()
  return rows.find(({ workflow_id }) => workflow_id === workflow)?.version
}

describe('a reload', () => {
  test('brings on line what storage has', async () => {
    await using room = await openRoom(two())
    expect(room.live.status()).toMatchObject({ generation: 1, channels: ['one', 'two'] })
    await room.store.commit(
      writing(room.store.channels.insert(activeChannel(serving('late', { workflow_id: 'one' })))),
    )
    await room.live.reload()
    expect(room.live.status()).toMatchObject({
      generation: 2,
      channels: ['late', 'one', 'two'],
      workflows_count: 3,
    })
    expect(await room.send('late')).toMatchObject({ data: { answer: 1 } })
  })

  test('does not bring drafts or archived versions on line', async () => {
    await using room = await openRoom({
      workflows: [answering('w', 1), answering('w', 2, { version: 2, status: 'draft' })],
      channels: [serving('w'), serving('old', { status: 'archived' }), serving('new', { status: 'draft' })],
    })
    expect(room.live.status().channels).toEqual(['w'])
    expect(await room.send('w')).toMatchObject({ data: { answer: 1 } })
  })

  test('compiles only what has changed', async () => {
    await using room = await openRoom(two())
    expect(room.compiled).toEqual(['one', 'two'])
    await room.live.reload()
    await room.live.change(activation(room, 'two', 2, 22))
    expect(room.compiled).toEqual(['one', 'two', 'two'])
    expect(await room.send('two')).toMatchObject({ data: { answer: 22 } })
  })

  test('forgets compiled workflows that nothing runs any more', async () => {
    await using room = await openRoom(two())
    await room.live.change(activation(room, 'two', 2, 22))
    expect(room.live.snapshot().compiled.size).toBe(2)
  })

  test('that waits is shared by all who ask, and reads what is newest when it begins', async () => {
    await using room = await openRoom(two())
    const change = room.live.change(activation(room, 'one', 2, 11))
    const reloads = [room.live.reload(), room.live.reload(), room.live.reload()]
    await Promise.all([change, ...reloads])
    expect(room.live.status().generation).toBe(3)
    expect(await room.send('one')).toMatchObject({ data: { answer: 11 } })
    await room.live.reload()
    expect(room.live.status().generation).toBe(4)
  })

  test('that fails leaves the old snapshot serving, says so, and does not block the next', async () => {
    await using room = await openRoom({ ...two(), live: { reloadTimeoutMs: 20 } })
    const before = room.live.snapshot()
    room.clock.stepMs = 15
    expect(await refusal(room.live.reload())).toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      message: expect.stringContaining('took longer than 20 ms'),
    })
    room.clock.stepMs = 0
    expect(room.live.snapshot()).toBe(before)
    expect(room.lines).toContain('error Engine reload failed; the old one serves on')
    expect(room.telemetry.counters.snapshot().reload_failure).toBe(1)
    await room.live.reload()
    expect(room.live.status().generation).toBe(2)
  })

  test('of a thousand channels lets requests in between', async () => {
    const names = Array.from({ length: 1000 }, (_, n) => `c${n}`)
    await using room = await openRoom({
      workflows: [answering('w', 1)],
      channels: names.map(name => serving(name, { workflow_id: 'w' })),
    })
    room.clock.stepMs = 1
    let turns = 0
    let counting = true
    const count = () => {
      turns++
      if (counting) setImmediate(count)
    }
    setImmediate(count)
    await room.live.reload()
    counting = false
    expect(turns).toBeGreaterThan(100)
  })
})

describe('a change', () => {
  test('answers when it is stored and live', async () => {
    await using room = await openRoom(two())
    expect(await room.live.change(activation(room, 'one', 2, 11))).toBe(2)
    expect(await room.send('one')).toMatchObject({ data: { answer: 11 } })
    expect(await versionOf(room, 'one')).toBe(2)
  })

  test('that is refused changes nothing and builds nothing', async () => {
    await using room = await openRoom(two())
    const refused = room.live.change({
      decide: () => Promise.reject(new OrionError('BAD_REQUEST', 'not now')),
    })
    expect(await refusal(refused)).toHaveProperty('message', 'not now')
    expect(room.live.status().generation).toBe(1)
  })

  test('whose commit fails does not go live', async () => {
    await using room = await openRoom(two())
    const failing = room.live.change(activation(room, 'one', 7, 77))
    expect(await refusal(failing)).toHaveProperty('message', 'archived by somebody else')
    expect(room.live.status().generation).toBe(1)
    expect(await room.send('one')).toMatchObject({ data: { answer: 1 } })
  })

  test('that does not build is never stored', async () => {
    await using room = await openRoom(two())
    const { decide } = activation(room, 'one', 2, 11)
    const broken = room.live.change({
      decide: async () => {
        const decided = await decide()
        return {
          ...decided,
          edit: (source: Source): Source => ({
            ...source,
            workflows: decided
              .edit(source)
              .workflows.map(row => (row.version === 2 ? { ...row, tasks: [{ id: 'x' }] } : row)),
          }),
        }
      },
    })
    expect(await refusal(broken)).toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining('Cannot activate workflow "one" version 2'),
    })
    expect(await versionOf(room, 'one')).toBe(1)
    expect(room.live.status().generation).toBe(1)
  })

  test('that would quarantine its channel is never stored', async () => {
    await using room = await openRoom(two())
    const committed: string[] = []
    const broken = room.live.change({
      decide: async () => ({
        edit: (source: Source): Source => ({
          ...source,
          channels: [...source.channels, activeChannel(serving('bad', { config: { timeout_ms: -1 } }))],
        }),
        commit: async () => {
          committed.push('bad')
        },
        result: undefined,
      }),
    })
    expect(await refusal(broken)).toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining('Cannot activate channel "bad" version 1: config.timeout_ms'),
    })
    expect(committed).toEqual([])
  })

  test('is not hindered by what was broken before it', async () => {
    await using room = await openRoom({
      workflows: [answering('one', 1), { workflow_id: 'broken', tasks: [{ id: 'x' }] }],
      channels: [serving('one'), serving('broken'), serving('bad', { config: { timeout_ms: -1 } })],
    })
    expect(await room.live.change(activation(room, 'one', 2, 11))).toBe(2)
  })

  test('and another one do not see each other half done', async () => {
    await using room = await openRoom(two())
    const events: string[] = []
    const slow = (name: string) => ({
      decide: async () => {
        events.push(`${name} decides`)
        await Promise.resolve()
        return {
          edit: (source: Source) => source,
          commit: async () => {
            events.push(`${name} commits`)
          },
          result: name,
        }
      },
    })
    await Promise.all([room.live.change(slow('a')), room.live.reload(), room.live.change(slow('b'))])
    expect(events).toEqual(['a decides', 'a commits', 'b decides', 'b commits'])
  })

  test('after another decides on what that one stored: a hundred at once end with the last', async () => {
    await using room = await openRoom(two())
    await Promise.all(
      Array.from({ length: 100 }, (_, n) => room.live.change(activation(room, 'one', n + 2, n))),
    )
    expect(await versionOf(room, 'one')).toBe(101)
    expect(await room.send('one')).toMatchObject({ data: { answer: 99 } })
  })

  test('that removes what could not be read clears the quarantine', async () => {
    await using room = await openRoom(two())
    await corrupt(room, 'channels', 'two', 'config_json')
    await room.live.reload()
    expect(quarantined(room)).toBe(1)
    await room.live.change({
      decide: async () => ({
        edit: (source: Source): Source => source,
        commit: () => room.store.commit(writing(room.store.channels.delete('two', () => new Error('gone')))),
        result: undefined,
      }),
    })
    expect(quarantined(room)).toBe(0)
    expect(room.live.status().load_issues.channels).toEqual([])
  })
})

test('a request that began before a swap finishes on what it began with', async () => {
  await using room = await openRoom(two())
  const [before] = room.live.snapshot().channels
  if (before === undefined) throw new Error('nothing is live')
  await room.live.change(activation(room, 'one', 2, 11))
  expect(JSON.parse((await room.dispatch(before, testArrival())).body)).toMatchObject({
    data: { answer: 1 },
  })
})

test('closing waits for changes that are under way', async () => {
  await using room = await openRoom(two())
  const change = room.live.change(activation(room, 'one', 2, 11))
  await room.live[Symbol.asyncDispose]()
  expect(await versionOf(room, 'one')).toBe(2)
  await change
})

describe('load issues', () => {
  test('name a channel whose workflow has no active version, which answers with nothing done', async () => {
    await using room = await openRoom({ channels: [serving('c', { workflow_id: 'absent' })] })
    expect(room.live.status()).toMatchObject({
      channels: [],
      workflows_count: 0,
      load_issues: {
        channels: [
          {
            channel: 'c',
            channel_id: 'c',
            workflow_id: 'absent',
            reason: expect.stringContaining('no active version'),
          },
        ],
      },
    })
    expect(quarantined(room)).toBe(0)
  })

  test('say nothing of a channel without a workflow', async () => {
    await using room = await openRoom({ channels: [serving('c', { workflow_id: null })] })
    expect(room.live.status().load_issues.channels).toEqual([])
  })

  test.each([
    ['an unknown key', { config: { rate_limt: {} } }, 'config.rate_limt'],
    [
      'a guard of a later version',
      { config: { oauth2_login: { requests_per_second: 1 } } },
      'config.oauth2_login',
    ],
    ['a bad route', { route_pattern: '/a/{x' }, 'Route pattern "/a/{x"'],
    [
      'a protocol of a later version',
      { protocol: 'kafka', methods: null, route_pattern: null, topic: 't' } as const,
      'kafka',
    ],
    ['a type of a later version', { channel_type: 'async' } as const, 'async'],
  ])('name a channel with %s, which is quarantined', async (_what, fields, reason) => {
    await using room = await openRoom({ workflows: [answering('c', 1)], channels: [serving('c', fields)] })
    expect(quarantined(room)).toBe(1)
    expect(room.live.status().load_issues.channels).toMatchObject([
      { channel: 'c', channel_id: 'c', workflow_id: 'c', reason: expect.stringContaining(reason) },
    ])
    expect(room.lines.filter(line => line === 'error Channel is quarantined')).toHaveLength(1)
    await room.live.reload()
    expect(room.lines.filter(line => line === 'error Channel is quarantined')).toHaveLength(1)
    expect(await refusal(room.send('c'))).toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
  })

  test('name a workflow that does not compile, and quarantine its channels only', async () => {
    await using room = await openRoom({
      workflows: [answering('good', 1), { workflow_id: 'bad', version: 4, tasks: [{ id: 'x' }] }],
      channels: [serving('good'), serving('bad'), serving('bad2', { workflow_id: 'bad' })],
    })
    const { load_issues, channels } = room.live.status()
    expect(load_issues.workflows).toMatchObject([{ workflow_id: 'bad', version: 4 }])
    expect(load_issues.channels.map(({ channel }) => channel)).toEqual(['bad', 'bad2'])
    expect(channels).toEqual(['good'])
    expect(quarantined(room)).toBe(2)
    expect(await room.send('good')).toMatchObject({ data: { answer: 1 } })
  })

  test('name the lower of two active versions, and the higher one answers', async () => {
    await using room = await openRoom({
      workflows: [answering('w', 2, { version: 2 }), answering('w', 1, { version: 1 })],
      channels: [serving('w')],
    })
    expect(room.live.status().load_issues.workflows).toMatchObject([{ workflow_id: 'w', version: 1 }])
    expect(await room.send('w')).toMatchObject({ data: { answer: 2 } })
  })

  test('name channels in the shadow of another one', async () => {
    await using room = await openRoom({
      workflows: [answering('w', 1)],
      channels: [
        serving('a', { workflow_id: 'w', route_pattern: '/x/{one}' }),
        serving('b', { workflow_id: 'w', route_pattern: '/x/{two}', priority: 1 }),
        serving('c', { workflow_id: 'w', route_pattern: '/x/{three}', methods: ['GET'] }),
        serving('d', { workflow_id: 'w', name: 'a', route_pattern: '/y' }),
      ],
    })
    expect(
      room.live.status().load_issues.channels.map(({ channel_id, reason }) => [channel_id, reason]),
    ).toEqual([
      ['a', 'The route "/x/{one}" belongs to channel "b" (b), which comes first'],
      ['d', 'The name "a" belongs to channel "a" (a), which comes first'],
    ])
    expect(quarantined(room)).toBe(0)
  })
})

test('rows that cannot be read are quarantined, and their neighbours serve', async () => {
  await using room = await openRoom(two())
  await corrupt(room, 'channels', 'two', 'config_json')
  await room.live.reload()
  expect(room.live.status().load_issues.channels).toMatchObject([{ channel: 'two', channel_id: 'two' }])
  expect(() => room.live.snapshot().routes.resolve('POST', 'nowhere')).toThrow()
  expect(await refusal(room.send('two'))).toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
  expect(await room.send('one')).toMatchObject({ data: { answer: 1 } })

  await corrupt(room, 'workflows', 'one', 'tasks_json')
  await room.live.reload()
  expect(room.live.status().load_issues.workflows).toMatchObject([{ workflow_id: 'one', version: 1 }])
  expect(await refusal(room.send('one'))).toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
})

test('a channel that this server does not serve is not there at all', async () => {
  const serves = channelFilter({ include: [], exclude: ['tw*'] })
  await using room = await openRoom({ ...two(), live: { serves } })
  expect(room.live.status().channels).toEqual(['one'])
  expect(() => room.live.snapshot().routes.resolve('POST', 'two')).toThrow(
    expect.objectContaining({ code: 'NOT_FOUND' }),
  )
})

test('only enabled connectors are in the snapshot', async () => {
  await using room = await openRoom()
  const { connectors } = room.store
  const off = connector({ id: 'off', name: 'off', enabled: false })
  await room.store.commit(writing(connectors.insert(connector()), connectors.insert(off)))
  await room.live.reload()
  expect(room.live.snapshot().connectors.map(({ name }) => name)).toEqual(['pay'])
})

/** Writes what only a foreign hand can write into an active row. */
async function corrupt(
  room: Room,
  table: 'channels' | 'workflows',
  id: string,
  column: string,
): Promise<void> {
  const where = `where ${table.slice(0, -1)}_id = ?`
  await room.store.commit(
    writing(
      { sql: `update ${table} set status = 'draft', ${column} = '{"broken' ${where}`, params: [id] },
      { sql: `update ${table} set status = 'active' ${where}`, params: [id] },
    ),
  )
}

/** How many channels answer 503. */
function quarantined(room: Room): number {
  return room.live.snapshot().channels.filter(({ quarantine }) => quarantine !== undefined).length
}
