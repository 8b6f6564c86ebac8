import { describe, expect, test } from 'bun:test'
import type { JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import { mysql, postgres } from './harness/backing.ts'
import { testNeeding } from './harness/needs.ts'
import { channel, mapTask, task, workflow } from './harness/samples.ts'
import { until } from './harness/until.ts'

const parse = task('parse_json', { source: 'payload', target: 'in' })

async function connect(app: App, connection_string: string, config: JsonObject = {}): Promise<void> {
  const answer = await app.client.admin('POST', 'connectors', {
    id: 'shop',
    name: 'shop',
    connector_type: 'db',
    config: { connection_string, ...config },
  })
  expect(answer.status).toBe(201)
}

async function serve(
  app: App,
  name: string,
  functionName: string,
  input: JsonObject,
  config: JsonObject = {},
): Promise<void> {
  const tasks = [parse, task(functionName, { connector: 'shop', output: 'data.out', ...input })]
  await app.client.declare(workflow(name, [...tasks, mapTask('clean', { 'data.in': null })]), {
    ...channel(name),
    ...(Object.keys(config).length > 0 && { config }),
  })
}

const SYSTEMS = [
  {
    name: 'PostgreSQL',
    test: testNeeding('postgres'),
    at: (n: number) => `$${n}`,
    slow: 'SELECT pg_sleep(60) AS s',
    open: async () => (await postgres()).freshDatabase(),
  },
  {
    name: 'MySQL',
    test: testNeeding('mysql'),
    at: () => '?',
    slow: 'SELECT sleep(60) AS s',
    open: async () => (await mysql()).freshDatabase(),
  },
  {
    name: 'SQLite',
    test,
    at: () => '?',
    slow: 'WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s) SELECT count(*) AS s FROM s',
    open: async () => ({ url: 'sqlite::memory:', [Symbol.asyncDispose]: async () => undefined }),
  },
]

for (const system of SYSTEMS) {
  describe(`a workflow over ${system.name}`, () => {
    system.test('writes in one transaction, and reads what is there', async () => {
      await using database = await system.open()
      await using app = await openApp()
      await connect(app, database.url)
      const insert = `INSERT INTO orders (id, customer, total) VALUES (${system.at(1)}, ${system.at(2)}, ${system.at(3)})`
      await serve(app, 'create', 'db_write', {
        query: 'CREATE TABLE orders (id integer PRIMARY KEY, customer varchar(40), total decimal(10,2))',
      })
      const params = [{ var: 'data.in.id' }, { var: 'data.in.customer' }, { var: 'data.in.total' }]
      await serve(app, 'both', 'db_write', {
        statements: [
          { query: insert, params },
          { query: insert, params: [{ '+': [{ var: 'data.in.id' }, 1] }, 'Bob', null] },
        ],
      })
      await serve(app, 'one', 'db_read', {
        query: `SELECT id, customer, total FROM orders WHERE id = ${system.at(1)}`,
        params: [{ var: 'data.in.id' }],
      })
      const { client } = app
      expect((await client.post('/create', {})).at('data.out')).toEqual({ rows_affected: 0 })
      const both = await client.post('/both', { id: 1, customer: 'Ann', total: 12.5 })
      expect(both.at('data.out')).toMatchObject({ results: [{ rows_affected: 1 }, { rows_affected: 1 }] })
      expect((await client.post('/one', { id: 1 })).at('data.out')).toEqual([
        { id: 1, customer: 'Ann', total: 12.5 },
      ])
      expect((await client.post('/one', { id: 2 })).at('data.out')).toEqual([
        { id: 2, customer: 'Bob', total: null },
      ])
      expect((await client.post('/one', { id: 3 })).at('data.out')).toEqual([])

      const taken = await client.post('/both', { id: 2, customer: 'Eve', total: 1 })
      expect(taken.status).toBe(409)
      expect(taken.at('error.code')).toBe('CONSTRAINT_VIOLATED')
      expect(taken.at('error.details.0.code')).toBe('SQLSTATE')
      expect(taken.text).not.toContain('Eve')
      const wrong = await client.post('/one', { id: { no: 'number' } })
      expect([200, 400]).toContain(wrong.status)
      expect((await client.post('/one', { id: 3 })).at('data.out')).toEqual([])
    })

    system.test('answers 504 to a query over its time', async () => {
      await using database = await system.open()
      await using app = await openApp()
      await connect(app, database.url)
      await serve(app, 'slow', 'db_read', { query: system.slow, query_timeout_ms: { var: 'data.in.ms' } })
      const late = await app.client.post('/slow', { ms: 50 })
      expect(late.status).toBe(504)
      expect(late.at('error.code')).toBe('TIMEOUT_ERROR')
    })

    system.test('does what the operations of its connector allow', async () => {
      await using database = await system.open()
      await using app = await openApp()
      await connect(app, database.url, { operations: ['read', 'insert'] })
      await serve(app, 'drop', 'db_write', {
        statements: [{ query: 'INSERT INTO t VALUES (1)' }, { query: 'DELETE FROM t' }],
      })
      const refused = await app.client.post('/drop', {})
      expect(refused.status).toBe(400)
      expect(refused.at('error.message')).toContain("does not allow 'delete'")
    })
  })
}

testNeeding('postgres')('a query whose caller is gone leaves the process list', async () => {
  await using database = await (await postgres()).freshDatabase()
  await using app = await openApp()
  await connect(app, database.url, { max_connections: 2 })
  await serve(app, 'slow', 'db_read', { query: 'SELECT pg_sleep(60) AS s' })
  await serve(app, 'busy', 'db_read', {
    query:
      "SELECT count(*) AS n FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep(60)%'",
  })
  const busy = async () => (await app.client.post('/busy', {})).at('data.out.0.n')
  const caller = new AbortController()
  const gone = app.orion
    .fetch(
      new Request('http://orion.test/api/v1/data/slow', {
        method: 'POST',
        body: '{"data":{}}',
        headers: { 'content-type': 'application/json' },
        signal: caller.signal,
      }),
    )
    .catch(() => undefined)
  await until('it runs', async () => (await busy()) === 1 || undefined)
  caller.abort()
  await until('it is gone', async () => (await busy()) === 0 || undefined)
  await gone
})

testNeeding('postgres')('a run that is over takes its query along', async () => {
  await using database = await (await postgres()).freshDatabase()
  await using app = await openApp()
  await connect(app, database.url, { max_connections: 2 })
  await serve(app, 'slow', 'db_read', { query: 'SELECT pg_sleep(61) AS s' }, { timeout_ms: 100 })
  await serve(app, 'busy', 'db_read', {
    query:
      "SELECT count(*) AS n FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep(61)%'",
  })
  expect((await app.client.post('/slow', {})).status).toBe(504)
  await until(
    'it is gone',
    async () => (await app.client.post('/busy', {})).at('data.out.0.n') === 0 || undefined,
  )
})

test('a database that cannot be reached is 503 at once, and when to come again', async () => {
  await using app = await openApp()
  await connect(app, 'postgres://ann:canary-secret@127.0.0.1:1/shop', { connect_timeout_ms: 3_600_000 })
  await serve(app, 'read', 'db_read', { query: 'SELECT 1 AS a' })
  const answer = await app.client.post('/read', {})
  expect(answer.status).toBe(503)
  expect(answer.at('error.code')).toBe('UPSTREAM_UNAVAILABLE')
  expect(answer.headers.get('retry-after')).toBe('1')
  expect(answer.text).not.toMatch(/canary-secret|127\.0\.0\.1/)
})

describe('what can never run is refused when it is written', () => {
  const inputs: [string, JsonObject, string][] = [
    ['db_read', { query: 'DELETE FROM t' }, 'query'],
    ['db_read', { query: 'SELECT 1 INTO t' }, 'query'],
    ['db_read', { query: { cat: ['SELECT ', 1] } }, 'query'],
    ['db_read', { query: 'SELECT 1', params: 'x' }, 'params'],
    ['db_read', { query: 'SELECT 1', numeric_as: 'float' }, 'numeric_as'],
    ['db_read', { query: 'SELECT 1', binary_as: 'utf16' }, 'binary_as'],
    ['db_read', { query: 'SELECT 1', query_timeout_ms: 0 }, 'query_timeout_ms'],
    ['db_read', { query: 'SELECT 1', output: 'nodata.x' }, 'output'],
    ['db_write', {}, 'query'],
    ['db_write', { query: 'COMMIT' }, 'query'],
    ['db_write', { query: 'SELECT 1', statements: [{ query: 'SELECT 1' }] }, 'query'],
    ['db_write', { statements: [{ query: 'SELECT 1' }, { query: 'BEGIN' }] }, 'statements[1].query'],
    ['db_write', { statements: [{ query: 'SELECT 1' }], params: [1] }, 'params'],
    ['db_write', { query: 'SELECT 1', numeric_as: 'string' }, 'numeric_as'],
  ]
  test.each(inputs)('%s with %p', async (name, input, field) => {
    await using app = await openApp()
    const answer = await app.client.admin(
      'POST',
      'workflows',
      workflow('w', [task(name, { connector: 'shop', ...input })]),
    )
    expect(answer.status).toBe(400)
    expect(answer.at('error.details.0.path')).toBe(`tasks[0].function.input.${field}`)
  })
})

test('a limit of the configuration is that of every answer', async () => {
  await using app = await openApp({ config: '[query]\nmax_limit = 2\n' })
  await connect(app, 'sqlite::memory:')
  await serve(app, 'read', 'db_read', { query: 'SELECT 1 AS n UNION SELECT 2 UNION SELECT 3' })
  const answer = await app.client.post('/read', {})
  expect(answer.status).toBe(400)
  expect(answer.at('error.message')).toContain('query.max_limit (2 rows)')
})

test("a connector does not open the server's own database", async () => {
  const { tempFolder } = await import('./harness/temp-folder.ts')
  await using folder = await tempFolder()
  const own = `${folder.path}/orion.db`
  await using app = await openApp({
    config: `[connectors]\nsqlite_dir = "${folder.path}"\n`,
    env: { ORION_STORAGE__URL: `sqlite:${own}` },
  })
  await connect(app, `sqlite:${own}`)
  await serve(app, 'read', 'db_read', { query: 'SELECT name FROM sqlite_schema' })
  expect((await app.client.post('/read', {})).status).toBe(503)
})
