import type { Clock } from '../../std/clock.ts'
import { type JsonObject, own } from '../../std/json.ts'
import type { Breakers } from '../breaker/breakers.ts'
import type { Connector } from '../definition.ts'
import type { Egress } from '../egress/egress.ts'
import type { CacheClient } from '../kinds/cache/client.ts'
import { type Clients, connectorKinds, type KindName } from '../kinds/index.ts'
import type { Closable } from '../kinds/kind.ts'
import type { ConnectorCalls } from './connector-calls.ts'
import { Connectors } from './connectors.ts'
import { type GuardCache, type GuardCaches, LeasedScripts } from './guard-caches.ts'
import { emptyByKind, type LiveByKind } from './live-by-kind.ts'
import { LiveConnector } from './live-connector.ts'

export interface RuntimeNeeds {
  readonly breakers: Breakers
  readonly clock: Clock
  readonly egress: Egress
  /** How Orion names itself. */
  readonly userAgent: string
  /** From 0 to below 1, for jitter. */
  readonly chance: () => number
  /** The config with its secrets in clear, or why it cannot be had. */
  readonly resolve: (connector: Connector) => Resolved
  /** Clients that stay open at most; the ones not used longest are closed. */
  readonly maxOpenClients: number
}

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
  /** The snapshot is live: what it does not use is retired. Calls under way finish on what they have. */
  settle(): void
}

/** How long an unused client stays open. */
const IDLE_MS = 300_000

/** The far sides of this process: a client lives as long as its connector says the same, whatever is reloaded around it. */
export class ConnectorRuntime implements AsyncDisposable {
  readonly #needs: RuntimeNeeds
  /** By id and config. */
  readonly #live: LiveByKind = emptyByKind()
  readonly #closing = new Set<Promise<void>>()

  constructor(needs: RuntimeNeeds) {
    this.#needs = needs
  }

  open(definitions: readonly Connector[]): OpenConnectors {
    const byName = emptyByKind()
    const { breakers, clock, chance, resolve } = this.#needs
    const used = new Set<string>()
    const broken = new Map<string, string>()
    const issues: ConnectorIssue[] = []
    const caches = new Map<string, GuardCache>()
    for (const definition of definitions) {
      const { id, name, connector_type: type } = definition
      if (!isKind(type)) continue
      const resolved = resolve(definition)
      if ('reason' in resolved) {
        const { stage, reason } = resolved
        broken.set(name, reason)
        issues.push({ connector: name, connector_id: id, stage, reason })
        continue
      }
      const key = keyOf(definition, resolved.config)
      used.add(key)
      this.#put(byName, type, name, this.#take(type, key, name, resolved.config))
      const live = type === 'cache' ? byName.cache.get(name) : undefined
      if (live !== undefined) caches.set(name, guardCache(name, key, live, resolved.config))
    }
    const names = new Set(definitions.map(({ name }) => name))
    return {
      calls: new Connectors(byName, { breakers, clock, chance, names, broken }),
      issues,
      cache: name => caches.get(name) ?? { reason: whyNoCache(name, names, broken) },
      settle: () => {
        this.#retain(used)
        breakers.retain(names)
      },
    }
  }

  /** Closes what nobody has used for long, and what is too many. */
  async tick(): Promise<void> {
    const oldestMs = this.#needs.clock.monotonic() - IDLE_MS
    const open = this.#all().filter(live => live.isClosable && !live.isBusy)
    const idle = open.toSorted((one, other) => one.usedAtMs - other.usedAtMs)
    const tooMany = idle.length - this.#needs.maxOpenClients
    for (const [at, live] of idle.entries()) if (at < tooMany || live.usedAtMs < oldestMs) live.close()
    await Promise.all(this.#closing)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#retain(new Set())
    await Promise.all(this.#closing)
  }

  #put<Name extends KindName>(
    byName: LiveByKind,
    kind: Name,
    name: string,
    live: LiveConnector<Clients[Name]>,
  ): void {
    byName[kind].set(name, live)
  }

  #take<Name extends KindName>(
    kind: Name,
    key: string,
    name: string,
    config: JsonObject,
  ): LiveConnector<Clients[Name]> {
    const kept = this.#live[kind].get(key)
    if (kept !== undefined) return kept
    const settings = { name, kind: connectorKinds[kind], config }
    const made = new LiveConnector<Clients[Name]>(settings, this.#needs, closing => this.#awaits(closing))
    this.#live[kind].set(key, made)
    return made
  }

  #retain(keys: ReadonlySet<string>): void {
    for (const kept of Object.values(this.#live)) {
      for (const [key, live] of kept) {
        if (keys.has(key)) continue
        kept.delete(key)
        live[Symbol.dispose]()
      }
    }
  }

  #all(): LiveConnector<Closable>[] {
    return Object.values(this.#live).flatMap(kept => [...kept.values()])
  }

  #awaits(closing: Promise<void>): void {
    const settled = closing.then(nothing, nothing).finally(() => this.#closing.delete(settled))
    this.#closing.add(settled)
  }
}

/** A client that cannot close well is gone all the same. */
function nothing(): undefined {
  return undefined
}

function guardCache(
  name: string,
  key: string,
  live: LiveConnector<CacheClient>,
  config: JsonObject,
): GuardCache {
  const isElsewhere = own(config, 'backend') === 'redis'
  return { name, key, scripts: isElsewhere ? new LeasedScripts(live) : undefined }
}

function whyNoCache(name: string, names: ReadonlySet<string>, broken: ReadonlyMap<string, string>): string {
  const why = broken.get(name)
  if (why !== undefined) return `connector "${name}" cannot be used: ${why}`
  if (names.has(name)) return `connector "${name}" is not a cache connector`
  return `there is no enabled connector "${name}"`
}

function isKind(type: string): type is KindName {
  return Object.hasOwn(connectorKinds, type)
}

function keyOf({ id, name, connector_type }: Connector, config: JsonObject): string {
  return Bun.SHA256.hash(JSON.stringify([id, name, connector_type, config]), 'base64')
}
