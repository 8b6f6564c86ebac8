import type { JsonObject } from '../../../../std/json.ts'
import type { ClientNeeds } from '../../kind.ts'
import type { ServerAddress } from '../connection-string.ts'
import type { Connect } from '../session.ts'
import { tlsWish } from '../tls-wish.ts'
import { PostgresCatalog } from './catalog.ts'
import { connectPostgres } from './connect.ts'

/** Opens sessions with one PostgreSQL. */
export function postgresSessions(address: ServerAddress, config: JsonObject, needs: ClientNeeds): Connect {
  const { name, dialler, databases } = needs
  const { rowLimits: limits } = databases
  const way = { name, address, dialler, tls: tlsWish(address, config) }
  const catalog = new PostgresCatalog()
  return signal => connectPostgres({ way, limits, catalog }, signal)
}
