import type { Live, SnapshotChanges } from '../dispatch/live.ts'
import { NO_CHANGES } from '../dispatch/snapshot-changes.ts'
import type { JsonObject } from '../std/json.ts'
import type { Finding } from '../versioning/finding.ts'
import type { Obstacle } from './gates.ts'
import type { VersionedKind, VersionedRow } from './versioned-kind.ts'

/** What a change of status would come to. Without an error among the findings it would be made. */
export interface StatusRehearsal {
  readonly findings: readonly Finding[]
  /** What would be different, were it not for the errors; nothing when no version could change. */
  readonly changes: SnapshotChanges
}

/** What lint says of a stored definition. */
export type LintRow = (row: JsonObject) => Promise<readonly Finding[]>

/** What would be active of an id: `after` unless it would be archived, and the version that keeps a share beside it. */
interface Standing<Row> {
  readonly after: Row
  readonly beside: Row | undefined
}

/** Of a change that no version can make. */
export function refusedStatus(refusal: Refusal): StatusRehearsal {
  return { findings: [refused('lifecycle', 'status', refusal)], changes: NO_CHANGES }
}

/** Builds the snapshot of a change that was decided, but neither commits nor swaps. */
export async function rehearseStatus<Row extends VersionedRow, Filter>(
  { after, beside }: Standing<Row>,
  kind: VersionedKind<Row, Filter>,
  live: Live,
  lint: LintRow,
): Promise<StatusRehearsal> {
  const { activeIn, idOf, fields } = kind
  const id = idOf(after)
  const row = after.status === 'active' ? after : undefined
  let obstacles: readonly Obstacle[] = []
  const { changes, refusal } = await live.rehearse(async () => source => {
    if (row !== undefined) obstacles = kind.obstacles(row, activeIn(source, id, undefined))
    return activeIn(source, id, row, beside)
  })
  const content = row === undefined ? [] : await lint(fields(row))
  const isTold = content.some(({ severity }) => severity === 'error')
  return {
    findings: [
      ...content.filter(finding => !isObstacle(finding, obstacles)),
      ...obstacles.map(obstacleFinding),
      ...(refusal === undefined || isTold ? [] : [refused('load', '', refusal)]),
    ],
    changes,
  }
}

/** Lint warns of what a gate refuses. */
function isObstacle({ rule, path }: Finding, obstacles: readonly Obstacle[]): boolean {
  return rule === 'unknown-connector' && obstacles.some(obstacle => obstacle.path === path)
}

function obstacleFinding({ gate, ...obstacle }: Obstacle): Finding {
  return { severity: 'error', rule: gate, code: 'CONFLICT', ...obstacle }
}

interface Refusal {
  readonly code: string
  readonly message: string
}

function refused(rule: string, path: string, { code, message }: Refusal): Finding {
  return { severity: 'error', rule, code, path, message }
}
