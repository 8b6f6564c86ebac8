import type { Clock } from '../../std/clock.ts'
import type { JsonObject } from '../../std/json.ts'
import type { Breakers } from '../breaker/breakers.ts'
import type { Connector } from '../definition.ts'
import type { Egress } from '../egress/egress.ts'
import type { DatabaseNeeds } from '../kinds/db/needs.ts'
import { type Clients, connectorKinds, type KindName } from '../kinds/index.ts'
import type { ConnectorKind } from '../kinds/kind.ts'
import { withoutSecrets } from '../without-secrets.ts'
import type { ConnectorCalls } from './connector-calls.ts'
import { type ConnectorEvents, Connectors } from './connectors.ts'
import { guardCache, whyNoCache } from './guard-cache.ts'
import type { GuardCache, GuardCaches } from './guard-caches.ts'
import { emptyByKind, type LiveByKind } from './live-by-kind.ts'
import { LiveConnector } from './live-connector.ts'
import { OpenClients } from './open-clients.ts'
import { notReached, PROBE_MS, type ProbeReport, probe } from './probe.ts'

export interface RuntimeNeeds {
  readonly breakers: Breakers
  readonly clock: Clock
  readonly egress: Egress
  readonly events: ConnectorEvents
  /** How Orion names itself. */
  readonly userAgent: string
  readonly databases: DatabaseNeeds
  /** From 0 to below 1, for jitter. */
  readonly chance: () => number
  /** How configs are resolved where nobody says; as they are written when left out. */
  readonly resolve?: Resolve
  /** Clients that stay open at most while nobody uses them; the ones not used longest are closed. */
  readonly maxOpenClients: number
  /** How long a probe may take; ten seconds when left out. */
  readonly probeMs?: number
  /** How each kind is reached; as Orion reaches it when left out. */
  readonly kinds?: typeof connectorKinds
}

/** The config with its secrets in clear, or why it cannot be had. */
export type Resolve = (connector: Connector) => Resolved

export type Resolved = { readonly config: JsonObject } | { readonly stage: string; readonly reason: string }

/** A connector that is written down and cannot be used. */
export interface ConnectorIssue {
  readonly connector: string
  readonly connector_id: string
  readonly stage: string
  readonly reason: string
}

/** The connectors of one snapshot. */
export interface OpenConnectors extends GuardCaches {
  readonly calls: ConnectorCalls
  readonly issues: readonly ConnectorIssue[]
  /** The snapshot is live with these channels: what it does not use is retired. Calls under way finish on what they have. */
  settle(channels: ReadonlySet<string>): void
}

const asWritten: Resolve = ({ config }) => ({ config })

/** The far sides of this process: a client lives as long as its connector says the same, whatever is reloaded around it. */
export class ConnectorRuntime implements AsyncDisposable {
  readonly #needs: RuntimeNeeds
  readonly #clients: OpenClients
  /** Of the snapshot that is live, by id and config. */
  #live: LiveByKind = emptyByKind()

  constructor(needs: RuntimeNeeds) {
    this.#needs = needs
    this.#clients = new OpenClients({ clock: needs.clock, maxIdle: needs.maxOpenClients })
  }

  /** Clients that are open. */
  get openClients(): number {
    return this.#clients.size
  }

  /** Changes nothing until it is settled, and then only what it says. */
  open(
    definitions: readonly Connector[],
    resolve: Resolve = this.#needs.resolve ?? asWritten,
  ): OpenConnectors {
    const byName = emptyByKind()
    const byKey = emptyByKind()
    const { breakers, clock, chance, events } = this.#needs
    const broken = new Map<string, string>()
    const issues: ConnectorIssue[] = []
    const caches = new Map<string, GuardCache>()
    for (const definition of definitions) {
      const { id, name, connector_type: type } = definition
      const resolved = resolve(definition)
      if ('reason' in resolved) {
        const { stage, reason } = resolved
        broken.set(name, reason)
        issues.push({ connector: name, connector_id: id, stage, reason })
      } else if (isKind(type)) {
        const key = keyOf(definition, resolved.config)
        this.#put(type, name, key, resolved.config, { byName, byKey })
        const live = type === 'cache' ? byName.cache.get(name) : undefined
        if (live !== undefined) caches.set(name, guardCache(key, live, resolved.config))
      }
    }
    const names = new Set(definitions.map(({ name }) => name))
    return {
      calls: new Connectors(byName, { breakers, clock, chance, events, names, broken }),
      issues,
      cache: name => caches.get(name) ?? { reason: whyNoCache(name, names, broken) },
      settle: channels => {
        this.#retire(byKey)
        breakers.retain(channels, names)
      },
    }
  }

  /**
   * Really connects to the far side of a connector, enabled or not, on a client of its own: no breaker hears of it, and
   * it takes nobody's place.
   */
  async probe(
    definition: Connector,
    resolve: Resolve = this.#needs.resolve ?? asWritten,
  ): Promise<ProbeReport> {
    const { connector_type: type } = definition
    if (!isKind(type)) return notReached(`this version does not connect to ${type} connectors`, false)
    const resolved = resolve(definition)
    if ('reason' in resolved) return notReached(resolved.reason)
    const report = await this.#probe(type, definition, resolved.config)
    return { ...report, message: withoutSecrets(report.message, resolved.config, definition.config) }
  }

  /** Closes what nobody has used for long, and what is too many. */
  async tick(): Promise<void> {
    this.#clients.closeIdle()
    await this.#clients.settled()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#retire(emptyByKind())
    this.#clients.cut()
    await this.#clients.settled()
  }

  #probe<Name extends KindName>(kindName: Name, definition: Connector, config: JsonObject) {
    const { kinds = connectorKinds, clock, egress, userAgent, databases, probeMs = PROBE_MS } = this.#needs
    const kind: ConnectorKind<Clients[Name]> = kinds[kindName]
    const { name, connector_type } = definition
    const dialler = egress.dialler(name, connector_type, config)
    return probe(kind, () => kind.open(config, { name, clock, dialler, userAgent, databases }), {
      clock,
      limitMs: probeMs,
      close: client => this.#clients.close(client),
    })
  }

  #put<Name extends KindName>(
    kind: Name,
    name: string,
    key: string,
    config: JsonObject,
    { byName, byKey }: Readonly<Record<'byName' | 'byKey', LiveByKind>>,
  ): void {
    const { kinds = connectorKinds } = this.#needs
    const live =
      this.#live[kind].get(key) ??
      new LiveConnector<Clients[Name]>({ name, kind: kinds[kind], config }, this.#needs, this.#clients)
    byName[kind].set(name, live)
    byKey[kind].set(key, live)
  }

  /** What is not among `next` serves the calls that it has and closes. */
  #retire(next: LiveByKind): void {
    const kept = new Set(allOf(next))
    const retired = allOf(this.#live).filter(live => !kept.has(live))
    this.#live = next
    for (const live of retired) live[Symbol.dispose]()
  }
}

function allOf(live: LiveByKind): Disposable[] {
  return Object.values(live).flatMap(kept => [...kept.values()])
}

function isKind(type: string): type is KindName {
  return Object.hasOwn(connectorKinds, type)
}

function keyOf({ id, name, connector_type }: Connector, config: JsonObject): string {
  return Bun.SHA256.hash(JSON.stringify([id, name, connector_type, config]), 'base64')
}
