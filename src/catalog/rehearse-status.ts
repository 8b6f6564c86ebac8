import type { Live } from '../dispatch/live.ts'
import { NO_CHANGES, type SnapshotChanges } from '../dispatch/rehearsal.ts'
import { OrionError } from '../errors.ts'
import type { JsonObject } from '../std/json.ts'
import type { Finding } from '../versioning/finding.ts'
import { decideStatus, label } from '../versioning/lifecycle.ts'
import type { Status } from '../versioning/status.ts'
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

interface StatusChange<Row extends VersionedRow, Filter> {
  readonly id: string
  readonly to: Status
  readonly kind: VersionedKind<Row, Filter>
  readonly live: Live
  readonly lint: LintRow
}

/** Decides as a change would and builds its snapshot, but neither commits nor swaps. Throws NOT_FOUND. */
export async function rehearseStatus<Row extends VersionedRow, Filter>({
  id,
  to,
  kind,
  live,
  lint,
}: StatusChange<Row, Filter>): Promise<StatusRehearsal> {
  const { rows, activeIn } = kind
  const subject = { kind: kind.name, id }
  const states = await rows.states(id)
  const plan = decideStatus(subject, states, to)
  const row = plan.refused ? undefined : await rows.version(id, plan.version)
  if (states.length === 0 || (row === undefined && !plan.refused)) {
    throw new OrionError('NOT_FOUND', `${label(subject)} not found`)
  }
  if (plan.refused) return { findings: [refused('lifecycle', 'status', plan)], changes: NO_CHANGES }
  const after: Row | undefined = row && to === 'active' ? { ...row, status: to } : undefined

  let obstacles: readonly Obstacle[] = []
  const { changes, refusal } = await live.rehearse(async () => source => {
    if (after !== undefined) obstacles = kind.obstacles(after, activeIn(source, id, undefined))
    return activeIn(source, id, after)
  })
  const content = after === undefined ? [] : await lint(kind.fields(after))
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

function refused(rule: string, path: string, { code, message }: { code: string; message: string }): Finding {
  return { severity: 'error', rule, code, path, message }
}
