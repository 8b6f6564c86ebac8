import type { Principal } from '../auth/principal.ts'
import type { LiveChange, Source } from '../dispatch/live.ts'
import { OrionError } from '../errors.ts'
import { timestamp } from '../std/clock.ts'
import type { Listed, Page, Sort, Statement } from '../storage/store.ts'
import {
  decideDeletion,
  decideNewVersion,
  decideStatus,
  decideUpdate,
  label,
  type StatusPlan,
  type Subject,
  type Transition,
} from '../versioning/lifecycle.ts'
import { decidePutBack, decideWatch, type PutBackOrder } from '../versioning/put-back.ts'
import { decideRollback, decideShare } from '../versioning/rollout.ts'
import type { StopWhen } from '../versioning/stop-when.ts'
import type { VersionedCatalog } from './api.ts'
import type { AuditAction, Deed } from './audit.ts'
import { commitDeed } from './journal.ts'
import { Lanes } from './lanes.ts'
import type { Parts } from './parts.ts'
import { permitted } from './permitted.ts'
import { readable } from './readable.ts'
import { retryOnce, type Superseded } from './retry.ts'
import type { AskedStatus, VersionedKind, VersionedRow } from './versioned-kind.ts'

/** One implementation for both kinds: reads, lets the lifecycle decide, commits change and audit row as one unit. */
export class Versioned<Row extends VersionedRow, Filter> implements VersionedCatalog<Row, Filter> {
  readonly #kind: VersionedKind<Row, Filter>
  readonly #parts: Parts
  readonly #lanes = new Lanes()

  constructor(kind: VersionedKind<Row, Filter>, parts: Parts) {
    this.#kind = kind
    this.#parts = parts
  }

  async get(id: string): Promise<Row> {
    return this.#kind.shown((await this.#kind.rows.latest(id)) ?? this.#notFound(id))
  }

  async list(filter: Filter, sort: Sort, page: Page): Promise<Listed<Row>> {
    return this.#shown(await this.#kind.rows.list(filter, sort, page))
  }

  async versions(id: string, page: Page): Promise<Listed<Row>> {
    const listed = await this.#kind.rows.versions(id, page)
    return listed.total > 0 ? this.#shown(listed) : this.#notFound(id)
  }

  async create(by: Principal, body: unknown): Promise<Row> {
    const row = await this.#kind.create(body, this.#parts.newId, this.#now())
    await this.#commit(
      [this.#kind.rows.insert(row)],
      this.#deed(by, 'create', this.#kind.idOf(row), undefined, row),
    )
    return this.#kind.shown(row)
  }

  update(by: Principal, id: string, body: unknown): Promise<Row> {
    return this.#changing(id, async superseded => {
      const { rows } = this.#kind
      const { version } = permitted(decideUpdate(this.#subject(id), await rows.states(id)))
      const draft = await this.#read(id, version, superseded)
      const row = { ...(await this.#kind.update(draft, body)), updated_at: this.#now() }
      const deed = this.#deed(by, 'update', id, draft, row)
      const commit = () => this.#commit([rows.updateDraft(row, superseded)], deed)
      const edit = await this.#kind.joining(row)
      if (edit === undefined) await commit()
      else await this.#parts.live.change({ decide: async () => ({ edit, commit, result: undefined }) })
      return this.#kind.shown(row)
    })
  }

  createVersion(by: Principal, id: string): Promise<Row> {
    return this.#changing(id, async superseded => {
      const { rows } = this.#kind
      const { copyOf, version } = permitted(decideNewVersion(this.#subject(id), await rows.states(id)))
      const original = await this.#read(id, copyOf, superseded)
      const at = this.#now()
      const row: Row = { ...this.#kind.asDraft(original), version, created_at: at, updated_at: at }
      await this.#commit([rows.insert(row)], this.#deed(by, 'create_version', id, original, row))
      return this.#kind.shown(row)
    })
  }

  async setStatus(by: Principal, id: string, body: unknown): Promise<Row> {
    const asked = this.#kind.readStatus(body)
    return this.changingLive(id, superseded => this.#decideStatus(by, id, asked, superseded))
  }

  /**
   * The newer of two active versions gets `percentage` of the traffic, 1 to 100. A `stopWhen` that is left out stays, null
   * takes it away.
   */
  setShare(by: Principal, id: string, percentage: number, stopWhen?: StopWhen | null): Promise<Row> {
    return this.changingLive(id, async superseded => {
      const { rows, sharing, watching } = this.#kind
      const plan = permitted(decideShare(this.#subject(id), await rows.states(id), percentage))
      const before = await this.#read(id, plan.version, superseded)
      const isTouched = plan.transitions.length > 0
      const shared = isTouched ? { ...sharing(before, percentage), updated_at: this.#now() } : before
      const rule = percentage === 100 ? null : stopWhen
      const after = rule === undefined ? shared : watching(shared, rule)
      return this.#planned(plan, this.#deed(by, 'update_rollout', id, before, after), after, superseded)
    })
  }

  /** The newer of two versions is archived and the older one answers alone. CONFLICT when that is not asked for any more. */
  putBack(by: Principal, id: string, { pair, stands, note }: PutBackOrder): Promise<Row> {
    return this.changingLive(id, async superseded => {
      const { rows, sharing } = this.#kind
      const plan = permitted(decidePutBack(this.#subject(id), await rows.states(id), pair))
      if (!stands()) throw new OrionError('CONFLICT', `The rollout of ${this.#kind.name} '${id}' was changed`)
      const before = await this.#read(id, pair.newer, superseded)
      const older = await this.#read(id, plan.version, superseded)
      const at = this.#now()
      const gone: Row = { ...this.#archived(before), updated_at: at }
      const after: Row = { ...sharing(older, 100), updated_at: at }
      const deed = { ...this.#deed(by, 'rollout_stopped', id, before, gone), note }
      return this.#planned(plan, deed, after, superseded)
    })
  }

  /** An earlier version comes back as a new one that answers alone. */
  rollback(by: Principal, id: string, version: number): Promise<Row> {
    return this.changingLive(id, async superseded => {
      const { rows, asDraft } = this.#kind
      const plan = permitted(decideRollback(this.#subject(id), await rows.states(id), version))
      const original = await this.#read(id, plan.copyOf, superseded)
      const at = this.#now()
      const own = { version: plan.version, status: 'active' as const, created_at: at, updated_at: at }
      const after: Row = { ...asDraft(original), ...own }
      await this.#refuseUnfit(id, after)
      const deed = this.#deed(by, 'rollback', id, original, after)
      return this.#planned(plan, deed, after, superseded, [rows.insert(after)])
    })
  }

  delete(by: Principal, id: string): Promise<void> {
    return this.changingLive(id, async superseded => {
      const { rows, activeIn } = this.#kind
      permitted(decideDeletion(this.#subject(id), await rows.states(id)))
      const before = await readable(rows.latest(id))
      const deed = this.#deed(by, 'delete', id, before, undefined)
      return {
        edit: (source: Source) => activeIn(source, id, undefined),
        commit: () => this.#commit([rows.delete(id, superseded)], deed),
        result: undefined,
      }
    })
  }

  async #decideStatus(
    by: Principal,
    id: string,
    { status, share = 100, stopWhen }: AskedStatus,
    superseded: Superseded,
  ) {
    const { rows, sharing, watching } = this.#kind
    const plan = permitted(decideStatus(this.#subject(id), await rows.states(id), status, share))
    const before = await this.#read(id, plan.version, superseded)
    if (status !== 'active') {
      const changed: Row = { ...this.#archived(before), updated_at: this.#now() }
      return this.#planned(plan, this.#deed(by, 'status_archived', id, before, changed), changed, superseded)
    }
    const version = plan.transitions.at(-1)?.becomes ?? plan.version
    if (stopWhen !== undefined) permitted(decideWatch(this.#subject(id), plan))
    const changed: Row = { ...sharing(before, share), status, version, updated_at: this.#now() }
    const after = watching(changed, stopWhen ?? null)
    await this.#refuseUnfit(id, after)
    return this.#planned(plan, this.#deed(by, 'status_active', id, before, after), after, superseded)
  }

  /** What is live afterwards: `after` when it is active, and whatever the transitions leave beside it. */
  async #planned(
    { transitions }: Pick<StatusPlan, 'transitions'>,
    deed: Deed,
    after: Row,
    superseded: Superseded,
    more: readonly Statement[] = [],
  ) {
    const { activeIn, idOf, shown, storeWatch } = this.#kind
    const id = idOf(after)
    const kept = transitions.find(({ version, from, to }) => from === to && version !== after.version)
    const beside = kept && (await this.#besides(id, kept, after.updated_at, superseded))
    const statements = [
      ...this.#transitions(id, transitions, after.updated_at, superseded),
      ...more,
      ...storeWatch(after),
    ]
    return {
      edit: (source: Source) => activeIn(source, id, after.status === 'active' ? after : undefined, beside),
      commit: () => this.#commit(statements, deed),
      result: shown(after),
    }
  }

  async #besides(id: string, { version, share = 100 }: Transition, at: string, superseded: Superseded) {
    const row = await this.#read(id, version, superseded)
    return { ...this.#kind.sharing(row, share), updated_at: at }
  }

  #archived(row: Row): Row {
    return { ...this.#kind.watching(row, null), status: 'archived' }
  }

  #shown(listed: Listed<Row>): Listed<Row> {
    return { ...listed, rows: listed.rows.map(row => this.#kind.shown(row)) }
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
  async #refuseUnfit(id: string, row: Row): Promise<void> {
    const [first, ...more] = await this.#kind.problems(row)
    if (first === undefined) return
    const rest = more.length > 0 ? ` (and ${more.length} more)` : ''
    throw new OrionError(
      'VALIDATION_ERROR',
      `Cannot activate ${this.#kind.name} '${id}' version ${row.version}: ${first.path}: ${first.message}${rest}`,
      { details: [first, ...more] },
    )
  }

  async #read(id: string, version: number, superseded: Superseded): Promise<Row> {
    const row = await this.#kind.rows.version(id, version)
    if (row === undefined) throw superseded()
    return row
  }

  #commit(statements: readonly Statement[], deed: Deed): Promise<void> {
    return commitDeed(this.#parts, statements, deed)
  }

  /** Changes of one id run one after another, so that none is lost in another's copy of the row. */
  #changing<Result>(id: string, change: (superseded: Superseded) => Promise<Result>): Promise<Result> {
    return this.#lanes.run(id, () => retryOnce(`${this.#kind.name} '${id}'`, change))
  }

  /** A change of what is live, after every other one of that id. */
  changingLive<Result>(
    id: string,
    decide: (superseded: Superseded) => ReturnType<LiveChange<Result>['decide']>,
  ): Promise<Result> {
    return this.#changing(id, superseded => this.#parts.live.change({ decide: () => decide(superseded) }))
  }

  #deed(
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

  #subject(id: string): Subject {
    return { kind: this.#kind.name, id }
  }

  #now(): string {
    return timestamp(this.#parts.clock.now())
  }

  #notFound(id: string): never {
    throw new OrionError('NOT_FOUND', `${label(this.#subject(id))} not found`)
  }
}
