import { describe, expect } from 'bun:test'
import { failureOf, POSTGRES, type TestDatabase } from '../test-databases.ts'

const { test, open } = POSTGRES
const QUERY = 'SELECT $1::int AS n, pg_sleep($2)::text AS slept'

/** Sent so often that it counts as quick, with one connection for each that is open. */
async function warmed(database: TestDatabase): Promise<void> {
  for (let round = 0; round < 20; round++) await database.read(QUERY, [round, 0])
}

describe('quick reads that share the connections of a full pool', () => {
  test('each get their own row', async () => {
    await using database = await open({ max_connections: 2 })
    await warmed(database)
    const numbers = Array.from({ length: 200 }, (_, n) => n)
    const rows = await Promise.all(numbers.map(n => database.read(QUERY, [n, 0])))
    expect(rows).toEqual(numbers.map(n => [{ n, slept: '' }]))
  })

  test('do not wait for one among them that is slow', async () => {
    await using database = await open({ max_connections: 2 })
    await warmed(database)
    const ended: string[] = []
    const slow = failureOf(database.read(QUERY, [0, 60], { timeoutMs: 3000 })).finally(() =>
      ended.push('slow'),
    )
    const quick = Array.from({ length: 50 }, (_, n) =>
      database.read(QUERY, [n, 0]).finally(() => ended.push('quick')),
    )
    expect((await Promise.all(quick)).flat()).toHaveLength(50)
    await slow
    expect(ended.at(-1)).toBe('slow')
  })

  test('are answered although one among them is cancelled or refused', async () => {
    await using database = await open({ max_connections: 1 })
    await warmed(database)
    const calls = Array.from({ length: 40 }, (_, n) => {
      if (n % 10 === 5)
        return failureOf(database.read(QUERY, [n, 60], { timeoutMs: 30 })).then(({ code }) => code)
      if (n % 10 === 7) return failureOf(database.read(QUERY, ['x', 0])).then(({ code }) => code)
      return database.read(QUERY, [n, 0]).then(rows => rows[0]?.n ?? null)
    })
    const expected = calls.map((_, n) => (n % 10 === 5 ? 'TIMEOUT_ERROR' : n % 10 === 7 ? 'DATA_ERROR' : n))
    expect(await Promise.all(calls)).toEqual(expected)
  })
})
