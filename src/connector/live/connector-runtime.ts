import type { Clock } from '../../std/clock.ts'
import type { JsonObject } from '../../std/json.ts'
import type { Breakers } from '../breaker/breakers.ts'
import type { Connector } from '../definition.ts'
import type { Egress } from '../egress/egress.ts'
import type { DatabaseNeeds } from '../kinds/db/needs.ts'
import { type Clients, connectorKinds, type KindName } from '../kinds/index.ts'
import type { Closable } from '../kinds/kind.ts'
import type { ConnectorCalls } from './connector-calls.ts'
import { Connectors } from './connectors.ts'
import { emptyByKind, type LiveByKind } from './live-by-kind.ts'
import { LiveConnector } from './live-connector.ts'

interface RuntimeNeeds {
  readonly breakers: Breakers
  readonly clock: Clock
  readonly egress: Egress
  readonly databases: DatabaseNeeds
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
export interface OpenConnectors {
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
    }
    const names = new Set(definitions.map(({ name }) => name))
    return {
      calls: new Connectors(byName, { breakers, clock, chance, names, broken }),
      issues,
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

function isKind(type: string): type is KindName {
  return Object.hasOwn(connectorKinds, type)
}

function keyOf({ id, name, connector_type }: Connector, config: JsonObject): string {
  return Bun.SHA256.hash(JSON.stringify([id, name, connector_type, config]), 'base64')
}
