import { describe, expect, test } from 'bun:test'
import { RuntimeRegistry } from './guards/registry.ts'
import type { Source } from './live.ts'
import { activeChannel, activeWorkflow, answering, openRoom, refusal, serving } from './test-room.ts'

const keep = (source: Source) => source

describe('a rehearsal', () => {
  test('of no change tells none', async () => {
    await using room = await openRoom({ workflows: [answering('a', 1)], channels: [serving('a')] })
    expect(await room.live.rehearse(async () => keep)).toEqual({
      changes: {
        workflows: { added: [], removed: [], changed: [] },
        channels: { added: [], removed: [], changed: [] },
      },
      refusal: undefined,
    })
  })

  test('goes not live, and leaves the count of what did alone', async () => {
    await using room = await openRoom({ workflows: [answering('a', 1)], channels: [serving('a')] })
    const before = room.live.snapshot()
    await room.live.rehearse(async () => source => ({ ...source, channels: [] }))
    expect(room.live.snapshot()).toBe(before)
    await room.live.reload()
    expect(room.live.status().generation).toBe(before.generation + 1)
  })

  test('waits for the changes before it, and lets those after it wait', async () => {
    await using room = await openRoom()
    const order: string[] = []
    const rehearsing = room.live.rehearse(async () => {
      order.push('rehearsal begins')
      return source => {
        order.push('rehearsal')
        return source
      }
    })
    await Promise.all([
      rehearsing,
      room.live.change({
        decide: async () => {
          order.push('change')
          return { edit: keep, commit: () => Promise.resolve(), result: undefined }
        },
      }),
    ])
    expect(order).toEqual(['rehearsal begins', 'rehearsal', 'change'])
  })

  test('tells what would not go live', async () => {
    await using room = await openRoom()
    const broken = activeChannel({ ...serving('a'), workflow_id: null, config: { oauth2_login: {} } })
    const rehearsed = await room.live.rehearse(async () => source => ({ ...source, channels: [broken] }))
    expect(rehearsed.refusal).toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining('Cannot activate channel "a" version 1'),
    })
    expect(rehearsed.changes.channels.added).toMatchObject([{ channel_id: 'a', issue: expect.any(String) }])
  })

  test('rejects when the decision does', async () => {
    await using room = await openRoom()
    const failing = refusal(room.live.rehearse(() => Promise.reject(new Error('no'))))
    expect(failing).rejects.toThrow('no')
    await room.live.reload()
  })

  test('leaves nothing behind of the guards that it opened, and all of those that are live', async () => {
    const registry = new RuntimeRegistry()
    const config = { backpressure: { max_concurrent: 3 } }
    await using room = await openRoom({
      channels: [serving('a', { workflow_id: null, config })],
      live: { registry },
    })
    const other = activeChannel({ ...serving('b'), workflow_id: null, config })
    const kept = registry.permits.size
    expect(kept).toBe(1)
    await room.live.rehearse(async () => source => ({ ...source, channels: [other] }))
    expect(registry.permits.size).toBe(kept)
  })

  test('tells the versions of a workflow, oldest first', async () => {
    await using room = await openRoom()
    const versions = [3, 2].map(version =>
      activeWorkflow({ ...answering('a', 1), version, rollout_percentage: version * 10 }),
    )
    const { changes } = await room.live.rehearse(async () => source => ({ ...source, workflows: versions }))
    expect(changes.workflows.added).toEqual([
      {
        workflow_id: 'a',
        versions: [
          { version: 2, rollout_percentage: 20 },
          { version: 3, rollout_percentage: 30 },
        ],
      },
    ])
  })
})
