import { describe, expect, test } from 'bun:test'
import { workflow } from '../../storage/test-store.ts'
import type { Workflow } from '../../workflow/definition.ts'
import { answering, openRoom, type Room, refusal, serving, writing } from '../test-room.ts'

const BROKEN: Partial<Workflow> = { tasks: [{ id: 'a', name: 'a', function: { name: 'none', input: {} } }] }

function draftOf(fields: Partial<Workflow>): Workflow {
  return workflow({ workflow_id: 'w', version: 2, status: 'draft', ...fields })
}

/** A live workflow that answers 1. */
function openOne(): Promise<Room> {
  return openRoom({ workflows: [answering('w', 1)], channels: [serving('w')] })
}

async function storeShadow({ store }: Room, draft: Workflow): Promise<void> {
  const failed = () => new Error('no draft')
  const on = store.workflows.setShadow({ id: 'w', version: 2, shadow: true }, failed)
  await store.commit(writing(store.workflows.insert(draft), on))
}

describe('a draft that cannot run', () => {
  test('is refused beside what is active', async () => {
    await using room = await openOne()
    const change = room.live.change({
      decide: async () => ({
        edit: source => ({ ...source, shadows: [draftOf(BROKEN)] }),
        commit: () => Promise.reject(new Error('committed')),
        result: undefined,
      }),
    })
    const error = await refusal(change)
    expect(error.code).toBe('BAD_REQUEST')
    expect(error.message).toStartWith('Cannot run workflow "w" version 2 beside the active one: ')
  })

  test('is named in the status when it is stored, and stands in the way of nothing', async () => {
    await using room = await openOne()
    await storeShadow(room, draftOf(BROKEN))
    await room.live.reload()
    expect(room.live.status().load_issues.workflows).toMatchObject([{ workflow_id: 'w', version: 2 }])
    expect(room.live.shadow('w')).toBeUndefined()
    expect(await room.send('w')).toMatchObject({ data: { answer: 1 } })
    await room.live.change({
      decide: async () => ({ edit: source => source, commit: async () => undefined, result: undefined }),
    })
  })
})

describe('a shadow', () => {
  test('is read from storage, compiled once, and gone when nothing is active', async () => {
    await using room = await openOne()
    await storeShadow(room, draftOf(answering('w', 2)))
    await room.live.reload()
    expect(room.live.shadow('w')).toMatchObject({ version: 2, compared: 0 })
    const [before] = [...room.live.snapshot().shadows.values()]
    await room.live.reload()
    expect(room.live.snapshot().shadows.get('w')).toBe(before)
    await room.live.change({
      decide: async () => ({
        edit: source => ({ ...source, workflows: [] }),
        commit: async () => undefined,
        result: undefined,
      }),
    })
    expect(room.live.shadow('w')).toBeUndefined()
  })

  test('of which too many requests wait is skipped, and none is copied for it', async () => {
    await using room = await openOne()
    await storeShadow(room, draftOf(answering('w', 2)))
    await room.live.reload()
    await Promise.all(Array.from({ length: 200 }, () => room.send('w')))
    expect(room.live.shadow('w')?.skipped).toBeGreaterThan(100)
  })
})
