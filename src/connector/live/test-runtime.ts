import type { Clock } from '../../std/clock.ts'
import { Breakers } from '../breaker/breakers.ts'
import { Egress } from '../egress/egress.ts'
import { systemLookup } from '../egress/host-lookups.ts'
import { ConnectorRuntime } from './connector-runtime.ts'

/** A runtime over connectors whose config is as it stands, without breakers. */
export function openConnectorRuntime(needs: { clock: Clock; chance: () => number }): ConnectorRuntime {
  const off = { enabled: false, failureThreshold: 5, recoveryMs: 30_000, maxBreakers: 100 }
  return new ConnectorRuntime({
    ...needs,
    egress: new Egress({ lists: {}, lookup: systemLookup, clock: needs.clock }),
    breakers: new Breakers(off, needs.clock),
    resolve: ({ config }) => ({ config }),
    databases: {
      rowLimits: { maxRows: 1000, maxBytes: 10_485_760 },
      sqlite: { folder: '', ownFile: undefined, command: [] },
    },
    maxOpenClients: 100,
  })
}
