import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, expect, test } from 'bun:test'
import type { StopWhen } from '../../versioning/stop-when.ts'
import type { Store } from '../store.ts'
import { type Folder, folder, openTestStore, save, workflow } from '../test-store.ts'

const RULE: StopWhen = { p99_over_ms: 0.5, error_rate_over: 0.05, after_requests: 100 }

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

const first = workflow({ status: 'active', stop_when: { error_rate_over: 1, after_requests: 1 } })
const second = workflow({ version: 2, status: 'active', rollout_percentage: 20 })
const other = workflow({ workflow_id: 'other', status: 'active', stop_when: RULE })

/** The rules of version 1, of version 2 and of another workflow. */
async function rules(): Promise<(StopWhen | undefined)[]> {
  const { rows, unreadable } = await store.workflows.active()
  expect(unreadable).toEqual([])
  const find = (id: string, version: number) =>
    rows.find(row => row.workflow_id === id && row.version === version)?.stop_when
  return [find('orders', 1), find('orders', 2), find('other', 1)]
}

function insertAll(): Promise<void> {
  return save(store, ...[first, second, other].map(row => store.workflows.insert(row)))
}

test('a rule is stored with its version, and a row without one has no such field', async () => {
  await insertAll()
  expect(await store.workflows.version('orders', 1)).toEqual(first)
  expect(await store.workflows.version('orders', 2)).toEqual(second)
  expect(await rules()).toEqual([first.stop_when, undefined, RULE])
})

test('a rule that is set is that of one version, and of no other of its id', async () => {
  await insertAll()
  await save(store, store.workflows.setStopWhen({ ...second, stop_when: RULE }))
  expect(await rules()).toEqual([undefined, RULE, RULE])
  await save(store, store.workflows.setStopWhen(second))
  expect(await rules()).toEqual([undefined, undefined, RULE])
})

test('a version that is not active has none, and takes away those of the others', async () => {
  await insertAll()
  await save(store, store.workflows.setStopWhen({ ...second, status: 'archived', stop_when: RULE }))
  expect(await rules()).toEqual([undefined, undefined, RULE])
})

test.each(['{"after_requests":"many"}', '[]', '{'])(
  'a rule of %p makes its version unreadable',
  async text => {
    await insertAll()
    const database = new Database(home.file('orion.db'))
    database.run("update workflows set stop_when_json = ? where workflow_id = 'orders' and version = 2", [
      text,
    ])
    database.close()
    const { rows, unreadable } = await store.workflows.active()
    expect(rows.map(row => row.workflow_id).sort()).toEqual(['orders', 'other'])
    expect(unreadable).toMatchObject([
      { id: 'orders', version: 2, reason: expect.stringContaining('stop_when_json') },
    ])
  },
)
