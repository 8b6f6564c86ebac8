import { join } from 'node:path'
import { SQL } from 'bun'
import { buildBinary } from '../../scripts/build.ts'
import { postgres } from '../harness/backing.ts'
import { freePort, startServer } from '../harness/binary.ts'
import { channel, task, workflow } from '../harness/samples.ts'
import { until } from '../harness/until.ts'
import { runWrk, type Target, type Traffic } from './wrk.ts'

/*
 * `bun tests/bench/database.ts`: db_read of one row by its primary key on PostgreSQL, beside a bare Bun.serve that does the
 * same with postgres.js; both with five connections to the database. Goal: 0.6 of its requests per second.
 */

const ROWS = 10_000
const ROUNDS = 3
const LOAD = { connections: 50, seconds: 6 }
const BODY = JSON.stringify({ data: { id: 4711 } })

async function fill(url: string): Promise<void> {
  await using sql = new SQL(url, { max: 1 })
  await sql.unsafe('CREATE TABLE orders (id integer PRIMARY KEY, name text, total numeric(10,2))')
  await sql.unsafe(
    `INSERT INTO orders SELECT n, 'order ' || n, n * 1.5 FROM generate_series(1, ${ROWS}) AS n`,
  )
  await sql.unsafe('ANALYZE orders')
}

async function startBare(url: string): Promise<Target & AsyncDisposable> {
  const port = freePort()
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'bare-postgres.ts')], {
    env: { BARE_PORT: String(port), BARE_DATABASE: url },
    stdout: 'inherit',
    stderr: 'inherit',
  })
  const target = { url: `http://127.0.0.1:${port}`, pid: child.pid }
  await until('the bare server answers', () =>
    fetch(target.url, { method: 'POST', body: BODY }).then(
      ({ ok }) => ok || undefined,
      () => undefined,
    ),
  )
  return {
    ...target,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await child.exited
    },
  }
}

await buildBinary()
await using database = await (await postgres()).freshDatabase()
await fill(database.url)
await using bare = await startBare(database.url)
await using server = await startServer({ env: { ORION_TRACING__STORAGE__MODE: 'off' } })
const config = { connection_string: database.url, max_connections: 5 }
await server.client.admin('POST', 'connectors', { id: 'shop', name: 'shop', connector_type: 'db', config })
const query = 'SELECT id, name, total FROM orders WHERE id = $1'
const read = task('db_read', {
  connector: 'shop',
  query,
  params: [{ var: 'data.in.id' }],
  output: 'data.rows',
})
await server.client.declare(
  workflow('order', [task('parse_json', { source: 'payload', target: 'in' }), read]),
  channel('order'),
)
const subjects: readonly { readonly name: string; readonly target: Target; readonly traffic: Traffic }[] = [
  { name: 'bare', target: bare, traffic: { method: 'POST', paths: ['/'], body: BODY } },
  { name: 'db_read', target: server, traffic: { method: 'POST', paths: ['/api/v1/data/order'], body: BODY } },
]
const reached = new Map<string, number[]>(subjects.map(({ name }) => [name, []]))
for (let round = 1; round <= ROUNDS; round++) {
  for (const { name, target, traffic } of subjects) {
    const { requestsPerSecond, p50Ms, p99Ms, cpuPercent, failures } = await runWrk(target, traffic, LOAD)
    reached.get(name)?.push(requestsPerSecond)
    const figures = `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, CPU ${cpuPercent.toFixed(0)} %`
    console.log(
      `${name.padEnd(8)} ${requestsPerSecond.toFixed(0)} requests/s, ${figures}, ${failures} failures`,
    )
  }
}
const median = (name: string) => reached.get(name)?.toSorted((one, other) => one - other)[1] ?? 0
console.log(`db_read has ${(median('db_read') / median('bare')).toFixed(2)} of the bare handler; goal 0.6`)
