import { count, getTableName, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/bun-sqlite'
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { SqlValue, Statement } from './store.ts'

/** Renders SQL and never runs any: connections belong to the reader and the writer. */
export const render = drizzle.mock()

/** What a query selects that counts; read by `totalOf`. */
export const TOTAL = { total: count().as('total') }

interface Renderable {
  toSQL(): { sql: string; params: unknown[] }
}

/** A built query as a statement for a unit or a read. */
export function statement(
  query: Renderable,
  outcomes: Pick<Statement, 'otherwise' | 'conflict'> = {},
): Statement {
  const { sql: text, params } = query.toSQL()
  return { sql: text, params: params.map(sqlValue), ...outcomes }
}

function sqlValue(value: unknown): SqlValue {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  if (value instanceof Uint8Array) return value
  throw new TypeError(
    `Cannot bind a ${typeof value} to a statement; null, text, numbers and bytes are possible`,
  )
}

/** True when the JSON array in `column` has exactly this text as an element; an unreadable cell has none. */
export function hasTag(column: AnySQLiteColumn, tag: string): SQL {
  return sql`case when json_valid(${column}) then exists (select 1 from json_each(${column}) where json_each.value = ${tag}) else 0 end`
}

/** The columns by which one version of many stands. */
interface StandingColumns {
  readonly tenant: AnySQLiteColumn
  readonly id: AnySQLiteColumn
  readonly version: AnySQLiteColumn
  readonly status: AnySQLiteColumn
}

/** True for active versions, drafts, and the newest version of each id. */
export function stands({ tenant, id, version, status }: StandingColumns): SQL {
  const table = sql.identifier(getTableName(version.table))
  const column = ({ name }: AnySQLiteColumn) => sql.identifier(name)
  const isSame = (of: AnySQLiteColumn) => sql`other.${column(of)} = ${table}.${column(of)}`
  const newest = sql`(select max(other.${column(version)}) from ${table} other where ${isSame(tenant)} and ${isSame(id)})`
  return sql`(${status} in ('active', 'draft') or ${version} = ${newest})`
}
