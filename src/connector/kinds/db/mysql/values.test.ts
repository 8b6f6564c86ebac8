import { describe, expect } from 'bun:test'
import type { Json } from '../../../../std/json.ts'
import type { ValueForms } from '../client.ts'
import { failureOf, MYSQL, openClient, over } from '../test-databases.ts'

const { test, open } = MYSQL

/** Type of a column, what is stored there, what comes out, the forms that are asked for. */
const COLUMNS: readonly (readonly [string, Json, Json, Partial<ValueForms>?])[] = [
  ['tinyint(1)', true, true],
  ['boolean', false, false],
  ['tinyint', -5, -5],
  ['tinyint unsigned', 255, 255],
  ['smallint', -32_768, -32_768],
  ['mediumint', 8_388_607, 8_388_607],
  ['int unsigned', 4_294_967_295, 4_294_967_295],
  ['bigint', -9_223_372_036_854_775_808n, -9_223_372_036_854_775_808n],
  ['bigint', 9_007_199_254_740_991, 9_007_199_254_740_991],
  ['bigint unsigned', 18_446_744_073_709_551_615n, 18_446_744_073_709_551_615n],
  ['int', '12', 12],
  ['year', 2024, 2024],
  ['float', 0.1, 0.1],
  ['double', 0.1, 0.1],
  ['double', 1e300, 1e300],
  ['decimal(10,2)', '1.50', 1.5],
  ['decimal(10,2)', '0.00', 0],
  ['decimal(10,2)', '1.50', '1.50', { numericAs: 'string' }],
  ['decimal(40,0)', '1234567890123456789012345678901234567890', '1234567890123456789012345678901234567890'],
  ['decimal(30,2)', '12345678901234567890.12', 12_345_678_901_234_567_000, { numericAs: 'number' }],
  ['varchar(20)', 'é€😀', 'é€😀'],
  ['varchar(20)', 12, '12'],
  ['text', { a: [1] }, '{"a":[1]}'],
  ['text CHARACTER SET utf8mb4 COLLATE utf8mb4_bin', 'ab', 'ab', { binaryAs: 'hex' }],
  ["enum('a','b')", 'b', 'b'],
  ["set('x','y','z')", 'x,z', 'x,z'],
  ['blob', 'ab', 'ab'],
  ['blob', 'ab', 'YWI=', { binaryAs: 'base64' }],
  ['blob', 'ab', '6162', { binaryAs: 'hex' }],
  ['binary(4)', 'ab', 'ab\0\0'],
  ['date', '2024-02-29', '2024-02-29'],
  ['time', '13:05:06', '13:05:06'],
  ['time(2)', '-100:00:01.5', '-100:00:01.500'],
  ['time', '838:59:59', '838:59:59'],
  ['datetime', '2024-01-02 03:04:05', '2024-01-02 03:04:05'],
  ['datetime(6)', '2024-01-02 03:04:05.123456', '2024-01-02 03:04:05.123456'],
  ['datetime(6)', '2024-01-02 03:04:05', '2024-01-02 03:04:05'],
  ['timestamp(3) NULL', '2024-01-02 03:04:05.12', '2024-01-02T03:04:05.120Z'],
  ['bit(16)', 513, 513],
  ['int', null, null],
  ['decimal(5,2)', null, null],
  ['blob', null, null],
]

describe('a value of MySQL', () => {
  test('goes in and comes out', async () => {
    await using database = await open()
    for (const [type, stored, read, forms = {}] of COLUMNS) {
      await database.write(['DROP TABLE IF EXISTS t'])
      await database.write([`CREATE TABLE t (v ${type})`])
      await database.write(['INSERT INTO t VALUES (?)', stored])
      expect([type, await database.read('SELECT v FROM t', [], forms)]).toEqual([type, [{ v: read }]])
    }
  })

  test('of an expression has the type that the server gives it', async () => {
    await using database = await open()
    const [row = {}] = await database.read(
      "SELECT true AS t, 1 = 1 AS e, sum(2) AS s, 'a' || 'b' AS c, 1 / 0 AS z, CAST('0000-00-00' AS date) AS d",
    )
    expect(row).toMatchObject({ t: 1, e: 1, s: 2, c: 'ab', z: null })
  })

  test('of a date of zeros is told from NULL', async () => {
    await using database = await open()
    await database.write(['CREATE TABLE t (d date, s datetime)'])
    await database.write(['INSERT IGNORE INTO t VALUES (?, ?)', '0000-00-00', '0000-00-00 00:00:00'])
    expect(await database.read('SELECT * FROM t')).toEqual([{ d: '0000-00-00', s: '0000-00-00 00:00:00' }])
  })

  test.each([
    ['int', 'abc'],
    ['tinyint', 300],
    ['date', 'yesterday'],
    ['varchar(2)', 'too long'],
  ])('that the server refuses is an error of the data: %s', async (type, value) => {
    await using database = await open()
    await database.write([`CREATE TABLE t (v ${type})`])
    const failure = await failureOf(database.write(['INSERT INTO t VALUES (?)', value]))
    expect(failure.code).toBe('DATA_ERROR')
    expect(failure.message).not.toContain(String(value))
  })
})

describe('a write to MySQL', () => {
  test('tells the first id of an insert, and of a RETURNING how many rows it returned', async () => {
    await using database = await open()
    await database.write(['CREATE TABLE t (id int PRIMARY KEY AUTO_INCREMENT, v int)'])
    expect(await database.write(['INSERT INTO t (v) VALUES (?), (?)', 1, 2])).toEqual([
      { rows_affected: 2, last_insert_id: 1 },
    ])
    expect(await database.write(['UPDATE t SET v = v'])).toEqual([{ rows_affected: 2 }])
    expect(await database.write(['INSERT INTO t (v) VALUES (5), (6), (7) RETURNING id'])).toMatchObject([
      { rows_affected: 3 },
    ])
  })

  test('takes a limit as a value', async () => {
    await using database = await open()
    expect(
      await database.read('WITH a AS (SELECT 1 AS n UNION SELECT 2) SELECT n FROM a LIMIT ?', [1]),
    ).toHaveLength(1)
  })
})

describe('a read of MySQL', () => {
  test.each([
    'SELECT 1 /*!50000 INTO @y */',
    "SELECT 1 INTO OUTFILE '/tmp/orion-test-outfile'",
    "SELECT .1.INTO OUTFILE '/tmp/orion-test-outfile'",
    '/*!50000 DELETE FROM t */',
  ])('is looked at as the server reads it: %s', async query => {
    await using database = await open()
    expect((await failureOf(database.read(query))).code).toBe('VALIDATION_ERROR')
  })

  test('with the placeholders of PostgreSQL is told which are right', async () => {
    await using database = await open()
    const failure = await failureOf(database.read('SELECT $1', [1]))
    expect(failure.message).toContain('placeholders of MySQL are ?')
  })
})

test('a connection to MySQL speaks TLS as its URL says', async () => {
  const { mysql } = await import('../../../../../tests/harness/backing.ts')
  const service = await mysql()
  if (service.tls === undefined) return
  const ca_certificate = await Bun.file(service.tls.certificate).text()
  const cipher =
    'SELECT variable_value AS v FROM information_schema.session_status WHERE variable_name = "Ssl_cipher"'
  for (const [mode, config] of [
    ['require', {}],
    ['verify-full', { ca_certificate }],
  ] as const) {
    await using database = over(openClient(`${service.url}?ssl-mode=${mode}`, config), service.url)
    expect(await database.read(cipher)).toMatchObject([{ v: expect.stringContaining('TLS') }])
  }
  await using stranger = over(openClient(`${service.url}?ssl-mode=verify-full`), service.url)
  expect((await failureOf(stranger.read('SELECT 1 AS a'))).stage).toBe('tls')
})
