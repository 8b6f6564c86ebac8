import { type JsonObject, own } from '../../../std/json.ts'
import { ConnectorError } from '../../failure.ts'
import type { ClientNeeds, ConnectorKind } from '../kind.ts'
import type { SqlClient } from './client.ts'
import { databaseAddress } from './connection-string.ts'
import { databaseLimits } from './limits.ts'
import { mysqlSessions } from './mysql/open.ts'
import { Pool } from './pool.ts'
import { PooledClient } from './pooled-client.ts'
import { postgresSessions } from './postgres/open.ts'
import { sqliteSessions } from './sqlite/open.ts'

export const databaseKind: ConnectorKind<SqlClient> = {
  title: 'a database connector',
  type: 'db',
  retries: { maxRetries: 0, delayMs: 100 },
  open: openDatabase,
  probe: (client, signal) => client.version(signal),
}

const SESSION_LIFE_MS = 1_800_000
const SERVERS = { postgres: postgresSessions, mysql: mysqlSessions } as const

function openDatabase(config: JsonObject, needs: ClientNeeds): SqlClient {
  const text = own(config, 'connection_string')
  const address = databaseAddress(typeof text === 'string' ? text : '')
  if ('problem' in address) throw unusable(needs.name, address.problem)
  const { name, clock } = needs
  const { maxConnections, connectTimeoutMs, queryTimeoutMs } = databaseLimits(config)
  const isStore = address.dialect === 'sqlite' && address.path === undefined
  const connect =
    address.dialect === 'sqlite'
      ? sqliteSessions(address, needs)
      : SERVERS[address.dialect](address, config, needs)
  const pool = new Pool({
    name,
    clock,
    connect,
    // A database in memory is that of one process.
    maxSessions: isStore ? 1 : maxConnections,
    waitMs: connectTimeoutMs,
    lifeMs: isStore ? Number.POSITIVE_INFINITY : SESSION_LIFE_MS,
  })
  return new PooledClient({
    name,
    dialect: address.dialect,
    pool,
    queryTimeoutMs,
    isStore,
    clock,
    mayShare: address.dialect === 'postgres',
  })
}

function unusable(name: string, problem: string): ConnectorError {
  return new ConnectorError('UPSTREAM_UNAVAILABLE', `Connector '${name}' cannot be used`, {
    note: `connection_string: ${problem}`,
    isPassing: false,
  })
}
