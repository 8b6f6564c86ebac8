import type { Config } from '../../../config/schema.ts'
import type { RowLimits } from './limits.ts'
import type { SqliteAccess } from './sqlite/file-policy.ts'

/** What the server says of all databases behind connectors. */
export interface DatabaseNeeds {
  readonly rowLimits: RowLimits
  readonly sqlite: SqliteAccess
}

/** `ownFile` is the database of this server, if it is a file; `command` runs this program again. */
export function databaseNeeds(
  { query, connectors }: Pick<Config, 'query' | 'connectors'>,
  { ownFile, command }: Pick<SqliteAccess, 'ownFile' | 'command'>,
): DatabaseNeeds {
  return {
    rowLimits: { maxRows: query.max_limit, maxBytes: query.max_bytes },
    sqlite: { folder: connectors.sqlite_dir, ownFile, command },
  }
}
