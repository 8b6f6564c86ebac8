import type { JsonObject } from '../../../../std/json.ts'
import type { ClientNeeds } from '../../kind.ts'
import type { ServerAddress } from '../connection-string.ts'
import type { Connect } from '../session.ts'
import { tlsWish } from '../tls-wish.ts'
import { connectMysql } from './connect.ts'

/** Opens sessions with one MySQL or MariaDB. */
export function mysqlSessions(address: ServerAddress, config: JsonObject, needs: ClientNeeds): Connect {
  const { name, dialler, databases } = needs
  const { rowLimits } = databases
  const way = { name, dialler, rowLimits, address, tls: tlsWish(address, config) }
  return signal => connectMysql(way, signal)
}
