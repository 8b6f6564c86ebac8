import type { Socket } from 'node:net'
import type { Connection, ConnectionOptions } from 'mysql2'
import { networkReason } from '../../../egress/network-reason.ts'
import { ConnectorError, unavailable } from '../../../failure.ts'
import type { ClientNeeds } from '../../kind.ts'
import type { ServerAddress } from '../connection-string.ts'
import type { RowLimits } from '../limits.ts'
import type { Session } from '../session.ts'
import { refusedEntry } from '../sql-failure.ts'
import type { TlsWish } from '../tls-wish.ts'
import { serverSaid } from './server-said.ts'
import { MysqlSession } from './session.ts'
import { MysqlWire } from './wire.ts'

export interface MysqlWay extends Pick<ClientNeeds, 'name' | 'dialler'> {
  readonly rowLimits: RowLimits
  readonly address: ServerAddress
  readonly tls: TlsWish | undefined
}

/** `||` concatenates and a backslash escapes, as the gate reads it. */
const SETTINGS = [
  "SET SESSION time_zone = '+00:00', sql_mode = CONCAT(REPLACE(REPLACE(@@SESSION.sql_mode, 'NO_BACKSLASH_ESCAPES', ''), 'ANSI_QUOTES', ''), ',PIPES_AS_CONCAT')",
]
const MAX_PREPARED = 500

interface Opened {
  readonly wire: MysqlWire
  readonly socket: Socket
}

/** A session that is signed in and set up. Rejects with ConnectorError. */
export async function connectMysql(way: MysqlWay, signal: AbortSignal): Promise<Session> {
  const { TypedParameter: integers } = await import('mysql2')
  const { wire, socket } = await signedIn(way, signal, async opened => {
    for (const setting of SETTINGS) await opened.say(setting)
  })
  const { name, rowLimits: limits } = way
  const kill = (threadId: number, ending: AbortSignal) => killConnection(way, threadId, ending)
  return new MysqlSession({ name, wire, socket, limits, integers, kill })
}

async function killConnection(way: MysqlWay, threadId: number, signal: AbortSignal): Promise<void> {
  const { socket } = await signedIn(way, signal, wire => wire.say(`KILL CONNECTION ${threadId}`))
  socket.destroy()
}

async function signedIn(
  way: MysqlWay,
  signal: AbortSignal,
  first: (wire: MysqlWire) => Promise<void>,
): Promise<Opened> {
  const { name, address, dialler } = way
  const { createConnection } = await import('mysql2')
  const socket = await dialler.connect({ host: address.host, port: address.port }, signal)
  socket.setNoDelay(true)
  socket.setKeepAlive(true, 60_000)
  const leave = () => socket.destroy(new Error('no answer in time'))
  signal.addEventListener('abort', leave, { once: true })
  if (signal.aborted) leave()
  try {
    const connection = createConnection(settings(way, socket))
    const wire = new MysqlWire(connection)
    await greeted(connection)
    await first(wire)
    return { wire, socket }
  } catch (error) {
    socket.destroy()
    throw refused(name, error, signal)
  } finally {
    signal.removeEventListener('abort', leave)
  }
}

function greeted(connection: Connection): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  connection.once('connect', () => resolve())
  connection.once('error', reject)
  connection.once('end', () => reject(new Error('the server closed the connection')))
  return promise
}

function refused(name: string, error: unknown, signal: AbortSignal): ConnectorError {
  if (error instanceof ConnectorError) return error
  const said = serverSaid(error)
  if (said !== undefined) return refusedEntry(name, said, error)
  const why = signal.aborted ? 'no answer in time' : networkReason(error)
  const isTls =
    error instanceof Error &&
    /certificate|tls|ssl/i.test(`${'code' in error ? error.code : ''} ${error.message}`)
  return unavailable(name, why, { stage: isTls ? 'tls' : 'auth', isUntouched: true, cause: error })
}

function settings({ address, tls }: MysqlWay, socket: Socket): ConnectionOptions {
  return {
    stream: socket,
    host: tls?.host ?? address.host,
    port: address.port,
    user: address.user,
    password: address.password,
    database: address.database,
    charset: 'utf8mb4',
    // The binary forbids code generation.
    disableEval: true,
    rowsAsArray: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    jsonStrings: true,
    multipleStatements: false,
    flags: ['-LOCAL_FILES'],
    maxPreparedStatements: MAX_PREPARED,
    connectTimeout: 0,
    ...(tls !== undefined && {
      ssl: {
        rejectUnauthorized: tls.isVerified,
        verifyIdentity: tls.isVerified,
        ...(tls.ca !== undefined && { ca: tls.ca }),
      },
    }),
  }
}
