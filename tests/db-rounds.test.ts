import { expect } from 'bun:test'
import { openApp } from './harness/app.ts'
import { mysql, postgres } from './harness/backing.ts'
import { longTier, testNeeding } from './harness/needs.ts'
import { channel, task, workflow } from './harness/samples.ts'
import { until } from './harness/until.ts'

const ROUNDS = longTier ? 10_000 : 40

/** `sessions` gives how many the user who asks has. */
const SYSTEMS = {
  postgres: {
    address: postgres,
    sessions: 'SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = current_user',
  },
  mysql: { address: mysql, sessions: 'SELECT count(*) AS n FROM information_schema.processlist' },
} as const

for (const [name, { address, sessions }] of Object.entries(SYSTEMS)) {
  testNeeding(name === 'mysql' ? 'mysql' : 'postgres')(
    `connectors to ${name} that are made, used, changed and deleted leave no session behind`,
    async () => {
      await using database = await (await address()).freshDatabase()
      await using app = await openApp()
      const { client } = app
      const config = { connection_string: database.url, max_connections: 2 }
      const made = (id: string) => ({ id, name: id, connector_type: 'db', config })
      for (const id of ['far', 'watch']) await client.admin('POST', 'connectors', made(id))
      const reading = (connector: string, query: string) =>
        workflow(connector, [task('db_read', { connector, query, output: 'data.rows' })])
      await client.declare(reading('far', 'SELECT 1 AS one'), channel('far'))
      await client.declare(reading('watch', sessions), channel('watch'))
      await client.admin('DELETE', 'connectors/far')
      for (let round = 0; round < ROUNDS; round++) {
        await client.admin('POST', 'connectors', made('far'))
        expect((await client.post('far', {})).at('data.rows.0.one')).toBe(1)
        await client.admin('PUT', 'connectors/far', { config: { ...config, max_connections: 3 } })
        expect((await client.post('far', {})).status).toBe(200)
        expect((await client.admin('DELETE', 'connectors/far')).status).toBe(204)
      }
      await until('Only the session that asks is left', async () =>
        (await client.post('watch', {})).at('data.rows.0.n') === 1 ? true : undefined,
      )
    },
    1_200_000,
  )
}
