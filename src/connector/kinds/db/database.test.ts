import { describe, expect } from 'bun:test'
import { until } from '../../../../tests/harness/until.ts'
import { failureOf, MYSQL, openClient, POSTGRES, SQLITE, type TestDialect } from './test-databases.ts'

/** What every database does alike; `PEOPLE` is created anew for each test. */
const PEOPLE =
  'CREATE TABLE people (id integer PRIMARY KEY, name varchar(40) NOT NULL UNIQUE, age integer CHECK (age >= 0))'
const PETS =
  'CREATE TABLE pets (id integer PRIMARY KEY, owner integer, FOREIGN KEY (owner) REFERENCES people (id))'

for (const dialect of [POSTGRES, MYSQL, SQLITE]) {
  const { test, at, slow, rows, open } = dialect
  const insert = `INSERT INTO people (id, name, age) VALUES (${at(1)}, ${at(2)}, ${at(3)})`
  const opened = async () => {
    const database = await open()
    await database.write([PEOPLE])
    await database.write([PETS])
    return database
  }

  describe(`a database on ${dialect.dialect}`, () => {
    test('reads no row, one and several', async () => {
      await using database = await opened()
      expect(await database.read('SELECT * FROM people')).toEqual([])
      await database.write([insert, 1, 'Ann', 30])
      expect(await database.read('SELECT * FROM people')).toEqual([{ id: 1, name: 'Ann', age: 30 }])
      await database.write([insert, 2, 'Bob', null])
      expect(await database.read(`SELECT id, age FROM people WHERE id > ${at(1)} ORDER BY id`, [0])).toEqual([
        { id: 1, age: 30 },
        { id: 2, age: null },
      ])
    })

    test('tells how many rows each statement affected', async () => {
      await using database = await opened()
      const written = await database.write(
        [insert, 1, 'Ann', 30],
        [insert, 2, 'Bob', 31],
        ['UPDATE people SET age = age + 1'],
      )
      expect(written.map(one => one.rows_affected)).toEqual([1, 1, 2])
      expect((await database.write([`DELETE FROM people WHERE id = ${at(1)}`, 9]))[0]?.rows_affected).toBe(0)
    })

    test('writes all statements or none', async () => {
      await using database = await opened()
      const failure = await failureOf(database.write([insert, 1, 'Ann', 30], [insert, 1, 'Bob', 31]))
      expect(failure.code).toBe('CONSTRAINT_VIOLATED')
      expect(await database.read('SELECT * FROM people')).toEqual([])
    })

    test.each([
      ['a unique column', [insert, 2, 'Ann', 1], 'CONSTRAINT_VIOLATED'],
      ['a foreign key', ['INSERT INTO pets (id, owner) VALUES (1, 99)'], 'CONSTRAINT_VIOLATED'],
      ['a value that must be there', [insert, 2, null, 1], 'DATA_ERROR'],
      ['a check', [insert, 2, 'Bob', -1], 'DATA_ERROR'],
      ['a table that is not there', ['INSERT INTO nothing (id) VALUES (1)'], 'DATA_ERROR'],
      ['a column that is not there', ['UPDATE people SET nothing = 1'], 'DATA_ERROR'],
      ['its syntax', ['UPDATE people SET'], 'DATA_ERROR'],
    ] as const)(
      'refuses a statement for %s, with its SQLSTATE and without its data',
      async (_, statement, code) => {
        await using database = await opened()
        await database.write([insert, 1, 'Ann', 30])
        const failure = await failureOf(database.write([...statement]))
        expect(failure.code).toBe(code)
        expect(failure.details?.[0]?.code).toBe('SQLSTATE')
        expect(failure.message).not.toMatch(/Ann|Bob|people|nothing/)
        expect(failure.isUnwell).toBe(false)
        expect(await database.read('SELECT count(*) AS n FROM people')).toEqual([{ n: 1 }])
      },
    )

    test.each([
      'DELETE FROM people',
      'WITH x AS (SELECT 1) DELETE FROM people',
      '/* nothing */',
      'SELECT 1 AS a; DELETE FROM people',
      'SELECT 1 AS a INTO taken',
    ])('reads with no word of a write: %s', async query => {
      await using database = await opened()
      await database.write([insert, 1, 'Ann', 30])
      expect((await failureOf(database.read(query))).code).toBe('VALIDATION_ERROR')
      expect(await database.read('SELECT count(*) AS n FROM people')).toEqual([{ n: 1 }])
    })

    test('the same statement takes a number, a text and null in turn', async () => {
      await using database = await opened()
      await database.write([insert, 1, '7', 7])
      const query = `SELECT id FROM people WHERE name = ${at(1)}`
      for (const [value, found] of [
        [7, 1],
        ['7', 1],
        [null, 0],
        ['x', 0],
        [7, 1],
      ] as const) {
        // SQLite compares a number with a text by their types, unless the column says text.
        expect(await database.read(query, [value])).toHaveLength(found)
      }
    })

    test('too few and too many values are refused, and the connections stay', async () => {
      await using database = await open({ max_connections: 1 })
      for (const params of [[], [1, 2], [1, 2, 3]]) {
        const failure = await failureOf(database.read(`SELECT ${at(1)} AS a`, params))
        expect(failure.code).toBe('DATA_ERROR')
        expect(failure.message).toContain('1 placeholder(s)')
      }
      expect(await database.read('SELECT 1 AS a')).toEqual([{ a: 1 }])
    })

    test('as many rows as the limit come, one more is refused', async () => {
      await using database = await open()
      expect(await database.read(rows(1000))).toHaveLength(1000)
      const failure = await failureOf(database.read(rows(1001)))
      expect(failure.code).toBe('VALIDATION_ERROR')
      expect(failure.message).toContain('query.max_limit (1000 rows)')
      expect(await database.read('SELECT 1 AS a')).toEqual([{ a: 1 }])
    })

    test('a value larger than the limit is refused', async () => {
      await using database = await open()
      const large =
        dialect.dialect === 'sqlite' ? "replace(hex(zeroblob(600000)), '0', 'x')" : "repeat('x', 1100000)"
      const failure = await failureOf(database.read(`SELECT ${large} AS a`))
      expect(failure.message).toContain('query.max_bytes (1000000 bytes)')
      expect(await database.read('SELECT 1 AS a')).toEqual([{ a: 1 }])
    })

    test('two columns of one name are refused', async () => {
      await using database = await open()
      const failure = await failureOf(database.read('SELECT 1 AS a, 2 AS a'))
      expect(failure.code).toBe('DATA_ERROR')
      expect(failure.message).toContain('"a"')
    })

    test('names of the prototype chain are columns like others', async () => {
      await using database = await open()
      const quoted = dialect.dialect === 'mysql' ? '`__proto__`' : '"__proto__"'
      const [row = {}] = await database.read(`SELECT 1 AS ${quoted}`)
      expect(Object.entries(row)).toEqual([['__proto__', 1]])
    })

    test('a query that takes too long is told as such, and others go on', async () => {
      await using database = await open({ max_connections: 1 })
      const failure = await failureOf(database.read(slow, [], { timeoutMs: 100 }))
      expect(failure.code).toBe('TIMEOUT_ERROR')
      expect(await database.read('SELECT 1 AS a')).toEqual([{ a: 1 }])
    })

    test('a run that is over gives its connection back', async () => {
      await using database = await open({ max_connections: 1 })
      const run = new AbortController()
      const reading = database.client.read(
        { query: slow, params: [] },
        { numericAs: 'auto', binaryAs: 'auto' },
        run.signal,
      )
      run.abort()
      expect((await failureOf(reading)).isUnwell).toBe(false)
      expect(await database.read('SELECT 1 AS a')).toEqual([{ a: 1 }])
    })

    test('who finds every connection in use is told so after the time for a connection', async () => {
      // A process takes longer to start than a connection.
      const connect_timeout_ms = dialect.dialect === 'sqlite' ? 4000 : 300
      await using database = await open({ max_connections: 1, connect_timeout_ms })
      await database.read('SELECT 1 AS a')
      const slowly = failureOf(database.read(slow, [], { timeoutMs: connect_timeout_ms + 500 }))
      const failure = await failureOf(database.read('SELECT 1 AS a'))
      expect(failure.code).toBe('UPSTREAM_UNAVAILABLE')
      expect(failure.note).toContain('max_connections')
      expect(failure.isUnwell).toBe(false)
      await slowly
    })

    test('tells its version to a probe', async () => {
      await using database = await open()
      expect(await database.client.version(AbortSignal.timeout(10_000))).toMatch(
        /^(PostgreSQL|MariaDB|MySQL|SQLite) \d/,
      )
    })
  })
}

/** Sessions of a database that run something, seen by another client of it. */
const BUSY: Readonly<Record<'postgres' | 'mysql', string>> = {
  postgres:
    "SELECT pid AS id FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid() AND state = 'active'",
  mysql:
    "SELECT id FROM information_schema.processlist WHERE info LIKE '%sleep(60)%' AND id <> connection_id()",
}

const SERVERS: readonly [TestDialect, string][] = [
  [POSTGRES, BUSY.postgres],
  [MYSQL, BUSY.mysql],
]

for (const [dialect, busy] of SERVERS) {
  const { test, slow, open } = dialect

  describe(`a server of ${dialect.dialect}`, () => {
    test('ends a query whose time is over, and one whose run is over', async () => {
      await using database = await open({ max_connections: 2 })
      for (const end of ['time', 'run'] as const) {
        const run = new AbortController()
        const timeoutMs = end === 'time' ? 400 : 50_000
        const reading = failureOf(
          database.client.read(
            { query: slow, params: [] },
            { numericAs: 'auto', binaryAs: 'auto', timeoutMs },
            run.signal,
          ),
        )
        await until('it runs', async () => (await database.read(busy)).length === 1 || undefined)
        if (end === 'run') run.abort()
        await reading
        await until('it is gone', async () => (await database.read(busy)).length === 0 || undefined)
      }
    })

    test('that lets nobody in, has no such database or does not listen is told at once as unavailable', async () => {
      await using database = await open()
      const wrong = (change: (url: URL) => void) => {
        const url = new URL(database.url)
        change(url)
        return url.href
      }
      const urls = [
        wrong(url => {
          url.password = 'wrong'
        }),
        wrong(url => {
          url.pathname = '/nowhere'
        }),
        wrong(url => {
          url.port = '1'
        }),
      ]
      for (const url of urls) {
        const client = openClient(url, { connect_timeout_ms: 60_000 })
        const failure = await failureOf(client.version(AbortSignal.timeout(20_000)))
        expect(failure.code).toBe('UPSTREAM_UNAVAILABLE')
        expect(failure.retryAfterSecs).toBe(1)
        expect(`${failure.message} ${failure.note}`).not.toContain('wrong')
        await client.close()
      }
    })

    test('that ends our connections is not noticed by reads and writes', async () => {
      await using database = await open({ max_connections: 3 })
      await database.write(['CREATE TABLE kept (id integer)'])
      for (let round = 0; round < 5; round++) {
        await Promise.all([1, 2, 3].map(() => database.read('SELECT 1 AS a')))
        await using other = {
          client: openClient(database.url),
          [Symbol.asyncDispose]: () => other.client.close(),
        }
        await endAll(dialect, other.client)
        if (round % 2 === 0) expect(await database.read('SELECT 2 AS a')).toEqual([{ a: 2 }])
        else
          expect(await database.write(['INSERT INTO kept VALUES (1)'])).toMatchObject([{ rows_affected: 1 }])
      }
      expect(await database.read('SELECT count(*) AS n FROM kept')).toEqual([{ n: 2 }])
    })

    test('sees no connection of a client that is closed', async () => {
      await using database = await open()
      const count =
        dialect.dialect === 'postgres'
          ? "SELECT count(*) AS n FROM pg_stat_activity WHERE application_name = 'orion' AND datname = current_database()"
          : 'SELECT count(*) AS n FROM information_schema.processlist WHERE db = database()'
      for (let round = 0; round < 30; round++) {
        const client = openClient(database.url)
        await client.version(AbortSignal.timeout(10_000))
        await client.close()
      }
      await until('only ours is left', async () => (await database.read(count))[0]?.n === 1 || undefined)
    })
  })
}

async function endAll({ dialect }: TestDialect, client: ReturnType<typeof openClient>): Promise<void> {
  const signal = AbortSignal.timeout(10_000)
  const forms = { numericAs: 'auto', binaryAs: 'auto' } as const
  if (dialect === 'postgres') {
    const query =
      "SELECT count(pg_terminate_backend(pid)) AS n FROM pg_stat_activity WHERE application_name = 'orion' AND datname = current_database() AND pid <> pg_backend_pid()"
    await client.read({ query, params: [] }, forms, signal)
    return
  }
  const query =
    'SELECT id FROM information_schema.processlist WHERE db = database() AND id <> connection_id()'
  for (const { id } of await client.read({ query, params: [] }, forms, signal)) {
    await client.write([{ query: `KILL ${id}`, params: [] }], {}, signal).catch(() => undefined)
  }
}
