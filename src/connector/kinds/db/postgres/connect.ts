import type { Socket } from 'node:net'
import type { PostgresType, Sql } from 'postgres'
import { networkReason } from '../../../egress/network-reason.ts'
import { ConnectorError, unavailable } from '../../../failure.ts'
import type { RowLimits } from '../limits.ts'
import type { Session } from '../session.ts'
import { refusedEntry } from '../sql-failure.ts'
import { backendSaid } from './backend-said.ts'
import type { BackendKey } from './cancel.ts'
import type { PostgresCatalog } from './catalog.ts'
import { PostgresSession } from './session.ts'
import { SessionSettings } from './session-settings.ts'
import { openSocket, type PostgresWay } from './socket.ts'
import { OID } from './types.ts'

interface ConnectNeeds {
  readonly way: PostgresWay
  readonly limits: RowLimits
  /** What is known of the database, shared by all its sessions. */
  readonly catalog: PostgresCatalog
}

/** Text that every type is read from and written to, whatever the server's defaults; reads are the default, too. */
const SETTINGS = [
  "SET datestyle = 'ISO, YMD'",
  "SET timezone = 'UTC'",
  "SET intervalstyle = 'postgres'",
  "SET bytea_output = 'hex'",
  'SET extra_float_digits = 3',
  'SET default_transaction_read_only = on',
].join('; ')

/** What the driver would make of values; ours are texts already. */
const AS_TEXT: PostgresType<string> = {
  to: OID.text,
  from: [
    OID.bool,
    OID.bytea,
    OID.json,
    OID.jsonb,
    OID.date,
    OID.timestamp,
    OID.timestamptz,
    OID.int2,
    OID.int4,
    OID.oid,
    OID.float4,
    OID.float8,
  ],
  serialize: (value: string) => value,
  parse: (value: string) => value,
}

/** A session that is signed in and set up. Rejects with ConnectorError. */
export async function connectPostgres(
  { way, limits, catalog }: ConnectNeeds,
  signal: AbortSignal,
): Promise<Session> {
  const { default: postgres } = await import('postgres')
  const socket = await openSocket(way, signal)
  const settings = new SessionSettings()
  const sql = postgres(driverOptions(way, socket, settings))
  try {
    const key = await signIn(sql, socket, way, signal)
    settings.settle()
    return new PostgresSession({ way, sql, socket, key, limits, catalog, settings })
  } catch (error) {
    socket.destroy()
    throw error
  }
}

async function signIn(
  sql: Sql,
  socket: Socket,
  { name }: PostgresWay,
  signal: AbortSignal,
): Promise<BackendKey> {
  const { promise: gone, reject } = Promise.withResolvers<never>()
  // The driver listens a moment later, and would never hear of what happens before.
  socket.on('error', reject)
  socket.once('close', () => reject(new Error('the server closed the connection')))
  const leave = () => {
    socket.destroy()
    reject(new Error('no answer in time'))
  }
  signal.addEventListener('abort', leave, { once: true })
  if (signal.aborted) leave()
  try {
    const { state } = await Promise.race([sql.unsafe(SETTINGS), gone])
    return { pid: state.pid, secret: state.secret }
  } catch (error) {
    if (error instanceof ConnectorError) throw error
    const said = backendSaid(error)
    if (said !== undefined) throw refusedEntry(name, said, error)
    const why = signal.aborted ? 'no answer in time' : networkReason(error)
    throw unavailable(name, why, { stage: 'auth', isUntouched: true, cause: error })
  } finally {
    signal.removeEventListener('abort', leave)
  }
}

/** Nothing is left to the driver's environment variables. */
function driverOptions({ name, address }: PostgresWay, socket: Socket, settings: SessionSettings) {
  let isTaken = false
  const options = {
    host: address.host,
    port: address.port,
    database: address.database,
    user: address.user,
    pass: address.password,
    max: 1,
    ssl: false,
    idle_timeout: 0,
    connect_timeout: 0,
    max_lifetime: 0,
    backoff: false,
    keep_alive: 0,
    prepare: true,
    debug: false,
    fetch_types: false,
    onnotice: () => undefined,
    onparameter: (setting: string, value: string) => settings.hear(setting, value),
    connection: { application_name: 'orion' },
    types: { own: AS_TEXT },
  }
  return {
    ...options,
    // A transaction goes out in one write.
    max_pipeline: 100,
    no_subscribe: true,
    // The driver would dial again after a failure; a session has one connection.
    socket: () => {
      if (isTaken)
        throw unavailable(name, 'the server closed the connection', { stage: 'auth', isUntouched: true })
      isTaken = true
      return socket
    },
  }
}
