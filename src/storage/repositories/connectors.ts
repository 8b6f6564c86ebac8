import { and, asc, eq, gt, type SQL } from 'drizzle-orm'
import { CONNECTOR_TYPES, type Connector } from '../../connector/definition.ts'
import { OrionError } from '../../errors.ts'
import type { Reader } from '../reader.ts'
import type { Scope } from '../scope.ts'
import { hasTag, render, statement, TOTAL } from '../sql.ts'
import type {
  ConnectorFilter,
  ConnectorRepository,
  Listed,
  Page,
  Statement,
  Unreadable,
  Violation,
} from '../store.ts'
import { connectors } from '../tables.ts'
import { Cells } from './cells.ts'
import { type Decoder, decodeAll, decodeOne, listed, totalOf } from './decoding.ts'

const decoder: Decoder<Connector> = { noun: 'connector', idColumn: 'id', decode }

/** Connectors with their secrets in clear. */
export class Connectors implements ConnectorRepository {
  readonly #reader: Reader
  readonly #tenant: string

  constructor(reader: Reader, scope: Scope) {
    this.#reader = reader
    this.#tenant = scope.tenant
  }

  get(id: string): Promise<Connector | undefined> {
    return this.#one(eq(connectors.id, id))
  }

  byName(name: string): Promise<Connector | undefined> {
    return this.#one(eq(connectors.name, name))
  }

  async list({ tag }: ConnectorFilter, page: Page): Promise<Listed<Connector>> {
    const matching = this.#tagged(tag)
    const query = render.select().from(connectors).where(matching).orderBy(asc(connectors.name))
    const rows = await this.#reader.all(statement(query.limit(page.limit).offset(page.offset)))
    const total = await this.#reader.first(statement(render.select(TOTAL).from(connectors).where(matching)))
    return listed(decoder, rows, totalOf(total))
  }

  async ids({ tag }: ConnectorFilter): Promise<string[]> {
    const query = render
      .select({ id: connectors.id })
      .from(connectors)
      .where(this.#tagged(tag))
      .orderBy(asc(connectors.name))
    const rows = await this.#reader.all(statement(query))
    return rows.map(row => new Cells(row).text('id'))
  }

  async all(): Promise<{ rows: Connector[]; unreadable: Unreadable[] }> {
    const query = render.select().from(connectors).where(this.#mine()).orderBy(asc(connectors.name))
    return decodeAll(decoder, await this.#reader.all(statement(query)))
  }

  async following(
    afterName: string,
    limit: number,
  ): Promise<{ rows: Connector[]; unreadable: Unreadable[] }> {
    const later = this.#mine(gt(connectors.name, afterName))
    const query = render.select().from(connectors).where(later).orderBy(asc(connectors.name)).limit(limit)
    return decodeAll(decoder, await this.#reader.all(statement(query)))
  }

  insert(row: Connector): Statement {
    const values = { tenant: this.#tenant, id: row.id, created_at: row.created_at, ...content(row) }
    return statement(render.insert(connectors).values(values), { conflict: taken(row) })
  }

  update(row: Connector, expectedUpdatedAt: string, otherwise: () => Error): Statement {
    const unchanged = and(eq(connectors.id, row.id), eq(connectors.updated_at, expectedUpdatedAt))
    const query = render.update(connectors).set(content(row)).where(this.#mine(unchanged))
    return statement(query, { otherwise, conflict: taken(row) })
  }

  delete(id: string, otherwise: () => Error): Statement {
    return statement(render.delete(connectors).where(this.#mine(eq(connectors.id, id))), { otherwise })
  }

  async #one(condition: SQL): Promise<Connector | undefined> {
    const query = render.select().from(connectors).where(this.#mine(condition))
    return decodeOne(decoder, await this.#reader.first(statement(query)))
  }

  #tagged(tag: string | undefined): SQL | undefined {
    return this.#mine(tag === undefined ? undefined : hasTag(connectors.tags, tag))
  }

  #mine(condition?: SQL): SQL | undefined {
    return and(eq(connectors.tenant, this.#tenant), condition)
  }
}

function taken({ id, name }: Connector) {
  return ({ columns }: Violation) =>
    new OrionError(
      'CONFLICT',
      columns.includes('name')
        ? `Connector with name '${name}' already exists`
        : `Connector with id '${id}' already exists`,
    )
}

function content(row: Connector) {
  return {
    name: row.name,
    connector_type: row.connector_type,
    config_json: JSON.stringify(row.config),
    enabled: row.enabled,
    tags: JSON.stringify(row.tags),
    updated_at: row.updated_at,
  }
}

function decode(cells: Cells): Connector {
  return {
    id: cells.text('id'),
    name: cells.text('name'),
    connector_type: cells.oneOf('connector_type', CONNECTOR_TYPES),
    config: cells.object('config_json'),
    enabled: cells.flag('enabled'),
    tags: cells.strings('tags'),
    created_at: cells.text('created_at'),
    updated_at: cells.text('updated_at'),
  }
}
