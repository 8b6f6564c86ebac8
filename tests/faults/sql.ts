import { SQL } from 'bun'
import { privateMysql, privatePostgres } from '../harness/backing.ts'
import { task } from '../harness/samples.ts'
import type { FarSystem, RunningSystem } from './far-system.ts'

type Service = Awaited<ReturnType<typeof privatePostgres>>

async function started(service: Service): Promise<RunningSystem> {
  const run = async (statement: string): Promise<unknown[]> => {
    await using sql = new SQL(service.url, { max: 1 })
    return await sql.unsafe(statement)
  }
  await run('CREATE TABLE writes (n integer NOT NULL)')
  return {
    url: service.url,
    stop: () => service.stop(),
    start: () => service.start(),
    writes: async () => (await run('SELECT n FROM writes')).length,
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  }
}

const tasks = {
  read: task('db_read', { connector: 'far', query: 'SELECT 1 AS a', output: 'data.read' }),
  write: task('db_write', { connector: 'far', query: 'INSERT INTO writes VALUES (1)', output: 'data.write' }),
}

const connector = (url: string) => ({
  connector_type: 'db',
  config: { connection_string: url, max_connections: 2 },
})

export const postgres: FarSystem = {
  name: 'PostgreSQL',
  needs: ['private postgres'],
  start: async () => started(await privatePostgres()),
  connector,
  ...tasks,
}

export const mysql: FarSystem = {
  name: 'MySQL',
  needs: ['private mysql'],
  start: async () => started(await privateMysql()),
  connector,
  ...tasks,
}
