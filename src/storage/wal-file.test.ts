import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { holdsTransaction } from './wal-file.ts'

const FRAME = 24 + 4096

let folder: string
let database: Database
let wal: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orion-wal-'))
  database = new Database(join(folder, 'a.db'))
  database.run('pragma journal_mode = wal')
  database.run('pragma wal_autocheckpoint = 0')
  database.run('create table t (a text)')
  wal = join(folder, 'a.db-wal')
})

afterEach(() => {
  database.close()
  rmSync(folder, { recursive: true })
})

/** The WAL as it is now, cut or changed, under another name. */
function copyOfWal(change: (path: string) => void): string {
  const copy = join(folder, 'copy-wal')
  copyFileSync(wal, copy)
  change(copy)
  return copy
}

describe('a WAL holds a transaction', () => {
  test('once one is committed', () => {
    expect(holdsTransaction(wal)).toBe(true)
  })

  test('when a later one is torn', () => {
    const whole = readFileSync(wal).length
    database.run('insert into t values (?)', ['x'.repeat(20_000)])
    expect(holdsTransaction(copyOfWal(path => truncateSync(path, whole + FRAME + 100)))).toBe(true)
  })

  test('when it is begun anew and one is committed since', () => {
    database.run('pragma wal_checkpoint(restart)')
    database.run(`insert into t values ('later')`)
    expect(holdsTransaction(wal)).toBe(true)
  })
})

describe('a WAL holds no transaction', () => {
  test.each([
    ['when there is none', -1],
    ['when it is empty', 0],
    ['when it is a header cut short', 31],
    ['when it is a header', 32],
    ['when its only frame is cut short', 32 + FRAME - 1],
    ['when the one that it begins with is not whole', 32 + FRAME],
  ])('%s', (_, bytes) => {
    const path = copyOfWal(copy => (bytes < 0 ? rmSync(copy) : truncateSync(copy, bytes)))
    expect(holdsTransaction(path)).toBe(false)
  })

  test('when its frames are left from before it was begun anew', () => {
    const before = readFileSync(wal)
    database.run('pragma wal_checkpoint(restart)')
    database.run(`insert into t values ('later')`)
    const header = readFileSync(wal).subarray(0, 32)
    const path = copyOfWal(copy => writeFileSync(copy, Buffer.concat([header, before.subarray(32)])))
    expect(holdsTransaction(path)).toBe(false)
  })

  test.each([
    ['its header', 13],
    ['its page size', 9],
    ['a frame', 32 + 5],
    ['a page', 32 + 24 + 1000],
  ])('when %s is damaged', (_, at) => {
    const path = copyOfWal(copy => {
      const bytes = readFileSync(copy)
      bytes[at] = (bytes[at] ?? 0) ^ 0x55
      writeFileSync(copy, bytes)
    })
    expect(holdsTransaction(path)).toBe(false)
  })

  test('when it is something else', () => {
    expect(holdsTransaction(copyOfWal(copy => writeFileSync(copy, 'no WAL at all '.repeat(1_000))))).toBe(
      false,
    )
  })
})
