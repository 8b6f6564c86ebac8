import type { Principal } from '../auth/principal.ts'
import type { Source } from '../dispatch/live.ts'
import { OrionError } from '../errors.ts'
import { timestamp } from '../std/clock.ts'
import type { Statement } from '../storage/store.ts'
import {
  type Decision,
  decideStatus,
  type StatusPlan,
  type Subject,
  type Transition,
  type VersionState,
} from '../versioning/lifecycle.ts'
import { decideWatch } from '../versioning/put-back.ts'
import type { AuditAction, Deed } from './audit.ts'
import { commitDeed } from './journal.ts'
import type { Parts } from './parts.ts'
import type { Superseded } from './retry.ts'
import type { AskedStatus, VersionedKind, VersionedRow } from './versioned-kind.ts'

/** What a change of the versions of one id comes to: rows before and after, statements, and what is live then. */
export class VersionChanges<Row extends VersionedRow, Filter> {
  readonly #kind: VersionedKind<Row, Filter>
  readonly #parts: Parts

  constructor(kind: VersionedKind<Row, Filter>, parts: Parts) {
    this.#kind = kind
    this.#parts = parts
  }

  decided(
    id: string,
    states: readonly VersionState[],
    { status, share, stopWhen }: AskedStatus,
  ): Decision<StatusPlan> {
    const plan = decideStatus(this.subject(id), states, status, share)
    return plan.refused || stopWhen === undefined ? plan : decideWatch(this.subject(id), plan)
  }

  /** The version that a change of status is about, before and after. */
  async withStatus(
    id: string,
    { version, transitions }: StatusPlan,
    { status, share = 100, stopWhen }: AskedStatus,
    superseded: Superseded,
  ): Promise<{ before: Row; after: Row }> {
    const { sharing, watching } = this.#kind
    const before = await this.read(id, version, superseded)
    const updated_at = this.now()
    if (status !== 'active') return { before, after: { ...this.archived(before), updated_at } }
    const becomes = transitions.at(-1)?.becomes ?? version
    const changed: Row = { ...sharing(before, share), status, version: becomes, updated_at }
    return { before, after: watching(changed, stopWhen ?? null) }
  }

  /** What is live afterwards: `after` when it is active, and whatever the transitions leave beside it. */
  async planned(
    { transitions }: Pick<StatusPlan, 'transitions'>,
    deed: Deed,
    after: Row,
    superseded: Superseded,
    more: readonly Statement[] = [],
  ) {
    const { activeIn, idOf, shown, storeWatch } = this.#kind
    const id = idOf(after)
    const beside = await this.beside(id, transitions, after, superseded)
    const statements = [
      ...this.#transitions(id, transitions, after.updated_at, superseded),
      ...more,
      ...storeWatch(after),
    ]
    return {
      edit: (source: Source) => activeIn(source, id, after.status === 'active' ? after : undefined, beside),
      commit: () => commitDeed(this.#parts, statements, deed),
      result: shown(after),
    }
  }

  /** The version that keeps a share of the traffic. */
  async beside(
    id: string,
    transitions: readonly Transition[],
    after: Row,
    superseded: Superseded,
  ): Promise<Row | undefined> {
    const kept = transitions.find(({ version, from, to }) => from === to && version !== after.version)
    if (kept === undefined) return undefined
    const row = await this.read(id, kept.version, superseded)
    return { ...this.#kind.sharing(row, kept.share ?? 100), updated_at: after.updated_at }
  }

  archived(row: Row): Row {
    return { ...this.#kind.watching(row, null), status: 'archived' }
  }

  #transitions(
    id: string,
    transitions: readonly Transition[],
    at: string,
    otherwise: Superseded,
  ): Statement[] {
    return transitions.map(({ share, ...transition }) =>
      this.#kind.rows.setStatus({
        id,
        ...transition,
        ...(share !== undefined && { rolloutPercentage: share }),
        at,
        otherwise,
      }),
    )
  }

  /** A draft may be older than the rules that it is held to. */
  async refuseUnfit(id: string, row: Row): Promise<void> {
    const [first, ...more] = await this.#kind.problems(row)
    if (first === undefined) return
    const rest = more.length > 0 ? ` (and ${more.length} more)` : ''
    throw new OrionError(
      'VALIDATION_ERROR',
      `Cannot activate ${this.#kind.name} '${id}' version ${row.version}: ${first.path}: ${first.message}${rest}`,
      { details: [first, ...more] },
    )
  }

  async read(id: string, version: number, superseded: Superseded): Promise<Row> {
    const row = await this.#kind.rows.version(id, version)
    if (row === undefined) throw superseded()
    return row
  }

  deed(
    by: Principal,
    action: AuditAction,
    id: string,
    before: Row | undefined,
    after: Row | undefined,
  ): Deed {
    const { name, fields, showField } = this.#kind
    const sides = { before: before && fields(before), after: after && fields(after) }
    return { by, action, type: name, id, ...sides, show: showField }
  }

  subject(id: string): Subject {
    return { kind: this.#kind.name, id }
  }

  now(): string {
    return timestamp(this.#parts.clock.now())
  }
}
