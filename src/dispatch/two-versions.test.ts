import { describe, expect, test } from 'bun:test'
import type { Workflow } from '../workflow/definition.ts'
import type { Source } from './live.ts'
import { activeWorkflow, answering, openRoom, type Room, refusal, serving } from './test-room.ts'

const BROKEN = { tasks: [{ id: 'x' }] }

/** Version `version` of `w`, which answers its number. */
function version(number: number, rollout_percentage: number, fields: Partial<Workflow> = {}) {
  return answering('w', number, { version: number, rollout_percentage, ...fields })
}

/** With chance always in the middle: what is below half goes to the newer version. */
function openTwo(...workflows: Partial<Workflow>[]): Promise<Room> {
  return openRoom({ workflows, channels: [serving('w')] })
}

const answer = async (room: Room) => Object((await room.send('w')).data).answer
const issues = (room: Room) =>
  room.live.status().load_issues.workflows.map(issue => [issue.version, issue.reason])

test('share the traffic of every channel that runs them', async () => {
  await using room = await openTwo(version(1, 40), version(2, 60))
  expect([await answer(room), issues(room)]).toEqual([2, []])
  await using other = await openTwo(version(1, 60), version(2, 40))
  expect([await answer(other), issues(other)]).toEqual([1, []])
  expect(other.live.status()).toMatchObject({ workflows_count: 2, channels: ['w'] })
})

test('what both may read of a request is there', async () => {
  const reading = (path: string) => ({
    tasks: [
      {
        id: 'm',
        name: 'm',
        function: { name: 'map', input: { mappings: [{ path: 'data.answer', logic: { var: path } }] } },
      },
    ],
  })
  await using room = await openTwo(
    version(1, 60, reading('metadata.headers.x')),
    version(2, 40, reading('metadata.query.y')),
  )
  const [channel] = room.live.snapshot().channels
  expect(channel?.reads).toEqual({ headers: true, query: true, params: false })
})

test('the hashes of both are kept, so that neither is compiled again', async () => {
  await using room = await openTwo(version(1, 40), version(2, 60))
  await room.live.reload()
  await room.live.reload()
  expect(room.compiled).toHaveLength(2)
})

test('of three the lowest does not answer, and is named', async () => {
  await using room = await openTwo(version(1, 30), version(2, 30), version(3, 70))
  expect(issues(room)).toEqual([[1, 'Two higher versions are active as well and answer alone']])
  expect(await answer(room)).toBe(3)
  expect(room.live.snapshot().channels[0]?.sides.map(side => side.share)).toEqual([70, 30])
})

test('shares that are not the whole are named; the newer has its own, the older the rest', async () => {
  await using room = await openTwo(version(1, 100), version(2, 20))
  expect(issues(room)).toMatchObject([[1, expect.stringContaining('with 20 and 100 percent of the traffic')]])
  expect(room.live.snapshot().channels[0]?.sides.map(side => side.share)).toEqual([20, 80])
})

describe('one that does not compile', () => {
  test.each([
    [1, version(1, 60, BROKEN), version(2, 40)],
    [2, version(1, 60), version(2, 40, BROKEN)],
  ])('is named, and its channel is quarantined: %p', async (broken, one, other) => {
    await using room = await openTwo(one, other)
    expect(issues(room)).toMatchObject([[broken, expect.any(String)]])
    expect(await refusal(room.send('w'))).toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
    expect(room.live.status().load_issues.channels).toMatchObject([
      { channel: 'w', reason: expect.stringContaining(`Workflow "w" version ${broken} cannot be loaded`) },
    ])
  })

  test('is named alone where it has nothing of the traffic', async () => {
    await using room = await openTwo(version(1, 100), version(2, 0, BROKEN))
    expect(issues(room)).toMatchObject([[2, expect.any(String)]])
    expect(await answer(room)).toBe(1)
  })

  test('is refused a share of the traffic when it had none', async () => {
    await using room = await openTwo(version(1, 100), version(2, 0, BROKEN))
    const moving = room.live.change({
      decide: async () => ({
        edit: (source: Source): Source => ({
          ...source,
          workflows: source.workflows.map(row => ({ ...row, rollout_percentage: 50 })),
        }),
        commit: async () => undefined,
        result: undefined,
      }),
    })
    expect(await refusal(moving)).toMatchObject({
      message: expect.stringContaining('Cannot activate workflow "w" version 2'),
    })
    expect(await answer(room)).toBe(1)
  })

  test('is refused beside one that answers', async () => {
    await using room = await openTwo(version(1, 100))
    const joining = (next: Partial<Workflow>) =>
      room.live.change({
        decide: async () => ({
          edit: (source: Source): Source => ({
            ...source,
            workflows: [
              ...source.workflows.map(row => ({ ...row, rollout_percentage: 90 })),
              activeWorkflow(next),
            ],
          }),
          commit: async () => undefined,
          result: undefined,
        }),
      })
    expect(await refusal(joining(version(2, 10, BROKEN)))).toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining('Cannot activate workflow "w" version 2'),
    })
    expect(room.live.snapshot().channels[0]?.sides).toHaveLength(1)
    await joining(version(2, 10))
    expect(room.live.snapshot().channels[0]?.sides).toHaveLength(2)
  })
})
