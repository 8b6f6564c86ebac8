import type { Principal } from '../auth/principal.ts'
import { connectorProblems, normalizeConnector } from '../connector/check.ts'
import { type Connector, type ConnectorView, CreateConnector } from '../connector/definition.ts'
import type { ProbeReport } from '../connector/live/probe.ts'
import { keepMasked, maskConfig } from '../connector/masking.ts'
import type { LiveChange, Source } from '../dispatch/live.ts'
import { OrionError } from '../errors.ts'
import { timestamp } from '../std/clock.ts'
import { isObject, type Json, type JsonObject, own } from '../std/json.ts'
import type { ConnectorFilter, Listed, Page, Statement } from '../storage/store.ts'
import { onePerPath } from '../versioning/one-per-path.ts'
import { reservedIdProblems } from '../versioning/reserved-ids.ts'
import type { ConnectorCatalog, ReloadedConnectors } from './api.ts'
import type { Deed } from './audit.ts'
import { checked, givenFields, objectBody } from './bodies.ts'
import { commitDeed } from './journal.ts'
import type { Parts } from './parts.ts'
import { readable } from './readable.ts'
import { retryOnce } from './retry.ts'
import { byText } from './source-order.ts'

export type ProbeConnector = (connector: Connector) => Promise<ProbeReport>

/** Connectors have one version; every change of one is live at once. */
export class Connectors implements ConnectorCatalog {
  readonly #parts: Parts
  readonly #probe: ProbeConnector

  constructor(parts: Parts, probe: ProbeConnector) {
    this.#parts = parts
    this.#probe = probe
  }

  async get(id: string): Promise<ConnectorView> {
    return view(await this.#stored(id))
  }

  async list(filter: ConnectorFilter, page: Page): Promise<Listed<ConnectorView>> {
    const listed = await this.#parts.store.connectors.list(filter, page)
    return { ...listed, rows: listed.rows.map(view) }
  }

  async create(by: Principal, body: unknown): Promise<ConnectorView> {
    const { store, newId } = this.#parts
    const given = readConnector(objectBody(body), undefined)
    const at = this.#now()
    const row: Connector = {
      id: given.id ?? newId(),
      ...connectorContent(given),
      created_at: at,
      updated_at: at,
    }
    const change: Change = { by, action: 'create', id: row.id, after: row }
    return this.#live(async () => this.#put(row, store.connectors.insert(row), change))
  }

  /** Reads and decides in the lane of `live`, so that no change of this process is lost in another's copy. */
  update(by: Principal, id: string, body: unknown): Promise<ConnectorView> {
    return retryOnce(`connector '${id}'`, superseded =>
      this.#live(async () => {
        const before = await this.#stored(id)
        const given = readConnector({ ...before, ...givenFields(objectBody(body)), id }, before)
        const updated_at = later(before.updated_at, this.#now())
        const row: Connector = { ...before, ...connectorContent(given), updated_at }
        const statement = this.#parts.store.connectors.update(row, before.updated_at, superseded)
        return this.#put(row, statement, { by, action: 'update', id, before, after: row })
      }),
    )
  }

  delete(by: Principal, id: string): Promise<void> {
    const { connectors } = this.#parts.store
    return this.#live(async () => {
      const before = await readable(connectors.get(id))
      const statement = connectors.delete(id, () => notFound(id))
      return {
        edit: (source: Source) => withConnector(source, id, undefined),
        commit: () => this.#commit(statement, { by, action: 'delete', id, before }),
        result: undefined,
      }
    })
  }

  async test(id: string): Promise<ProbeReport> {
    return this.#probe(await this.#stored(id))
  }

  async reload(by: Principal): Promise<ReloadedConnectors> {
    const { live } = this.#parts
    await commitDeed(this.#parts, [], { by, action: 'reload', type: 'connector', id: 'manual' })
    await live.reload()
    const { connectors_count: connectors, load_issues } = live.status()
    return { connectors, load_issues: load_issues.connectors }
  }

  async #stored(id: string): Promise<Connector> {
    const row = await this.#parts.store.connectors.get(id)
    if (row === undefined) throw notFound(id)
    return row
  }

  #live<Result>(decide: LiveChange<Result>['decide']): Promise<Result> {
    return this.#parts.live.change({ decide })
  }

  #put(row: Connector, statement: Statement, change: Change) {
    return {
      edit: (source: Source) => withConnector(source, row.id, row),
      commit: () => this.#commit(statement, change),
      result: view(row),
    }
  }

  #commit(statement: Statement, { by, action, id, before, after }: Change): Promise<void> {
    const fields = { before: before && { ...before }, after: after && { ...after } }
    const deed: Deed = { by, action, type: 'connector', id, ...fields, show: shownConnectorField }
    return commitDeed(this.#parts, [statement], deed)
  }

  #now(): string {
    return timestamp(this.#parts.clock.now())
  }
}

interface Change {
  readonly by: Principal
  readonly action: 'create' | 'update' | 'delete'
  readonly id: string
  readonly before?: Connector | undefined
  readonly after?: Connector
}

/** The body by its type, with the stored secrets where it has masks. Throws VALIDATION_ERROR. */
export function readConnector(body: JsonObject, stored: Connector | undefined): CreateConnector {
  const config = own(body, 'config')
  const kept = isObject(config) ? keepMasked(config, stored?.config) : undefined
  const candidate = normalizeConnector({ ...body, ...(kept && { config: kept.config }) })
  const reserved = stored === undefined ? reservedIdProblems('connector', 'id', own(body, 'id')) : []
  const problems = onePerPath([...reserved, ...(kept?.problems ?? []), ...connectorProblems(candidate)])
  return checked(CreateConnector, candidate, problems)
}

export function connectorContent(given: CreateConnector) {
  return {
    name: given.name,
    connector_type: given.connector_type,
    config: given.config ?? {},
    enabled: given.enabled ?? true,
    tags: given.tags ?? [],
  }
}

function view(row: Connector): ConnectorView {
  const { id, name, connector_type, config, enabled, tags, created_at, updated_at } = row
  const config_json = JSON.stringify(maskConfig(config))
  return { id, name, connector_type, config_json, enabled, tags, created_at, updated_at }
}

/** How a field of a connector may be seen by others. */
export function shownConnectorField(field: string, value: Json): Json {
  return field === 'config' && isObject(value) ? maskConfig(value) : value
}

function withConnector(source: Source, id: string, row: Connector | undefined): Source {
  return withConnectors(source, [id], row === undefined ? [] : [row])
}

/** The source with `rows` in place of what has these ids. */
export function withConnectors(source: Source, ids: readonly string[], rows: readonly Connector[]): Source {
  const replaced = new Set(ids)
  const others = source.connectors.filter(({ id }) => !replaced.has(id))
  return { ...source, connectors: [...others, ...rows].toSorted((a, b) => byText(a.name, b.name)) }
}

/** `updated_at` guards an update against another one, so each is later than the one before. */
export function later(previous: string, now: string): string {
  return now > previous ? now : timestamp(Date.parse(previous) + 1)
}

function notFound(id: string): OrionError {
  return new OrionError('NOT_FOUND', `Connector '${id}' not found`)
}
