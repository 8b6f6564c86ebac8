import type { Config } from '../../config/schema.ts'
import type { Clock } from '../../std/clock.ts'
import { every } from '../../std/every.ts'
import { breakerOpened } from '../../telemetry/events.ts'
import type { Telemetry } from '../../telemetry/telemetry.ts'
import { Breakers } from '../breaker/breakers.ts'
import { Egress } from '../egress/egress.ts'
import type { Lookup } from '../egress/host-lookups.ts'
import { ConnectorRuntime } from './connector-runtime.ts'

/** The far sides of this process. Disposing closes every client. */
export interface OpenConnectorRuntime extends AsyncDisposable {
  readonly runtime: ConnectorRuntime
  readonly breakers: Breakers
}

interface ConnectorNeeds {
  readonly clock: Clock
  /** From 0 to below 1, for jitter. */
  readonly chance: () => number
  readonly lookup: Lookup
  readonly telemetry: Telemetry
}

const UPKEEP_INTERVAL_MS = 10_000

export function openConnectors(
  { engine }: Pick<Config, 'engine'>,
  { clock, chance, lookup, telemetry }: ConnectorNeeds,
): OpenConnectorRuntime {
  const { enabled, failure_threshold, recovery_timeout_secs, max_breakers } = engine.circuit_breaker
  const settings = { failureThreshold: failure_threshold, recoveryMs: recovery_timeout_secs * 1000 }
  const breakers = new Breakers({ enabled, maxBreakers: max_breakers, ...settings }, clock)
  const runtime = new ConnectorRuntime({
    breakers,
    clock,
    chance,
    egress: new Egress({ lists: {}, lookup, clock }),
    events: {
      breakerOpened: (channel, connector, reason) => breakerOpened(telemetry, { channel, connector, reason }),
      callFailed: kind => telemetry.counters.increment(`connector_${kind}`),
    },
    resolve: ({ config }) => ({ config }),
    maxOpenClients: engine.max_pool_cache_entries,
  })
  const upkeep = every(UPKEEP_INTERVAL_MS, () => runtime.tick())
  return {
    runtime,
    breakers,
    async [Symbol.asyncDispose]() {
      await upkeep[Symbol.asyncDispose]()
      await runtime[Symbol.asyncDispose]()
    },
  }
}
