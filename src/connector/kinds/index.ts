import type { CacheClient } from './cache/client.ts'
import { cacheKind } from './cache/kind.ts'
import type { SqlClient } from './db/client.ts'
import { databaseKind } from './db/kind.ts'
import type { HttpClient } from './http/client.ts'
import { httpKind } from './http/kind.ts'
import type { ConnectorKind } from './kind.ts'

/** The clients of each kind, by the type of their connectors. */
export interface Clients {
  readonly cache: CacheClient
  readonly db: SqlClient
  readonly http: HttpClient
}

export type KindName = keyof Clients

/** Every kind of far side. */
export const connectorKinds: { readonly [Name in KindName]: ConnectorKind<Clients[Name]> } = {
  cache: cacheKind,
  db: databaseKind,
  http: httpKind,
}
