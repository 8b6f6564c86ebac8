import { describe, expect, test } from 'bun:test'
import { link, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from '../../../../../scripts/root.ts'
import { tempFolder } from '../../../../../tests/harness/temp-folder.ts'
import type { Json } from '../../../../std/json.ts'
import type { ValueForms } from '../client.ts'
import { failureOf, openClient, over, SQLITE } from '../test-databases.ts'

const command = [process.execPath, join(ROOT, 'src/main.ts')]

const VALUES: readonly (readonly [string, Json, Json, Partial<ValueForms>?])[] = [
  ['integer', 9_223_372_036_854_775_807n, 9_223_372_036_854_775_807n],
  ['integer', -3, -3],
  ['real', 0.1, 0.1],
  ['text', 'é€😀', 'é€😀'],
  ['text', 12, '12'],
  ['text', { a: [1] }, '{"a":[1]}'],
  ['boolean', true, true],
  ['json', { b: 1, a: 12_345_678_901_234_567_890n }, { b: 1, a: 12_345_678_901_234_567_890n }],
  ['decimal(10,2)', '1.5', '1.5', { numericAs: 'string' }],
  ['date', '2024-02-29', '2024-02-29'],
  ['integer', null, null],
]

describe('a value of SQLite', () => {
  test('goes in and comes out', async () => {
    await using database = await SQLITE.open()
    for (const [type, stored, read, forms = {}] of VALUES) {
      await database.write(
        ['DROP TABLE IF EXISTS t'],
        [`CREATE TABLE t (v ${type})`],
        ['INSERT INTO t VALUES (?)', stored],
      )
      expect([type, await database.read('SELECT v FROM t', [], forms)]).toEqual([type, [{ v: read }]])
    }
    expect(await database.read("SELECT x'6162' AS v", [], { binaryAs: 'base64' })).toEqual([{ v: 'YWI=' }])
    expect((await failureOf(database.read('SELECT 9e999 AS v'))).code).toBe('DATA_ERROR')
    const large = await failureOf(database.write(['INSERT INTO t VALUES (?)', 9_223_372_036_854_775_808n]))
    expect(large.code).toBe('DATA_ERROR')
  })

  test('is bound to the number of its placeholder', async () => {
    await using database = await SQLITE.open()
    expect(await database.read('SELECT $2 AS b, $1 AS a, $2 AS c', ['x', 'y'])).toEqual([
      { b: 'y', a: 'x', c: 'y' },
    ])
    expect((await failureOf(database.read('SELECT $2 AS b', ['x']))).message).toContain('2 placeholder(s)')
  })

  test('of an insert is told by its id', async () => {
    await using database = await SQLITE.open()
    await database.write(['CREATE TABLE t (id integer PRIMARY KEY, v int)'])
    expect(await database.write(['INSERT INTO t (v) VALUES (1), (2)'])).toEqual([
      { rows_affected: 2, last_insert_id: 2 },
    ])
    expect(await database.write(['DROP TABLE t'])).toEqual([{ rows_affected: 0 }])
  })
})

describe('a database of SQLite', () => {
  test.each([
    "ATTACH '/tmp/x' AS x",
    "VACUUM INTO '/tmp/x'",
    'PRAGMA journal_mode = DELETE',
    'DETACH main',
    'COMMIT',
  ])('refuses what reaches beyond it: %s', async statement => {
    await using database = await SQLITE.open()
    expect((await failureOf(database.write([statement]))).code).toBe('VALIDATION_ERROR')
  })

  test('loads no extension', async () => {
    await using database = await SQLITE.open()
    expect((await failureOf(database.write(["SELECT load_extension('x')"]))).code).toBe('DATA_ERROR')
  })

  test('in memory lives as long as its client, over calls and errors', async () => {
    await using database = await SQLITE.open()
    await database.write(['CREATE TABLE t (id int)'], ['INSERT INTO t VALUES (1)'])
    await failureOf(database.write(['INSERT INTO nothing VALUES (1)']))
    await failureOf(database.read(SQLITE.rows(1001)))
    expect(await database.read('SELECT * FROM t')).toEqual([{ id: 1 }])
    expect(database.client.isStore).toBe(true)
  })
})

describe('a file of SQLite', () => {
  test('in the folder is opened by every connection', async () => {
    await using folder = await tempFolder()
    const sqlite = { folder: folder.path, ownFile: undefined, command }
    await using one = over(openClient('sqlite:shop.db', {}, { sqlite }), '')
    await one.write(['CREATE TABLE t (id int)'], ['INSERT INTO t VALUES (1)'])
    await using two = over(openClient(`sqlite://${folder.path}/shop.db`, {}, { sqlite }), '')
    expect(await two.read('SELECT * FROM t')).toEqual([{ id: 1 }])
  })

  test('that is none of a connector is not opened', async () => {
    await using folder = await tempFolder()
    await using elsewhere = await tempFolder()
    const own = join(folder.path, 'orion.db')
    for (const path of [own, join(elsewhere.path, 'other.db')]) await Bun.write(path, '')
    await symlink(own, join(folder.path, 'symbolic.db'))
    await symlink(elsewhere.path, join(folder.path, 'way-out'))
    await link(own, join(folder.path, 'hard.db'))
    await mkdir(join(folder.path, 'below'))
    const sqlite = { folder: folder.path, ownFile: own, command }
    for (const path of [
      'orion.db',
      'orion.db-wal',
      'below/../orion.db',
      'symbolic.db',
      'hard.db',
      'way-out/other.db',
      '../x.db',
      join(elsewhere.path, 'other.db'),
      'nowhere/x.db',
      '/etc/passwd',
    ]) {
      await using database = over(openClient(`sqlite:${path}`, {}, { sqlite }), '')
      const failure = await failureOf(database.read('SELECT 1 AS a'))
      expect([path, failure.code]).toEqual([path, 'UPSTREAM_UNAVAILABLE'])
    }
  })

  test('is not opened unless a folder is set', async () => {
    await using database = over(openClient('sqlite:/tmp/x.db'), '')
    expect((await failureOf(database.read('SELECT 1 AS a'))).note).toContain('sqlite_dir is not set')
  })

  test('that is no database is told as unavailable', async () => {
    await using folder = await tempFolder()
    await Bun.write(
      join(folder.path, 'text.db'),
      'no database at all, and long enough to be read as a header of one'.repeat(20),
    )
    const sqlite = { folder: folder.path, ownFile: undefined, command }
    await using database = over(openClient('sqlite:text.db', {}, { sqlite }), '')
    expect((await failureOf(database.read('SELECT 1 AS a'))).code).toBe('UPSTREAM_UNAVAILABLE')
  })
})
