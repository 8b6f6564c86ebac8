import type { Clock } from '../../std/clock.ts'
import { Breakers } from '../breaker/breakers.ts'
import { Egress } from '../egress/egress.ts'
import { systemLookup } from '../egress/host-lookups.ts'
import { TEST_DATABASE_NEEDS } from '../kinds/db/test-needs.ts'
import { ConnectorRuntime } from './connector-runtime.ts'

type Needs = ConstructorParameters<typeof ConnectorRuntime>[0]

/** A runtime over connectors whose config is as it stands, without breakers unless some are given. */
export function openConnectorRuntime(needs: {
  clock: Clock
  chance: () => number
  breakers?: Needs['breakers']
  kinds?: NonNullable<Needs['kinds']>
  resolve?: NonNullable<Needs['resolve']>
  maxOpenClients?: number
  probeMs?: number
  events?: Needs['events']
}): ConnectorRuntime {
  const off = { enabled: false, failureThreshold: 5, recoveryMs: 30_000, maxBreakers: 100 }
  return new ConnectorRuntime({
    egress: new Egress({ lists: {}, lookup: systemLookup, clock: needs.clock }),
    breakers: new Breakers(off, needs.clock),
    resolve: ({ config }) => ({ config }),
    maxOpenClients: 100,
    userAgent: 'orion/test',
    databases: TEST_DATABASE_NEEDS,
    events: { breakerOpened: () => undefined, callFailed: () => undefined },
    ...needs,
  })
}
