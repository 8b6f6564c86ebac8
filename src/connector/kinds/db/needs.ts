import type { RowLimits } from './limits.ts'
import type { SqliteAccess } from './sqlite/file-policy.ts'

/** What the server says of all databases behind connectors. */
export interface DatabaseNeeds {
  readonly rowLimits: RowLimits
  readonly sqlite: SqliteAccess
}
