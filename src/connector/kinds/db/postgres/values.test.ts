import { describe, expect } from 'bun:test'
import { postgres } from '../../../../../tests/harness/backing.ts'
import { until } from '../../../../../tests/harness/until.ts'
import { isObject, type Json } from '../../../../std/json.ts'
import type { ValueForms } from '../client.ts'
import { failureOf, openClient, over, POSTGRES, type TestDatabase } from '../test-databases.ts'

const { test, open } = POSTGRES

/** Evaluated in one session, so that one connection does for a table of values. */
async function each<Row extends readonly unknown[]>(
  table: readonly Row[],
  look: (database: TestDatabase, row: Row) => Promise<void>,
): Promise<void> {
  await using database = await open()
  await database.write(
    ["CREATE TYPE mood AS ENUM ('sad', 'ok')"],
    ['CREATE DOMAIN age AS int CHECK (VALUE > 0)'],
  )
  for (const row of table) await look(database, row)
}

async function evaluated(
  database: TestDatabase,
  expression: string,
  params: Json[] = [],
  options = {},
): Promise<Json> {
  const [row = {}] = await database.read(`SELECT ${expression} AS v`, params, options)
  return isObject(row) ? (row.v ?? null) : null
}

const COME_OUT: readonly (readonly [string, Json])[] = [
  ['true', true],
  ['32767::int2', 32_767],
  ["'-2147483648'::int4", -2_147_483_648],
  ['9007199254740991::int8', 9_007_199_254_740_991],
  ['9223372036854775807::int8', 9_223_372_036_854_775_807n],
  ["'-9223372036854775808'::int8", -9_223_372_036_854_775_808n],
  ["'4294967295'::oid", 4_294_967_295],
  ['0.1::float4', 0.1],
  ['1e20::float4', 1e20],
  ['0.1::float8', 0.1],
  ['1e300::float8', 1e300],
  ['1.50::numeric', 1.5],
  ['0.00::numeric', 0],
  ['12345678901234567890::numeric', '12345678901234567890'],
  ['0.1234567890123456789::numeric', '0.1234567890123456789'],
  ["'NaN'::numeric", 'NaN'],
  ["'1.5'::money", '$1.50'],
  ["'13:05:06+02'::timetz", '13:05:06+02'],
  ["'1 day 02:03:04'::interval", '1 day 02:03:04'],
  ["'10.0.0.1'::inet", '10.0.0.1'],
  ["'10.0.0.0/8'::cidr", '10.0.0.0/8'],
  ["B'101'", '101'],
  ["'<a/>'::xml", '<a/>'],
  ['point(1,2)', '(1,2)'],
  ['int4range(1,5)', '[1,5)'],
  ["to_tsvector('simple', 'a b')", "'a':1 'b':2"],
  ['pg_sleep(0)', ''],
  ['\'x\'::"char"', 'x'],
  ["ROW(1, 'a')", '(1,a)'],
  ["'ab'::char(5)", 'ab   '],
  ["'é€😀'::text", 'é€😀'],
  ["'ok'::mood", 'ok'],
  ['7::age', 7],
  ["'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid", 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ['\'{"b": 12345678901234567890, "a": [1.0]}\'::json', { b: 12_345_678_901_234_567_890n, a: [1] }],
  ["'null'::jsonb", null],
  ["date '2024-02-29'", '2024-02-29'],
  ["date '0044-03-15 BC'", '-0043-03-15'],
  ["date '0001-01-01 BC'", '0000-01-01'],
  ["date '12024-01-02'", '+12024-01-02'],
  ["date 'infinity'", 'infinity'],
  ["timestamp '-infinity'", '-infinity'],
  ["time '13:05:06'", '13:05:06'],
  ["time '13:05:06.12'", '13:05:06.120'],
  ["time '24:00:00'", '24:00:00'],
  ["timestamp '2024-01-02 03:04:05'", '2024-01-02 03:04:05'],
  ["timestamp '2024-01-02 03:04:05.1234'", '2024-01-02 03:04:05.123400'],
  ["timestamptz '2024-01-02 03:04:05.12+02'", '2024-01-02T01:04:05.120Z'],
  ["timestamptz '0044-03-15 00:00:00+00 BC'", '-0043-03-15T00:00:00Z'],
  ["timestamptz 'infinity'", 'infinity'],
  ['ARRAY[1, NULL, 3]', [1, null, 3]],
  [
    'ARRAY[[1, 2], [3, 4]]',
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ["'[0:1]={5,6}'::int[]", [5, 6]],
  ["'{}'::text[]", []],
  ["ARRAY['a\"b', 'c\\d', 'NULL', 'e,f', '{g}', '']", ['a"b', 'c\\d', 'NULL', 'e,f', '{g}', '']],
  ["ARRAY['ok', 'sad']::mood[]", ['ok', 'sad']],
  ['ARRAY[7]::age[]', [7]],
  ["ARRAY['10.0.0.1']::inet[]", ['10.0.0.1']],
  ['ARRAY[\'{"a":1}\']::jsonb[]', [{ a: 1 }]],
  ["ARRAY['2024-01-02 03:04:05']::timestamptz[]", ['2024-01-02T03:04:05Z']],
  ['ARRAY[box(point(1,2),point(0,0))]', ['(1,2),(0,0)']],
  ['NULL::int', null],
  ['NULL::money', null],
]

describe('a value of PostgreSQL', () => {
  test('comes out as JSON', async () => {
    await each(COME_OUT, async (database, [expression, value]) => {
      expect([expression, await evaluated(database, expression)]).toEqual([expression, value])
    })
  })

  test('comes out in the form that is asked for', async () => {
    const table: readonly (readonly [string, Partial<ValueForms>, Json])[] = [
      ['1.50::numeric', { numericAs: 'string' }, '1.50'],
      ['0.00::numeric', { numericAs: 'string' }, '0.00'],
      ['1e-7::numeric', { numericAs: 'string' }, '0.0000001'],
      ['12345678901234567890.5::numeric', { numericAs: 'number' }, 12_345_678_901_234_567_000],
      ["'\\x6162'::bytea", {}, 'ab'],
      ["'\\x00ff'::bytea", {}, '00ff'],
      ["'\\x6162'::bytea", { binaryAs: 'base64' }, 'YWI='],
      ["'\\x6162'::bytea", { binaryAs: 'hex' }, '6162'],
      ["ARRAY['\\x6162'::bytea]", { binaryAs: 'base64' }, ['YWI=']],
    ]
    await each(table, async (database, [expression, options, value]) => {
      expect(await evaluated(database, expression, [], options)).toEqual(value)
    })
  })

  test('is refused where JSON has no form of it', async () => {
    const table = [
      ["'NaN'::float8", {}],
      ["ARRAY['Infinity'::float4]", {}],
      ["'\\xff'::bytea", { binaryAs: 'text' }],
      ["'1e400'::json", {}],
    ] as const
    await each(table, async (database, [expression, options]) => {
      const failure = await failureOf(evaluated(database, expression, [], options))
      expect(failure.code).toBe('DATA_ERROR')
      expect(failure.message).toContain('"v"')
    })
  })
})

/** Expression with `$1`, what is bound, what comes out. */
const GO_IN: readonly (readonly [string, Json, Json])[] = [
  ['$1::int2', '12', 12],
  ['$1::int4', 3, 3],
  ['$1::int8', 9_223_372_036_854_775_807n, 9_223_372_036_854_775_807n],
  ['$1::float8', 0.1, 0.1],
  ['$1::float8', '1.5', 1.5],
  ['$1::numeric', 12_345_678_901_234_567_890n, '12345678901234567890'],
  ['$1::numeric', '1.50', 1.5],
  ['$1::bool', true, true],
  ['$1::bool', 'false', false],
  ['$1::text', 12, '12'],
  ['$1::text', true, 'true'],
  ['$1::text', { a: [1, 'b'] }, '{"a":[1,"b"]}'],
  ['$1::text', 9_223_372_036_854_775_808n, '9223372036854775808'],
  ['$1', 'untyped', 'untyped'],
  ['$1::uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ['$1::jsonb', { a: 1 }, { a: 1 }],
  ['$1::jsonb', [1, null], [1, null]],
  ['$1::jsonb', '{"a":1}', { a: 1 }],
  ['$1::jsonb', 'Ann', 'Ann'],
  ['$1::jsonb', '12', '12'],
  ['$1::jsonb', 5, 5],
  ['$1::jsonb', null, null],
  ['$1::date', '2024-02-29', '2024-02-29'],
  ['$1::date', '-0043-03-15', '-0043-03-15'],
  ['$1::date', '+12024-01-02', '+12024-01-02'],
  ['$1::time', '13:05:06.12', '13:05:06.120'],
  ['$1::timestamp', '2024-01-02T03:04:05', '2024-01-02 03:04:05'],
  ['$1::timestamp', '2024-01-02 03:04:05.5+02:00', '2024-01-02 01:04:05.500'],
  ['$1::timestamptz', '2024-01-02T03:04:05Z', '2024-01-02T03:04:05Z'],
  ['$1::timestamptz', '2024-01-02T03:04:05+02:00', '2024-01-02T01:04:05Z'],
  ['$1::timestamptz', '2024-01-02T03:04:05', '2024-01-02T03:04:05Z'],
  ['$1::timestamptz', '2024-01-02', '2024-01-02T00:00:00Z'],
  ['$1::timestamptz', '-0043-03-15T00:00:00Z', '-0043-03-15T00:00:00Z'],
  ['$1::int[]', [1, '2', null], [1, 2, null]],
  ['$1::text[]', ['a"b', 'c\\d', 'NULL', null, ''], ['a"b', 'c\\d', 'NULL', null, '']],
  [
    '$1::int[]',
    [
      [1, 2],
      [3, 4],
    ],
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ['$1::mood', 'sad', 'sad'],
  ['$1::mood[]', ['sad', 'ok'], ['sad', 'ok']],
  ['$1::age', 7, 7],
  ['$1::inet', '10.0.0.1', '10.0.0.1'],
  ['$1::interval', '1 day', '1 day'],
  ['$1::money', '1.5', '$1.50'],
  ['$1::bytea', 'ab', 'ab'],
  ['$1::int4', null, null],
]

const STAY_OUT: readonly (readonly [string, Json])[] = [
  ['$1::int4', 2.5],
  ['$1::int4', true],
  ['$1::int4', 2_147_483_648],
  ['$1::int4', 'abc'],
  ['$1::int4', {}],
  ['$1::float8', 'NaN'],
  ['$1::numeric', false],
  ['$1::bool', 1],
  ['$1::uuid', 7],
  ['$1::date', '2024-02-29T00:00:00Z'],
  ['$1::timestamp', '2024-01-02'],
  ['$1::timestamptz', 'yesterday'],
  ['$1::int[]', 5],
  ['$1::mood', 'angry'],
  ['$1::age', -1],
  ['$1::inet', 'somewhere'],
  ['$1::date', '2024-02-31'],
]

describe('a value for PostgreSQL', () => {
  test('is bound as the server declares its placeholder', async () => {
    await each(GO_IN, async (database, [expression, value, result]) => {
      expect([expression, await evaluated(database, expression, [value])]).toEqual([expression, result])
    })
  })

  test('is refused where it has no form of that type, in words without the value', async () => {
    await each(STAY_OUT, async (database, [expression, value]) => {
      const failure = await failureOf(evaluated(database, expression, [value]))
      expect([expression, failure.code]).toEqual([expression, 'DATA_ERROR'])
      expect(failure.message).not.toMatch(/abc|yesterday|angry|somewhere|2147483648/)
    })
  })

  test('is never read as a statement', async () => {
    await using database = await open()
    const hostile = `'; DROP TABLE people; --`
    expect(await evaluated(database, '$1::text', [hostile])).toBe(hostile)
  })
})

describe('a table of PostgreSQL that changes', () => {
  test('is read as it is now, by statements that were prepared before', async () => {
    await using database = await open({ max_connections: 2 })
    await database.write(['CREATE TABLE t (id int, v int)'], ['INSERT INTO t VALUES (1, 5)'])
    const all = () => Promise.all([1, 2].map(() => database.read('SELECT * FROM t WHERE v = $1', [5])))
    await all()
    await database.write(['ALTER TABLE t ALTER v TYPE text'])
    expect(await all()).toEqual([[{ id: 1, v: '5' }], [{ id: 1, v: '5' }]])
    await database.write(['ALTER TABLE t ADD w int DEFAULT 9'])
    expect(await all()).toEqual([[{ id: 1, v: '5', w: 9 }], [{ id: 1, v: '5', w: 9 }]])
    await database.write(['ALTER TABLE t ALTER v TYPE int USING v::int'])
    expect(await database.write(['INSERT INTO t (id, v) VALUES ($1, $2)', 2, 6])).toEqual([
      { rows_affected: 1 },
    ])
    expect(await all()).toEqual([[{ id: 1, v: 5, w: 9 }], [{ id: 1, v: 5, w: 9 }]])
  })
})

describe('a read of PostgreSQL', () => {
  test.each([
    "SELECT nextval('s') AS v",
    "SELECT set_config('transaction_read_only', 'off', false) AS a, nextval('s') AS v",
    'SELECT writes() AS v',
    'SELECT * FROM t FOR UPDATE',
  ])('writes nothing by a function either: %s', async query => {
    await using database = await open()
    await database.write(
      ['CREATE SEQUENCE s'],
      ['CREATE TABLE t (id int)'],
      ['CREATE FUNCTION writes() RETURNS int LANGUAGE sql AS $$ INSERT INTO t VALUES (1) RETURNING id $$'],
    )
    expect((await failureOf(database.read(query))).code).toBe('DATA_ERROR')
    expect(await database.read('SELECT * FROM t')).toEqual([])
  })

  test('leaves nothing set in its session', async () => {
    await using database = await open({ max_connections: 1 })
    await database.write(['CREATE TABLE t (id int)'])
    await database.read(
      "SELECT set_config('default_transaction_read_only', 'off', false), set_config('timezone', 'Asia/Tokyo', false) AS b",
    )
    expect(await evaluated(database, "timestamptz '2024-01-02 00:00:00+00'")).toBe('2024-01-02T00:00:00Z')
    expect(await evaluated(database, "current_setting('default_transaction_read_only')")).toBe('on')
  })
})

test('a connection to PostgreSQL speaks TLS as its URL says, and cancels over it', async () => {
  const service = await postgres()
  if (service.tls === undefined) return
  const ca_certificate = await Bun.file(service.tls.certificate).text()
  for (const [mode, config] of [
    ['require', {}],
    ['verify-full', { ca_certificate }],
  ] as const) {
    await using database = over(openClient(`${service.url}?sslmode=${mode}`, config), service.url)
    const ssl = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()'
    expect(await database.read(ssl)).toEqual([{ ssl: true }])
    expect((await failureOf(database.read('SELECT pg_sleep(60)', [], { timeoutMs: 50 }))).code).toBe(
      'TIMEOUT_ERROR',
    )
    const busy =
      "SELECT count(*) AS n FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(60)'"
    await until('it is gone', async () => (await database.read(busy))[0]?.n === 0 || undefined)
  }
  await using stranger = over(openClient(`${service.url}?sslmode=verify-full`), service.url)
  expect((await failureOf(stranger.read('SELECT 1 AS a'))).stage).toBe('tls')
})
