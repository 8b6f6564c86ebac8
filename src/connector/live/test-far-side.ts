import type { JsonObject } from '../../std/json.ts'
import { Breakers } from '../breaker/breakers.ts'
import type { Connector } from '../definition.ts'
import { type Clients, connectorKinds } from '../kinds/index.ts'
import type { ConnectorCall } from './connector-calls.ts'
import type { OpenConnectors } from './connector-runtime.ts'
import { openConnectorRuntime } from './test-runtime.ts'

type Client = Clients['cache']

interface FarSideOptions {
  readonly maxOpenClients?: number
  readonly failureThreshold?: number
  /** Instead of opening a client. */
  readonly failing?: () => void
  readonly closing?: () => Promise<void>
  readonly isStore?: boolean
  /** What a probe of it does. */
  readonly probe?: (signal: AbortSignal) => Promise<string | undefined>
}

/** A runtime whose clients are caches in memory that can be had again, on a clock that is moved by hand. */
export function openFarSide({
  maxOpenClients = 100,
  failureThreshold = 3,
  failing,
  closing,
  isStore = false,
  probe = async () => undefined,
}: FarSideOptions = {}) {
  let ms = 0
  const clock = { now: () => ms, monotonic: () => ms }
  const opened: Client[] = []
  const told: string[] = []
  const closed: Client[] = []
  const breakers = new Breakers({ enabled: true, failureThreshold, recoveryMs: 1000, maxBreakers: 10 }, clock)
  const open: (typeof connectorKinds)['cache']['open'] = (_config, needs) => {
    failing?.()
    const client = connectorKinds.cache.open({ backend: 'memory' }, needs)
    opened.push(client)
    const close = async () => {
      closed.push(client)
      await closing?.()
    }
    return Object.assign(client, { isStore, close })
  }
  const runtime = openConnectorRuntime({
    clock,
    chance: () => 0.5,
    breakers,
    maxOpenClients,
    events: {
      breakerOpened: (channel, name, reason) => told.push(`${channel}:${name} opened: ${reason}`),
      callFailed: kind => told.push(`${kind} failed`),
    },
    probeMs: 20,
    kinds: {
      ...connectorKinds,
      cache: { ...connectorKinds.cache, open, probe: (_client, signal) => probe(signal) },
    },
    resolve: ({ config }) =>
      config.secret === 'missing'
        ? { stage: 'secret', reason: 'no such secret' }
        : { config: { ...config, ...(config.from === 'env://FROM' && { from: 'looked-up' }) } },
  })
  return {
    runtime,
    breakers,
    clock,
    opened,
    closed,
    /** What was counted. */
    told,
    pass(seconds: number) {
      ms += seconds * 1000
    },
    /** What is live from here on: connectors by name, their config beside. */
    live(configs: Readonly<Record<string, JsonObject>>): OpenConnectors {
      const connections = runtime.open(Object.entries(configs).map(connector))
      connections.settle(new Set(['orders']))
      return connections
    },
  }
}

/** A connector as it is written down. */
export function connector([name, config]: [string, JsonObject]): Connector {
  const at = '2026-11-21T00:00:00.000Z'
  return {
    id: name,
    name,
    connector_type: 'cache',
    config: { backend: 'memory', ...config },
    enabled: true,
    tags: [],
    created_at: at,
    updated_at: at,
  }
}

const NEVER = new AbortController().signal

/** A call of the channel `orders` over a connector. */
export function call<Result>(
  { calls }: OpenConnectors,
  name: string,
  attempt: (client: Client, signal: AbortSignal) => Promise<Result>,
  asked: Partial<ConnectorCall> = {},
): Promise<Result> {
  const whole = {
    channel: 'orders',
    operation: 'read',
    isRepeatable: true,
    deadlineAt: Number.POSITIVE_INFINITY,
    signal: NEVER,
    ...asked,
  }
  return calls.call(name, 'cache', whole, attempt)
}
