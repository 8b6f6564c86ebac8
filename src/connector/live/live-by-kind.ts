import type { Clients, KindName } from '../kinds/index.ts'
import type { LiveConnector } from './live-connector.ts'

/** Live connectors of each kind, by some key. */
export type LiveByKind = { readonly [Name in KindName]: Map<string, LiveConnector<Clients[Name]>> }

export function emptyByKind(): LiveByKind {
  return { cache: new Map(), db: new Map(), http: new Map() }
}
