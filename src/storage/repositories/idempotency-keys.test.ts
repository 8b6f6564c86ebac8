import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { Reader } from '../reader.ts'
import type { IdempotencyKey, IdempotencyKeyRepository, Statement, Store } from '../store.ts'
import { type Folder, folder, INSTANT, openTestStore, save, transactionsIn } from '../test-store.ts'
import { openIdempotencyKeys } from './idempotency-keys.ts'

const NOW = Date.parse(INSTANT)

function hash(name: string | number): string {
  return Bun.SHA256.hash(`${name}`, 'hex')
}

function key(name: string | number, fields: Partial<IdempotencyKey> = {}): IdempotencyKey {
  return {
    channel_id: 'orders',
    key: hash(name),
    fingerprint: null,
    status: null,
    content_type: null,
    headers_json: null,
    body: null,
    workflow_version: null,
    expires_at: NOW + 60_000,
    ...fields,
  }
}

const ANSWERED: Partial<IdempotencyKey> = {
  fingerprint: hash('a request'),
  status: 201,
  content_type: 'text/plain; charset=utf-8',
  headers_json: '[["location","/orders/1"],["set-cookie","a=b"]]',
  body: 'nul \0 Ω 👩‍👩‍👧',
  workflow_version: 3,
}

function find(keys: IdempotencyKeyRepository, name: string | number, nowMs = NOW) {
  return keys.find('orders', hash(name), nowMs)
}

async function saveKeys(store: Store, rows: readonly IdempotencyKey[]): Promise<void> {
  await save(store, ...rows.map(row => store.idempotencyKeys.insert(row, NOW)))
}

function rowsIn(place: Folder, what = '*'): unknown[] {
  using database = new Database(place.file('orion.db'), { readonly: true })
  return database.query(`select ${what} from idempotency_keys`).values()
}

/** A repository beside the store's own, whose index has room for so few keys. */
async function smallIndex(place: Folder, indexedKeys: number) {
  const database = new Database(place.file('orion.db'), { readonly: true })
  const reader = new Reader(database)
  const keys = await openIdempotencyKeys(reader, { tenant: 'default' }, NOW, indexedKeys)
  return {
    keys,
    [Symbol.dispose]() {
      reader.release()
      database.close()
    },
  }
}

describe('a stored key', () => {
  test('comes back column by column, with an answer and without one', async () => {
    using place = folder()
    await using store = await openTestStore(place.file('orion.db'))
    const rows = [key('plain'), key('answered', ANSWERED)]
    await saveKeys(store, rows)
    expect(find(store.idempotencyKeys, 'plain')).toEqual(key('plain'))
    expect(find(store.idempotencyKeys, 'answered')).toEqual(key('answered', ANSWERED))
  })

  test('is absent before it is committed', async () => {
    await using store = await openTestStore(':memory:')
    store.idempotencyKeys.insert(key('a'), NOW)
    expect(find(store.idempotencyKeys, 'a')).toBeUndefined()
  })

  test('is still known when the database is opened again', async () => {
    using place = folder()
    {
      await using store = await openTestStore(place.file('orion.db'))
      await saveKeys(
        store,
        Array.from({ length: 12_000 }, (_, n) => key(n)),
      )
    }
    await using store = await openTestStore(place.file('orion.db'))
    for (let n = 0; n < 12_000; n += 997) expect(find(store.idempotencyKeys, n)).toEqual(key(n))
    await saveKeys(store, [key('another')])
    expect(find(store.idempotencyKeys, 'another')).toBeDefined()
    expect(find(store.idempotencyKeys, 11_999)).toBeDefined()
  })

  test('is of one tenant', async () => {
    using place = folder()
    await using ours = await openTestStore(place.file('orion.db'))
    await using theirs = await openTestStore(place.file('orion.db'), { tenant: 'theirs' })
    await saveKeys(ours, [key('a')])
    await saveKeys(theirs, [key('b')])
    await using again = await openTestStore(place.file('orion.db'), { tenant: 'theirs' })
    for (const { idempotencyKeys } of [theirs, again]) {
      expect(find(idempotencyKeys, 'a')).toBeUndefined()
      expect(find(idempotencyKeys, 'b')).toBeDefined()
    }
  })

  test('that cannot be read throws', async () => {
    using place = folder()
    await using store = await openTestStore(place.file('orion.db'))
    await saveKeys(store, [key('a')])
    using vandal = new Database(place.file('orion.db'))
    vandal.run('alter table idempotency_keys rename to elsewhere')
    expect(() => find(store.idempotencyKeys, 'a')).toThrow('The database could not be read')
  })
})

describe('keys beyond what the index in memory has room for', () => {
  test('are found through an index on the disk, by who has written them and by who comes later', async () => {
    using place = folder()
    await using store = await openTestStore(place.file('orion.db'))
    using small = await smallIndex(place, 128)
    const rows = Array.from({ length: 1_000 }, (_, n) => key(n))
    await save(store, ...rows.map(row => small.keys.insert(row, NOW)))
    const lookups = rowsIn(place, 'count(lookup)')
    expect(lookups).not.toEqual([[0]])
    using later = await smallIndex(place, 128)
    for (const { keys } of [small, later]) {
      for (let n = 0; n < 1_000; n++) expect(find(keys, n)?.key).toBe(hash(n))
      expect(find(keys, 'stranger')).toBeUndefined()
    }
  })

  test('expire as the others do', async () => {
    using place = folder()
    await using store = await openTestStore(place.file('orion.db'))
    using small = await smallIndex(place, 1)
    const rows = Array.from({ length: 200 }, (_, n) => key(n))
    await save(store, ...rows.map(row => small.keys.insert(row, NOW)))
    for (let n = 0; n < 200; n++) expect(find(small.keys, n, NOW + 60_000)).toBeUndefined()
  })
})

describe('what has expired', () => {
  test('is absent at the millisecond, and deleted by and by, oldest first', async () => {
    using place = folder()
    await using store = await openTestStore(place.file('orion.db'))
    const { idempotencyKeys } = store
    const rows = Array.from({ length: 10 }, (_, n) => key(n, { expires_at: NOW + 1000 + n }))
    await saveKeys(store, rows.toReversed())
    expect(find(idempotencyKeys, 4, NOW + 1003)).toBeDefined()
    expect(find(idempotencyKeys, 4, NOW + 1004)).toBeUndefined()
    expect(idempotencyKeys.hasExpired(NOW + 999)).toBe(false)

    await save(store, idempotencyKeys.deleteExpired(NOW + 1004, 3))
    expect(rowsIn(place, 'expires_at').flat()).not.toContain(NOW + 1002)
    expect(rowsIn(place)).toHaveLength(7)
    expect(idempotencyKeys.hasExpired(NOW + 1004)).toBe(true)
    await save(store, idempotencyKeys.deleteExpired(NOW + 1004, 100))
    expect(rowsIn(place)).toHaveLength(5)
    expect(idempotencyKeys.hasExpired(NOW + 1004)).toBe(false)
    for (let n = 5; n < 10; n++) expect(find(idempotencyKeys, n)).toBeDefined()
  })

  test('may be answered anew', async () => {
    await using store = await openTestStore(':memory:')
    await saveKeys(store, [key('a', { expires_at: NOW + 1 })])
    const anew = key('a', ANSWERED)
    await saveKeys(store, [anew])
    expect(find(store.idempotencyKeys, 'a', NOW + 1)).toEqual(anew)
  })
})

test('two keys that are stored in one turn are one transaction', async () => {
  using place = folder()
  await using store = await openTestStore(place.file('orion.db'))
  const wal = place.file('orion.db-wal')
  const before = transactionsIn(wal)
  const alone = (statement: Statement) => store.commit({ statements: [statement], durability: 'normal' })
  await Promise.all([key('a'), key('b')].map(row => alone(store.idempotencyKeys.insert(row, NOW))))
  expect(transactionsIn(wal) - before).toBe(1)
})
