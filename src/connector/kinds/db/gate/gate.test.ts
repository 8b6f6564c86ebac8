import { describe, expect, test } from 'bun:test'
import { DIALECTS } from '../client.ts'
import { operationsOf } from './operations.ts'
import { numberedIn, placeholdersOf } from './placeholder-problem.ts'
import { problemEverywhere, statementProblem } from './statement-problem.ts'

describe('a statement of db_read', () => {
  test.each([
    'SELECT 1',
    'select 1;',
    '(SELECT 1) UNION (SELECT 2)',
    '-- first\nSELECT 1 /* ; DELETE */',
    'VALUES (1)',
    'TABLE t',
    'WITH x AS (SELECT 1) SELECT * FROM x',
    'WITH RECURSIVE x (n) AS (SELECT 1 UNION ALL SELECT n FROM x) TABLE x',
    'WITH x AS (SELECT 1) SELECT (1)',
    "SELECT 'DELETE FROM t; INTO' AS a",
    'SELECT "into" AS "delete" FROM t',
    'SELECT t.into FROM t',
    "SELECT replace('a', 'b', 'c') AS a",
    'WITH delete AS (SELECT 1) SELECT * FROM delete',
    'SELECT $$ ; DELETE FROM t $$ AS a',
  ])('reads: %s', query => {
    expect(statementProblem(query, 'postgres', 'read')).toBeUndefined()
  })

  test.each([
    ['INSERT INTO t VALUES (1)', "starts with 'INSERT'"],
    ['EXPLAIN ANALYZE DELETE FROM t', "starts with 'EXPLAIN'"],
    ['SET ROLE x', "starts with 'SET'"],
    ['(DELETE FROM t)', "starts with 'DELETE'"],
    ['WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x', "has 'DELETE' in its WITH list"],
    ['WITH x AS (SELECT 1) UPDATE t SET a = 1', "has 'UPDATE' after its WITH list"],
    ['SELECT 1 AS a INTO t', "has 'INTO'"],
    ['SELECT 1; SELECT 2', 'has several'],
    ['/* SELECT 1 */ -- nothing', 'has no statement'],
    ['', 'has no statement'],
  ])('does not read: %s', (query, why) => {
    for (const dialect of DIALECTS) expect(statementProblem(query, dialect, 'read')).toContain(why)
    expect(problemEverywhere(query, 'read')).toContain(why)
  })

  test.each([
    ["SELECT '\\' INTO OUTFILE '/x' -- '", 'mysql', false],
    ["SELECT 'a\\' INTO t --'", 'postgres', true],
    ["SELECT E'a\\' INTO t --' AS a", 'postgres', false],
    ['SELECT 1 /*! INTO @x */', 'mysql', true],
    ['SELECT 1 /*M!100100 INTO @x */', 'mysql', true],
    ['SELECT 1 /*! INTO @x */', 'postgres', false],
    ['SELECT 1 # INTO t', 'mysql', false],
    ['SELECT 1 # INTO t', 'postgres', true],
    ['SELECT 1 /* /* */ INTO t */ AS a', 'postgres', false],
    ['SELECT 1 /* /* */ INTO @x', 'mysql', true],
    ['SELECT `into` FROM t', 'mysql', false],
    ['SELECT [into] FROM t', 'sqlite', false],
    ['SELECT 1--INTO', 'postgres', false],
    ['SELECT 1--1 INTO @x', 'mysql', true],
    ["SELECT 1.INTO OUTFILE '/x'", 'mysql', true],
  ] as const)('is split as its database splits it: %s on %s', (query, dialect, isRefused) => {
    expect(statementProblem(query, dialect, 'read') !== undefined).toBe(isRefused)
  })
})

describe('a statement of db_write', () => {
  test.each([
    'INSERT INTO t VALUES (1)',
    'SELECT 1',
    'CREATE TABLE t (id int)',
    'WITH x AS (SELECT 1) DELETE FROM t',
    'CREATE TRIGGER r AFTER INSERT ON t BEGIN DELETE FROM u; END',
    'CALL p()',
  ])('runs: %s', query => {
    for (const dialect of DIALECTS) expect(statementProblem(query, dialect, 'write')).toBeUndefined()
  })

  test.each([
    'COMMIT',
    'begin',
    'SET x = 1',
    'COPY t FROM STDIN',
    'USE other',
    'DELETE FROM t; DELETE FROM u',
  ])('does not run: %s', query => {
    expect(problemEverywhere(query, 'write')).toBeDefined()
  })

  test('is named by what it does', () => {
    expect(operationsOf('insert into t values (1) on conflict do update set a = 1')).toEqual(['insert'])
    expect(operationsOf('REPLACE INTO t VALUES (1)')).toEqual(['insert'])
    expect(operationsOf('WITH x AS (DELETE FROM t RETURNING *) INSERT INTO u SELECT * FROM x')).toEqual([
      'delete',
      'insert',
    ])
    expect(operationsOf('SELECT 1')).toEqual(['execute'])
    expect(operationsOf('DROP TABLE t')).toEqual(['execute'])
  })
})

test('placeholders are found outside of texts and comments', () => {
  expect(placeholdersOf("SELECT ?, '?' /* ? */, `?` FROM t WHERE a = ?", 'mysql')).toEqual({
    marks: 2,
    hasNumbered: false,
  })
  expect(placeholdersOf("SELECT $1, '$2'", 'postgres')).toEqual({ marks: 0, hasNumbered: true })
  expect(numberedIn('SELECT $2, $1, $2', 'sqlite')).toEqual([2, 1])
})
