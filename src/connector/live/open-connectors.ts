import type { Config } from '../../config/schema.ts'
import { every } from '../../std/every.ts'
import { breakerOpened } from '../../telemetry/events.ts'
import type { Telemetry } from '../../telemetry/telemetry.ts'
import { Breakers } from '../breaker/breakers.ts'
import { ConnectorRuntime, type RuntimeNeeds } from './connector-runtime.ts'

/** The far sides of this process. Disposing closes every client. */
export interface OpenConnectorRuntime extends AsyncDisposable {
  readonly runtime: ConnectorRuntime
  readonly breakers: Breakers
}

interface ConnectorNeeds
  extends Pick<RuntimeNeeds, 'clock' | 'chance' | 'egress' | 'userAgent' | 'databases'> {
  readonly telemetry: Telemetry
}

const UPKEEP_INTERVAL_MS = 10_000

export function openConnectors(
  { engine }: Pick<Config, 'engine'>,
  { clock, telemetry, ...needs }: ConnectorNeeds,
): OpenConnectorRuntime {
  const { enabled, failure_threshold, recovery_timeout_secs, max_breakers } = engine.circuit_breaker
  const settings = { failureThreshold: failure_threshold, recoveryMs: recovery_timeout_secs * 1000 }
  const breakers = new Breakers({ enabled, maxBreakers: max_breakers, ...settings }, clock)
  const runtime = new ConnectorRuntime({
    ...needs,
    breakers,
    clock,
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
