import { type JsonObject, own } from '../../std/json.ts'
import type { Turns } from '../../std/turns.ts'
import type { VersionedKind, VersionedRow } from '../versioned-kind.ts'
import type { StandingVersion } from './version-plan.ts'

/** A version that stands, with its content unless nobody can read it. */
export interface StandingRow<Row> extends StandingVersion {
  readonly row: Row | undefined
}

/** What stands for each definition of a kind, newest first, by id. */
export type Standing<Row> = ReadonlyMap<string, readonly StandingRow<Row>[]>

/** Rows that are read at once. */
const PAGE_ROWS = 100

/** Everything that stands, read in pages. */
export async function readStanding<Row extends VersionedRow, Filter>(
  kind: VersionedKind<Row, Filter>,
  turns: Turns,
): Promise<Standing<Row>> {
  const standing = new Map<string, readonly StandingRow<Row>[]>()
  let after: string | undefined = ''
  while (after !== undefined) {
    const page: StandingPage<Row> = await standingAfter(kind, after, PAGE_ROWS)
    for (const [id, versions] of page.standing) standing.set(id, versions)
    after = page.lastId
    await turns.restIfDue()
  }
  return standing
}

/** `lastId` is where the next page begins; undefined when this is the last. */
interface StandingPage<Row> {
  readonly standing: Standing<Row>
  readonly lastId: string | undefined
}

/** One page of what stands, of ids after one. */
export async function standingAfter<Row extends VersionedRow, Filter>(
  kind: VersionedKind<Row, Filter>,
  afterId: string,
  limit: number,
): Promise<StandingPage<Row>> {
  const { rows, unreadable, lastId } = await kind.rows.standing(afterId, limit)
  const standing = new Map<string, StandingRow<Row>[]>()
  const put = (id: string, version: StandingRow<Row>) => {
    const others = standing.get(id) ?? []
    standing.set(
      id,
      [...others, version].sort((a, b) => b.version - a.version),
    )
  }
  for (const row of rows) {
    const { version, status } = row
    put(kind.idOf(row), { version, status, share: shareOf(kind.fields(row)), row })
  }
  for (const { id, version } of unreadable) {
    const state = (await kind.rows.states(id)).find(known => known.version === version)
    if (state === undefined) continue
    put(id, { version, status: state.status, share: state.rolloutPercentage, row: undefined })
  }
  return { standing, lastId }
}

function shareOf(fields: JsonObject): number {
  return Number(own(fields, 'rollout_percentage') ?? 100)
}
