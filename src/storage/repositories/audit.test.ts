import { describe, expect, test } from 'bun:test'
import { newId } from '../../std/ids.ts'
import type { AuditEntry } from '../store.ts'
import { folder, INSTANT, NASTY_TEXTS, openTestStore, save } from '../test-store.ts'

function entry(fields: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: newId(),
    principal: 'key:abc',
    action: 'create',
    resource_type: 'workflow',
    resource_id: 'orders',
    details: null,
    created_at: INSTANT,
    ...fields,
  }
}

describe('the audit log', () => {
  test('is read newest first, entries of one instant in the order of their ids, in pages', async () => {
    using home = folder()
    await using store = await openTestStore(home.file('orion.db'))
    const old = entry({ created_at: '2025-01-01T00:00:00.000Z' })
    const same = [entry(), entry(), entry()]
    await save(store, ...[old, ...same.toReversed()].map(one => store.audit.insert(one)))
    const newestFirst = [...same.toReversed(), old]
    expect(await store.audit.list({ limit: 10, offset: 0 })).toEqual({ rows: newestFirst, total: 4 })
    expect((await store.audit.list({ limit: 2, offset: 1 })).rows).toEqual(newestFirst.slice(1, 3))
    expect((await store.audit.list({ limit: 2, offset: 9 })).rows).toEqual([])
  })

  test('keeps every text as it is', async () => {
    using home = folder()
    await using store = await openTestStore(home.file('orion.db'))
    const rows = NASTY_TEXTS.map(text =>
      entry({ principal: text, action: text, resource_type: text, resource_id: text, details: text }),
    )
    await save(store, ...rows.map(one => store.audit.insert(one)))
    expect((await store.audit.list({ limit: 100, offset: 0 })).rows).toEqual(rows.toReversed())
  })

  test('has no entry of a change that was undone', async () => {
    await using store = await openTestStore(':memory:')
    const undone = store.connectors.delete('nothing', () => new Error('nothing there'))
    const error = await save(store, store.audit.insert(entry()), undone).catch(error => error)
    expect(error.message).toBe('nothing there')
    expect((await store.audit.list({ limit: 1, offset: 0 })).total).toBe(0)
  })
})
