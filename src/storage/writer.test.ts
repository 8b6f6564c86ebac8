import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { OrionError } from '../errors.ts'
import { tuneWriter } from './connection.ts'
import type { Unit } from './store.ts'
import { type Folder, folder, type TestLog, testClock, testLog, transactionsIn } from './test-store.ts'
import { Writer } from './writer.ts'

const MB = 1024 * 1024

let home: Folder
let path: string
let database: Database
let log: TestLog
let writer: Writer

beforeEach(() => {
  home = folder()
  path = home.file('writer.db')
  open(64 * MB)
})

afterEach(async () => {
  await writer.drain()
  writer.close()
  home[Symbol.dispose]()
})

function open(walLimitBytes: number, busyTimeoutMs = 2_000): void {
  database = new Database(path, { create: true, strict: true })
  database.run('pragma journal_mode = wal')
  database.run('create table if not exists item (id text primary key, body text) strict')
  database.run('pragma wal_checkpoint(truncate)')
  log = testLog()
  tuneWriter(database, walLimitBytes)
  writer = new Writer(database, { busyTimeoutMs, walLimitBytes, clock: testClock, log })
}

function insert(id: string, body = 'x', durability: Unit['durability'] = 'normal'): Unit {
  return { statements: [insertion(id, body)], durability }
}

function insertion(id: string, body = 'x') {
  return { sql: 'insert into item (id, body) values (?, ?)', params: [id, body] }
}

function removal(id: string) {
  return {
    sql: 'delete from item where id = ?',
    params: [id],
    otherwise: () => new OrionError('NOT_FOUND', `no ${id}`),
  }
}

function ids(): unknown[] {
  const reader = new Database(path, { readonly: true })
  const rows = reader.query('select id from item order by id').values().flat()
  reader.close()
  return rows
}

function outcomes(units: Unit[]): Promise<string[]> {
  const settled = units.map(unit =>
    writer.commit(unit).then(
      () => 'stored',
      error => (error instanceof OrionError ? error.code : String(error)),
    ),
  )
  return Promise.all(settled)
}

function synchronous(): number {
  return database.query<{ synchronous: number }, []>('pragma synchronous').get()?.synchronous ?? -1
}

describe('units that wait', () => {
  test('are committed in one transaction', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, i) => writer.commit(insert(`i${i}`))))
    expect(ids()).toHaveLength(50)
    expect(transactionsIn(`${path}-wal`)).toBe(1)
  })

  test('are seen by readers once they are answered', async () => {
    await writer.commit(insert('a'))
    expect(ids()).toEqual(['a'])
  })

  test('that arrive after a group go into the next one', async () => {
    await writer.commit(insert('a'))
    await writer.commit(insert('b'))
    expect(transactionsIn(`${path}-wal`)).toBe(2)
  })

  test('are stored in the order in which they came', async () => {
    const set = (body: string): Unit => ({
      statements: [{ sql: 'update item set body = ? where id = ?', params: [body, 'a'] }],
      durability: 'normal',
    })
    await Promise.all([writer.commit(insert('a')), writer.commit(set('1')), writer.commit(set('2'))])
    expect(database.query('select body from item').values()).toEqual([['2']])
  })

  test('may be empty', async () => {
    await writer.commit({ statements: [], durability: 'full' })
  })

  test('beyond the bound are refused, the others stored', async () => {
    const codes = await outcomes(Array.from({ length: 10_002 }, (_, i) => insert(`i${i}`)))
    expect(codes.filter(code => code === 'stored')).toHaveLength(10_000)
    expect(codes.slice(10_000)).toEqual(['SERVICE_UNAVAILABLE', 'SERVICE_UNAVAILABLE'])
    expect(ids()).toHaveLength(10_000)
  })
})

describe('a failing unit', () => {
  test('is undone alone: a statement that breaks a key', async () => {
    const codes = await outcomes([insert('a'), insert('a'), insert('b')])
    expect(codes).toEqual(['stored', 'CONFLICT', 'stored'])
    expect(ids()).toEqual(['a', 'b'])
  })

  test('is undone whole: the statements before the one that failed', async () => {
    const pair: Unit = { statements: [insertion('b'), insertion('a')], durability: 'normal' }
    expect(await outcomes([insert('a'), pair, insert('c')])).toEqual(['stored', 'CONFLICT', 'stored'])
    expect(ids()).toEqual(['a', 'c'])
  })

  test('is undone when a precondition matches no row', async () => {
    const move: Unit = { statements: [insertion('b'), removal('nothing')], durability: 'full' }
    expect(await outcomes([insert('a'), move])).toEqual(['stored', 'NOT_FOUND'])
    expect(ids()).toEqual(['a'])
  })

  test('with one statement is undone by its precondition as well', async () => {
    expect(await outcomes([{ statements: [removal('a')], durability: 'normal' }, insert('b')])).toEqual([
      'NOT_FOUND',
      'stored',
    ])
  })

  test('that comes last leaves the first stored', async () => {
    const broken: Unit = {
      statements: [insertion('b'), { sql: 'insert into nowhere values (1)', params: [] }],
      durability: 'normal',
    }
    expect(await outcomes([insert('a'), broken])).toEqual(['stored', 'STORAGE_ERROR'])
    expect(ids()).toEqual(['a'])
  })

  test('keeps what the driver said as the cause, not as the message', async () => {
    const broken: Unit = {
      statements: [{ sql: 'insert into nowhere values (1)', params: [] }],
      durability: 'normal',
    }
    const error = await writer.commit(broken).catch(error => error)
    expect(error.message).toBe('The change could not be stored')
    expect(error.cause.message).toContain('no such table')
  })

  test('rejects with the words of its statement when a key is taken', async () => {
    await writer.commit(insert('a'))
    const taken = new OrionError('CONFLICT', 'taken')
    const unit: Unit = {
      statements: [
        { ...insertion('a'), conflict: ({ columns }) => (columns[0] === 'id' ? taken : new Error('?')) },
      ],
      durability: 'full',
    }
    expect(await writer.commit(unit).catch(error => error)).toBe(taken)
  })

  test('with too few parameters stores nothing', async () => {
    const unit: Unit = { statements: [{ ...insertion('a'), params: ['a'] }], durability: 'normal' }
    expect(await outcomes([unit])).toEqual(['STORAGE_ERROR'])
    expect(ids()).toEqual([])
  })
})

describe('a full disk', () => {
  test('undoes the group, says so to everybody, and the writer goes on when there is room', async () => {
    const pages = database.query<{ page_count: number }, []>('pragma page_count').get()?.page_count ?? 0
    database.run(`pragma max_page_count = ${pages + 2}`)
    const codes = await outcomes([insert('a'), insert('b', 'x'.repeat(100_000)), insert('c')])
    expect(codes).toEqual(['STORAGE_ERROR', 'STORAGE_ERROR', 'STORAGE_ERROR'])
    expect(ids()).toEqual([])
    expect(log.lines).toEqual(['error a group of writes was undone'])
    database.run('pragma max_page_count = 1000000')
    expect(await outcomes([insert('a'), insert('b', 'x'.repeat(100_000))])).toEqual(['stored', 'stored'])
  })
})

describe('durability', () => {
  test('is NORMAL for traces and FULL for a group that holds anything acknowledged as stored', async () => {
    await writer.commit(insert('a'))
    expect(synchronous()).toBe(1)
    await Promise.all([
      writer.commit(insert('b')),
      writer.commit(insert('c', 'x', 'full')),
      writer.commit(insert('d')),
    ])
    expect(synchronous()).toBe(2)
    await writer.commit(insert('e'))
    expect(synchronous()).toBe(1)
  })
})

describe("another process's lock", () => {
  test('is waited for without holding up the event loop', async () => {
    const other = new Database(path)
    other.run('begin immediate')
    const written = writer.commit(insert('a'))
    let turns = 0
    for (; turns < 20; turns++) await new Promise(resolve => setImmediate(resolve))
    expect(Bun.peek.status(written)).toBe('pending')
    const joined = writer.commit(insert('b', 'x', 'full'))
    other.run('rollback')
    other.close()
    await Promise.all([written, joined])
    expect(ids()).toEqual(['a', 'b'])
  })

  test('that lasts longer than the busy timeout fails the group', async () => {
    await writer.drain()
    writer.close()
    open(64 * MB, 0)
    const other = new Database(path)
    other.run('begin immediate')
    expect(await outcomes([insert('a'), insert('b')])).toEqual(['STORAGE_ERROR', 'STORAGE_ERROR'])
    other.run('rollback')
    other.close()
    expect(await outcomes([insert('c')])).toEqual(['stored'])
  })
})

describe('the WAL', () => {
  const walSize = () => statSync(`${path}-wal`).size

  async function load(rows: number, body: string, name = 'r'): Promise<number> {
    let largest = 0
    for (let i = 0; i < rows; i += 100) {
      await Promise.all(Array.from({ length: 100 }, (_, j) => writer.commit(insert(`${name}${i + j}`, body))))
      largest = Math.max(largest, walSize())
    }
    return largest
  }

  test('stays small under 50,000 rows', async () => {
    expect(await load(50_000, 'x'.repeat(200))).toBeLessThan(8 * MB)
    expect(ids()).toHaveLength(50_000)
  })

  test('stays small under large rows', async () => {
    expect(await load(1_000, 'x'.repeat(50_000))).toBeLessThan(16 * MB)
  })

  test('that one large group made is cut down without a warning', async () => {
    await writer.drain()
    writer.close()
    open(MB)
    expect(await load(100, 'x'.repeat(50_000))).toBeGreaterThan(4 * MB)
    await writer.commit(insert('last'))
    expect(walSize()).toBeLessThanOrEqual(MB + 4096)
    expect(log.lines).toEqual([])
  })

  test('is cut down to its limit once the reader that held it is gone', async () => {
    await writer.drain()
    writer.close()
    open(MB)
    const other = new Database(path)
    other.run('begin')
    other.query('select count(*) from item').get()
    expect(await load(5_000, 'x'.repeat(1_000))).toBeGreaterThan(2 * MB)
    expect(log.lines).toEqual([
      'warn the WAL is above storage.wal_limit_mb: another process reads the database',
    ])
    other.run('commit')
    other.close()
    await load(1_000, 'y', 'after')
    expect(walSize()).toBeLessThanOrEqual(MB + 4096)
  })
})

describe('the end', () => {
  test('stores what waits and then refuses', async () => {
    const waiting = writer.commit(insert('a'))
    const end = writer.drain()
    expect(await outcomes([insert('b')])).toEqual(['SERVICE_UNAVAILABLE'])
    await Promise.all([waiting, end])
    expect(ids()).toEqual(['a'])
  })
})
