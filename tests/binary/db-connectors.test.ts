import { describe, expect, test } from 'bun:test'
import { mysql, postgres } from '../harness/backing.ts'
import { startServer } from '../harness/binary.ts'
import { testNeeding } from '../harness/needs.ts'
import { channel, task, workflow } from '../harness/samples.ts'
import { until } from '../harness/until.ts'

/** The executable forbids code generation: every driver has to work without, SQLite in a process of the executable. */

const SYSTEMS = [
  {
    name: 'PostgreSQL',
    test: testNeeding('postgres'),
    at: '$1',
    open: async () => (await postgres()).freshDatabase(),
  },
  { name: 'MySQL', test: testNeeding('mysql'), at: '?', open: async () => (await mysql()).freshDatabase() },
  {
    name: 'SQLite',
    test,
    at: '?',
    open: async () => ({ url: 'sqlite::memory:', [Symbol.asyncDispose]: async () => undefined }),
  },
]

describe('the executable', () => {
  for (const system of SYSTEMS) {
    system.test(`reads and writes ${system.name}`, async () => {
      await using database = await system.open()
      await using server = await startServer()
      const { client } = server
      const config = { connection_string: database.url }
      await client.admin('POST', 'connectors', { id: 'shop', name: 'shop', connector_type: 'db', config })
      const call = (name: string, input: object) =>
        task(name, { connector: 'shop', output: 'data.out', ...input })
      const parse = task('parse_json', { source: 'payload', target: 'in' })
      const create = 'CREATE TABLE t (id integer PRIMARY KEY, n decimal(10,2), big bigint, v varchar(20))'
      const insert = `INSERT INTO t VALUES (${system.at}, 1.5, 9007199254740993, 'é')`
      const params = [{ var: 'data.in.id' }]
      await client.declare(workflow('create', [call('db_write', { query: create })]), channel('create'))
      await client.declare(
        workflow('add', [parse, call('db_write', { query: insert, params })]),
        channel('add'),
      )
      const read = call('db_read', { query: `SELECT * FROM t WHERE id = ${system.at}`, params })
      await client.declare(workflow('read', [parse, read]), channel('read'))
      expect((await client.post('create', {})).status).toBe(200)
      expect((await client.post('add', { id: 1 })).at('data.out.rows_affected')).toBe(1)
      const answer = await client.post('read', { id: 1 })
      expect(answer.at('data.out.0')).toMatchObject({ id: 1, n: 1.5, v: 'é' })
      expect(answer.text).toContain('9007199254740993')
      expect((await client.post('add', { id: 1 })).at('error.code')).toBe('CONSTRAINT_VIOLATED')
      expect(await server.log()).not.toMatch(/EvalError|Duplicate entry|duplicate key|UNIQUE/)
      expect(await server.stop()).toBe(0)
    })
  }

  test('leaves no process of a database behind', async () => {
    await using server = await startServer()
    const { client } = server
    for (const name of ['one', 'two', 'three']) {
      const config = { connection_string: 'sqlite::memory:' }
      await client.admin('POST', 'connectors', { id: name, name, connector_type: 'db', config })
      const read = task('db_read', { connector: name, query: 'SELECT 1 AS a', output: 'data.out' })
      await client.declare(workflow(name, [read]), channel(name))
      expect((await client.post(name, {})).at('data.out')).toEqual([{ a: 1 }])
    }
    expect(await childrenOf(server.pid)).toHaveLength(3)
    await client.admin('DELETE', 'connectors/one')
    await until('its process is gone', async () => (await childrenOf(server.pid)).length === 2 || undefined)
    const left = await childrenOf(server.pid)
    await server.stop()
    for (const pid of left) {
      await until('it is gone', async () => !(await Bun.file(`/proc/${pid}/stat`).exists()) || undefined)
    }
  })
})

async function childrenOf(pid: number): Promise<string[]> {
  const found = Bun.spawn(['ps', '-o', 'pid=', '--ppid', String(pid)], { stdout: 'pipe' })
  return (await new Response(found.stdout).text())
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
}
