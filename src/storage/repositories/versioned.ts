import { and, asc, desc, eq, gt, type SQL } from 'drizzle-orm'
import type { AnySQLiteColumn, SQLiteTable, SQLiteView } from 'drizzle-orm/sqlite-core'
import { OrionError } from '../../errors.ts'
import type { Status } from '../../versioning/status.ts'
import type { Reader } from '../reader.ts'
import type { Scope } from '../scope.ts'
import { hasTag, render, stands, statement, TOTAL } from '../sql.ts'
import type {
  ExpectedVersion,
  Listed,
  Page,
  Sort,
  Standing,
  Statement,
  StatusChange,
  Unreadable,
  VersionedRepository,
  VersionKey,
  VersionState,
} from '../store.ts'
import { Cells } from './cells.ts'
import { type Decoder, decodeAll, decodeOne, listed, totalOf } from './decoding.ts'

export const STATUSES: readonly Status[] = ['draft', 'active', 'archived']

/** The columns that workflows and channels share, by role. */
export interface VersionColumns {
  tenant: AnySQLiteColumn
  id: AnySQLiteColumn
  version: AnySQLiteColumn
  name: AnySQLiteColumn
  status: AnySQLiteColumn
  priority: AnySQLiteColumn
  tags: AnySQLiteColumn
  updatedAt: AnySQLiteColumn
}

/** What they are picked from. */
type Picked = Omit<VersionColumns, 'id' | 'updatedAt'> & { updated_at: AnySQLiteColumn }

/** Picks them one by one: the columns of a view cannot be spread. */
export function versionColumns(source: Picked, id: AnySQLiteColumn): VersionColumns {
  const { tenant, version, name, status, priority, tags, updated_at: updatedAt } = source
  return { tenant, id, version, name, status, priority, tags, updatedAt }
}

/** What tells workflows and channels apart in storage. */
export interface VersionedKind<Row, Filter> extends Decoder<Row> {
  table: SQLiteTable
  columns: VersionColumns
  /** The view of latest versions. */
  current: SQLiteView
  currentColumns: VersionColumns
  /** What a list may be sorted by (columns of the view); `priority` is the default. */
  sortable: Readonly<Record<string, AnySQLiteColumn>>
  identity(row: Row): { id: string; version: number }
  /** What an update of a draft replaces, by column. */
  content(row: Row): Record<string, unknown>
  /** What stays as it was created, by column; `tenant` apart. */
  frame(row: Row): Record<string, unknown>
  /** The column by which versions share traffic; a kind without one counts as 100. */
  rollout: AnySQLiteColumn | undefined
  /** Columns of the view and the values they must equal, and the tag. */
  filters(filter: Filter): {
    equal: readonly [AnySQLiteColumn, string | undefined][]
    tag: string | undefined
  }
}

/** One implementation for both versioned kinds. */
export class VersionedRows<Row, Filter> implements VersionedRepository<Row, Filter> {
  readonly #kind: VersionedKind<Row, Filter>
  readonly #reader: Reader
  readonly #tenant: string

  constructor(kind: VersionedKind<Row, Filter>, reader: Reader, scope: Scope) {
    this.#kind = kind
    this.#reader = reader
    this.#tenant = scope.tenant
  }

  async latest(id: string): Promise<Row | undefined> {
    const { table, columns } = this.#kind
    const query = render.select().from(table).where(this.#is(id)).orderBy(desc(columns.version)).limit(1)
    return decodeOne(this.#kind, await this.#reader.first(statement(query)))
  }

  async version(id: string, version: number): Promise<Row | undefined> {
    const query = render.select().from(this.#kind.table).where(this.#isVersion(id, version))
    return decodeOne(this.#kind, await this.#reader.first(statement(query)))
  }

  async states(id: string): Promise<VersionState[]> {
    const { table, columns, rollout } = this.#kind
    const { version, status } = columns
    const query = render
      .select({ version, status, ...(rollout && { rollout }) })
      .from(table)
      .where(this.#is(id))
      .orderBy(desc(version))
    const stored = await this.#reader.all(statement(query))
    return stored.map(row => {
      const cells = new Cells(row)
      return {
        version: cells.number('version'),
        status: cells.oneOf('status', STATUSES),
        rolloutPercentage: rollout ? cells.number(rollout.name) : 100,
      }
    })
  }

  async versions(id: string, page: Page): Promise<Listed<Row>> {
    const { table, columns } = this.#kind
    const query = render.select().from(table).where(this.#is(id)).orderBy(desc(columns.version))
    const rows = await this.#reader.all(statement(query.limit(page.limit).offset(page.offset)))
    const total = await this.#reader.first(statement(render.select(TOTAL).from(table).where(this.#is(id))))
    return listed(this.#kind, rows, totalOf(total))
  }

  async list(filter: Filter, sort: Sort, page: Page): Promise<Listed<Row>> {
    const { current, currentColumns: columns, sortable } = this.#kind
    const matching = this.#matching(filter)
    const by = (Object.hasOwn(sortable, sort.by) ? sortable[sort.by] : undefined) ?? columns.priority
    const query = render
      .select()
      .from(current)
      .where(matching)
      .orderBy(sort.order === 'asc' ? asc(by) : desc(by), asc(columns.id))
      .limit(page.limit)
      .offset(page.offset)
    const rows = await this.#reader.all(statement(query))
    const total = await this.#reader.first(statement(render.select(TOTAL).from(current).where(matching)))
    return listed(this.#kind, rows, totalOf(total))
  }

  async keys(filter: Filter, after: string, limit: number): Promise<VersionKey[]> {
    const { current, currentColumns } = this.#kind
    const { id, version, name, priority } = currentColumns
    const query = render
      .select({ id, version, name, priority })
      .from(current)
      .where(and(this.#matching(filter), gt(id, after)))
      .orderBy(asc(id))
      .limit(limit)
    const stored = await this.#reader.all(statement(query))
    return stored.map(row => {
      const cells = new Cells(row)
      return {
        id: cells.text(id.name),
        version: cells.number('version'),
        name: cells.text('name'),
        priority: cells.number('priority'),
      }
    })
  }

  async active(): Promise<{ rows: Row[]; unreadable: Unreadable[] }> {
    const { table, columns } = this.#kind
    const query = render
      .select()
      .from(table)
      .where(and(eq(columns.tenant, this.#tenant), eq(columns.status, 'active')))
      .orderBy(desc(columns.priority), asc(columns.id), asc(columns.version))
    return decodeAll(this.#kind, await this.#reader.all(statement(query)))
  }

  async standing(afterId: string, limit: number): Promise<Standing<Row>> {
    const { table, columns, idColumn } = this.#kind
    const { tenant, id, version, status } = columns
    const query = render
      .select()
      .from(table)
      .where(and(eq(tenant, this.#tenant), gt(id, afterId), stands({ tenant, id, version, status })))
      .orderBy(asc(id), asc(version))
      .limit(limit)
    const stored = await this.#reader.all(statement(query))
    if (stored.length < limit) return { ...decodeAll(this.#kind, stored), lastId: undefined }
    // The last id may go on behind the limit; it comes with the next page.
    const cut = stored.findLastIndex(
      (row, at) => row[idColumn] !== stored[at + 1]?.[idColumn] && at + 1 < limit,
    )
    const whole = cut < 0 ? stored : stored.slice(0, cut + 1)
    return { ...decodeAll(this.#kind, whole), lastId: String(whole.at(-1)?.[idColumn]) }
  }

  insert(row: Row): Statement {
    const values = { tenant: this.#tenant, ...this.#kind.frame(row), ...this.#kind.content(row) }
    return statement(render.insert(this.#kind.table).values(values), {
      conflict: () => this.#taken(this.#kind.identity(row)),
    })
  }

  updateDraft(row: Row, otherwise: () => Error): Statement {
    const { id, version } = this.#kind.identity(row)
    const isDraft = and(this.#isVersion(id, version), eq(this.#kind.columns.status, 'draft'))
    const query = render.update(this.#kind.table).set(this.#kind.content(row)).where(isDraft)
    return statement(query, { otherwise })
  }

  setStatus({ id, version, from, to, rolloutPercentage, becomes, at, otherwise }: StatusChange): Statement {
    const { table, columns, rollout } = this.#kind
    const share = rollout && rolloutPercentage !== undefined ? { [rollout.name]: rolloutPercentage } : {}
    const query = render
      .update(table)
      .set({ status: to, updated_at: at, ...share, ...(becomes !== undefined && { version: becomes }) })
      .where(and(this.#isVersion(id, version), eq(columns.status, from)))
    return statement(query, { otherwise, conflict: () => this.#taken({ id, version }) })
  }

  expect({ id, version, status, updatedAt }: ExpectedVersion, otherwise: () => Error): Statement {
    const { table, columns } = this.#kind
    const asRead = and(
      this.#isVersion(id, version),
      eq(columns.status, status),
      eq(columns.updatedAt, updatedAt),
    )
    return statement(render.update(table).set({ status }).where(asRead), { otherwise })
  }

  delete(id: string, otherwise: () => Error): Statement {
    return statement(render.delete(this.#kind.table).where(this.#is(id)), { otherwise })
  }

  #is(id: string): SQL | undefined {
    const { columns } = this.#kind
    return and(eq(columns.tenant, this.#tenant), eq(columns.id, id))
  }

  #isVersion(id: string, version: number): SQL | undefined {
    return and(this.#is(id), eq(this.#kind.columns.version, version))
  }

  #matching(filter: Filter): SQL | undefined {
    const { currentColumns, filters } = this.#kind
    const { equal, tag } = filters(filter)
    const conditions = [eq(currentColumns.tenant, this.#tenant)]
    for (const [column, value] of equal) {
      if (value !== undefined) conditions.push(eq(column, value))
    }
    if (tag !== undefined) conditions.push(hasTag(currentColumns.tags, tag))
    return and(...conditions)
  }

  /** A first version collides with its id, a later one with the draft that came before it. */
  #taken({ id, version }: { id: string; version: number }): OrionError {
    const { noun } = this.#kind
    const subject = `${noun.charAt(0).toUpperCase()}${noun.slice(1)} '${id}'`
    return new OrionError(
      'CONFLICT',
      version === 1 ? `${subject} already exists` : `${subject} already has a draft version`,
    )
  }
}
