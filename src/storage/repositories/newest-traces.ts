import { and, desc, eq, gte, inArray, lt, type SQL } from 'drizzle-orm'
import { nextTurn } from '../../std/next-turn.ts'
import type { Reader } from '../reader.ts'
import { render, statement } from '../sql.ts'
import type { RecordedFilter } from '../store.ts'
import { traces } from '../tables.ts'
import { Cells } from './cells.ts'

/** Rows looked at between two turns of the event loop: 1-2 ms. */
const WINDOW_ROWS = 2_000

/** Ids of the newest traces that match, newest first; their order is that of the arrival of requests. */
export async function newestTraces(
  reader: Reader,
  tenant: string,
  filter: RecordedFilter,
  limit: number,
  isOver: () => boolean,
): Promise<string[]> {
  const { channelIds, status, sinceMs, untilMs } = filter
  const range = and(
    eq(traces.tenant, tenant),
    sinceMs === undefined ? undefined : gte(traces.id, idFrom(sinceMs)),
    untilMs === undefined ? undefined : lt(traces.id, idFrom(untilMs + 1)),
  )
  const matching = and(
    inArray(traces.channel_id, [...channelIds]),
    status === undefined ? undefined : eq(traces.status, status),
  )
  const ids: string[] = []
  let before: string | undefined
  while (ids.length < limit && !isOver()) {
    const rest = and(range, before === undefined ? undefined : lt(traces.id, before))
    const [last] = await read(reader, rest, 1, WINDOW_ROWS - 1)
    const window = and(rest, last === undefined ? undefined : gte(traces.id, last))
    ids.push(...(await read(reader, and(window, matching), limit - ids.length, 0)))
    if (last === undefined) break
    before = last
    await nextTurn()
  }
  return ids
}

async function read(
  reader: Reader,
  where: SQL | undefined,
  limit: number,
  offset: number,
): Promise<string[]> {
  const query = render.select({ id: traces.id }).from(traces).where(where).orderBy(desc(traces.id))
  const rows = await reader.all(statement(query.limit(limit).offset(offset)))
  return rows.map(row => new Cells(row).text('id'))
}

/** The least UUID v7 of a millisecond. */
function idFrom(epochMs: number): string {
  const hex = Math.max(0, epochMs).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}`
}
