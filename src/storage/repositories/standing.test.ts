import { afterEach, beforeEach, expect, test } from 'bun:test'
import { OrionError } from '../../errors.ts'
import type { Store } from '../store.ts'
import { connector, type Folder, folder, INSTANT, openTestStore, save, workflow } from '../test-store.ts'

let home: Folder
let store: Store

beforeEach(async () => {
  home = folder()
  store = await openTestStore(home.file('orion.db'))
})
afterEach(async () => {
  await store[Symbol.asyncDispose]()
  home[Symbol.dispose]()
})

/** Versions of one workflow, from 1. */
async function versions(
  workflow_id: string,
  ...statuses: ('draft' | 'active' | 'archived')[]
): Promise<void> {
  const rows = statuses.map((status, at) => workflow({ workflow_id, version: at + 1, status }))
  await save(store, ...rows.map(row => store.workflows.insert(row)))
}

async function standing(afterId: string, limit: number) {
  const { rows, lastId } = await store.workflows.standing(afterId, limit)
  return { rows: rows.map(({ workflow_id, version }) => `${workflow_id} ${version}`), lastId }
}

test('active versions, the draft and the newest version stand; what came before them does not', async () => {
  await versions('b', 'archived', 'archived')
  await versions('a', 'archived', 'active', 'active', 'archived', 'draft')
  await versions('c', 'draft')
  expect(await standing('', 100)).toEqual({
    rows: ['a 2', 'a 3', 'a 5', 'b 2', 'c 1'],
    lastId: undefined,
  })
})

test('a page ends before an id that does not fit in whole', async () => {
  await versions('a', 'active', 'draft')
  await versions('b', 'active', 'draft')
  await versions('c', 'active')
  expect(await standing('', 3)).toEqual({ rows: ['a 1', 'a 2'], lastId: 'a' })
  expect(await standing('a', 3)).toEqual({ rows: ['b 1', 'b 2'], lastId: 'b' })
  expect(await standing('b', 3)).toEqual({ rows: ['c 1'], lastId: undefined })
  expect(await standing('', 5)).toEqual({ rows: ['a 1', 'a 2', 'b 1', 'b 2'], lastId: 'b' })
})

test('a version that was changed since it was read undoes the unit that expects it', async () => {
  await versions('a', 'draft')
  const expected = { id: 'a', version: 1, status: 'draft', updatedAt: INSTANT } as const
  const changed = () => new OrionError('CONFLICT', 'changed')
  await save(store, store.workflows.expect(expected, changed))
  const later = store.workflows.expect({ ...expected, updatedAt: '2027-01-01T00:00:00.000Z' }, changed)
  await expect(save(store, later)).rejects.toThrow('changed')
  await expect(
    save(store, store.workflows.expect({ ...expected, status: 'active' }, changed)),
  ).rejects.toThrow('changed')
})

test('connectors follow each other by name', async () => {
  const names = ['c', 'a', 'b/x']
  await save(store, ...names.map(name => store.connectors.insert(connector({ id: `id-${name[0]}`, name }))))
  const following = async (name: string) =>
    (await store.connectors.following(name, 2)).rows.map(row => row.name)
  expect(await following('')).toEqual(['a', 'b/x'])
  expect(await following('b/x')).toEqual(['c'])
})
