import { and, asc, desc, eq, gt, gte, lt, lte, type SQL, sql } from 'drizzle-orm'
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core'
import { validationError } from '../../errors.ts'
import type { Reader, StoredRow } from '../reader.ts'
import { render, statement, TOTAL } from '../sql.ts'
import type { Page, Sort, TraceFilter } from '../store.ts'
import { traces } from '../tables.ts'
import { Cells } from './cells.ts'
import { totalOf } from './decoding.ts'

/** Rows looked at between two turns of the event loop: 1-2 ms. */
const WINDOW_ROWS = 2_000
/** How deep a page may lie when the order is not that of the primary key; its keys are held in memory. */
const SORTED_DEPTH = 20_000

const SORTED_BY: Readonly<Record<string, AnySQLiteColumn>> = {
  updated_at: traces.updated_at,
  status: traces.status,
  channel: traces.channel,
  mode: traces.mode,
}

interface Key {
  id: string
  value: string
}

interface Found {
  stored: StoredRow[]
  total: number
}

/**
 * One page of traces and the number of all that match. The table may be larger than what can be counted or sorted
 * without holding up the requests of others, and has no index but its key: it is walked in windows of the key, with a
 * turn of the event loop between them. Ids are UUID v7, so their order is that of `created_at`.
 */
export function findTraces(
  reader: Reader,
  tenant: string,
  filter: TraceFilter,
  sort: Sort,
  page: Page,
): Promise<Found> {
  const ascending = sort.order === 'asc'
  const column = Object.hasOwn(SORTED_BY, sort.by) ? SORTED_BY[sort.by] : undefined
  const walk = new TraceWalk(reader, tenant, filter, ascending)
  return column === undefined ? inOrderOfKey(walk, page) : sortedBy(walk, column, page)
}

async function inOrderOfKey(walk: TraceWalk, { limit, offset }: Page): Promise<Found> {
  const stored: StoredRow[] = []
  let total = 0
  for await (const window of walk.windows()) {
    const matches = await walk.count(window)
    const skip = Math.max(0, offset - total)
    const wanted = limit - stored.length
    if (skip < matches && wanted > 0) stored.push(...(await walk.rows(window, wanted, skip)))
    total += matches
  }
  return { stored, total }
}

async function sortedBy(walk: TraceWalk, column: AnySQLiteColumn, { limit, offset }: Page): Promise<Found> {
  const depth = offset + limit
  if (depth > SORTED_DEPTH) throw tooDeep(offset, column.name)
  let best: Key[] = []
  let total = 0
  for await (const window of walk.windows()) {
    total += await walk.count(window)
    const keys = await walk.keys(window, column, depth)
    best = [...best, ...keys].sort(walk.ascending ? compare : (a, b) => compare(b, a)).slice(0, depth)
  }
  const stored: StoredRow[] = []
  for (const { id } of best.slice(offset)) stored.push(...(await walk.row(id)))
  return { stored, total }
}

/** The queries of one walk over the key; a window is a condition on it. */
class TraceWalk {
  readonly ascending: boolean
  readonly #reader: Reader
  readonly #all: SQL | undefined
  readonly #matching: SQL | undefined

  constructor(reader: Reader, tenant: string, { status, channel, mode }: TraceFilter, ascending: boolean) {
    this.ascending = ascending
    this.#reader = reader
    const mine = eq(traces.tenant, tenant)
    // The literal lets any planner use the partial index of failed traces, and windows are made of those alone.
    this.#all = status === 'failed' ? and(mine, sql`${traces.status} = 'failed'`) : mine
    this.#matching = and(
      status === undefined ? undefined : eq(traces.status, status),
      channel === undefined ? undefined : eq(traces.channel, channel),
      mode === undefined ? undefined : eq(traces.mode, mode),
    )
  }

  async *windows(): AsyncGenerator<SQL | undefined> {
    let after: string | undefined
    for (;;) {
      const rest = and(this.#all, after === undefined ? undefined : this.#beyond(after))
      const last = await this.#lastOfWindow(rest)
      yield last === undefined ? rest : and(rest, this.#upTo(last))
      if (last === undefined) return
      after = last
      await turnOfEventLoop()
    }
  }

  async count(window: SQL | undefined): Promise<number> {
    const query = render.select(TOTAL).from(traces).where(and(window, this.#matching))
    return totalOf(await this.#reader.first(statement(query)))
  }

  rows(window: SQL | undefined, limit: number, offset: number): Promise<StoredRow[]> {
    const query = render
      .select()
      .from(traces)
      .where(and(window, this.#matching))
      .orderBy(this.#order(traces.id))
    return this.#reader.all(statement(query.limit(limit).offset(offset)))
  }

  row(id: string): Promise<StoredRow[]> {
    return this.#reader.all(
      statement(
        render
          .select()
          .from(traces)
          .where(and(this.#all, eq(traces.id, id))),
      ),
    )
  }

  async keys(window: SQL | undefined, column: AnySQLiteColumn, limit: number): Promise<Key[]> {
    const query = render
      .select({ id: traces.id, value: column })
      .from(traces)
      .where(and(window, this.#matching))
      .orderBy(this.#order(column), this.#order(traces.id))
      .limit(limit)
    return (await this.#reader.all(statement(query))).map(row => {
      const cells = new Cells(row)
      return { id: cells.text('id'), value: cells.text(column.name) }
    })
  }

  async #lastOfWindow(rest: SQL | undefined): Promise<string | undefined> {
    const query = render.select({ id: traces.id }).from(traces).where(rest).orderBy(this.#order(traces.id))
    const row = await this.#reader.first(statement(query.limit(1).offset(WINDOW_ROWS - 1)))
    return row && new Cells(row).text('id')
  }

  #order(column: AnySQLiteColumn): SQL {
    return this.ascending ? asc(column) : desc(column)
  }

  #beyond(id: string): SQL {
    return this.ascending ? gt(traces.id, id) : lt(traces.id, id)
  }

  #upTo(id: string): SQL {
    return this.ascending ? lte(traces.id, id) : gte(traces.id, id)
  }
}

function compare(a: Key, b: Key): number {
  if (a.value !== b.value) return a.value < b.value ? -1 : 1
  return a.id < b.id ? -1 : 1
}

function turnOfEventLoop(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

function tooDeep(offset: number, column: string): Error {
  return validationError([
    {
      path: 'offset',
      code: 'OUT_OF_RANGE',
      message: `a page of traces sorted by ${column} must end within the first ${SORTED_DEPTH}; sort by created_at or filter`,
      expected: `offset + limit of at most ${SORTED_DEPTH}`,
      got: offset,
    },
  ])
}
