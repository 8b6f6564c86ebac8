import type { Principal } from '../auth/principal.ts'
import type { LiveChange, Source } from '../dispatch/live.ts'
import { OrionError } from '../errors.ts'
import type { Listed, Page, Sort, Statement } from '../storage/store.ts'
import { decideDeletion, decideNewVersion, decideUpdate, label } from '../versioning/lifecycle.ts'
import { decidePutBack, type PutBackOrder } from '../versioning/put-back.ts'
import { decideRollback, decideShare } from '../versioning/rollout.ts'
import type { StopWhen } from '../versioning/stop-when.ts'
import type { VersionedCatalog } from './api.ts'
import type { Deed } from './audit.ts'
import { gated } from './gated.ts'
import { commitDeed } from './journal.ts'
import type { Lanes } from './lanes.ts'
import type { Parts } from './parts.ts'
import { permitted } from './permitted.ts'
import { readable } from './readable.ts'
import { type LintRow, refusedStatus, rehearseStatus, type StatusRehearsal } from './rehearse-status.ts'
import { retryOnce, type Superseded } from './retry.ts'
import { VersionChanges } from './version-changes.ts'
import type { AskedStatus, VersionedKind, VersionedRow } from './versioned-kind.ts'

/** One implementation for both kinds: reads, lets the lifecycle decide, commits change and audit row as one unit. */
export class Versioned<Row extends VersionedRow, Filter> implements VersionedCatalog<Row, Filter> {
  readonly #kind: VersionedKind<Row, Filter>
  readonly #parts: Parts
  readonly #lanes: Lanes
  readonly #lint: LintRow
  readonly #changes: VersionChanges<Row, Filter>

  /** `lanes` are those of all who change definitions of this kind. */
  constructor(kind: VersionedKind<Row, Filter>, parts: Parts, lanes: Lanes, lint: LintRow) {
    this.#kind = kind
    this.#parts = parts
    this.#lanes = lanes
    this.#lint = lint
    this.#changes = new VersionChanges(kind, parts)
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
    const row = await this.#kind.create(body, this.#parts.newId, this.#changes.now())
    await this.#commit(
      [this.#kind.rows.insert(row)],
      this.#changes.deed(by, 'create', this.#kind.idOf(row), undefined, row),
    )
    return this.#kind.shown(row)
  }

  update(by: Principal, id: string, body: unknown): Promise<Row> {
    return this.#changing(id, async superseded => {
      const { rows } = this.#kind
      const { version } = permitted(decideUpdate(this.#changes.subject(id), await rows.states(id)))
      const draft = await this.#changes.read(id, version, superseded)
      const row = { ...(await this.#kind.update(draft, body)), updated_at: this.#changes.now() }
      const deed = this.#changes.deed(by, 'update', id, draft, row)
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
      const { copyOf, version } = permitted(
        decideNewVersion(this.#changes.subject(id), await rows.states(id)),
      )
      const original = await this.#changes.read(id, copyOf, superseded)
      const at = this.#changes.now()
      const row: Row = { ...this.#kind.asDraft(original), version, created_at: at, updated_at: at }
      await this.#commit([rows.insert(row)], this.#changes.deed(by, 'create_version', id, original, row))
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
      const plan = permitted(decideShare(this.#changes.subject(id), await rows.states(id), percentage))
      const before = await this.#changes.read(id, plan.version, superseded)
      const isTouched = plan.transitions.length > 0
      const shared = isTouched ? { ...sharing(before, percentage), updated_at: this.#changes.now() } : before
      const rule = percentage === 100 ? null : stopWhen
      const after = rule === undefined ? shared : watching(shared, rule)
      return this.#changes.planned(
        plan,
        this.#changes.deed(by, 'update_rollout', id, before, after),
        after,
        superseded,
      )
    })
  }

  /** The newer of two versions is archived and the older one answers alone. CONFLICT when that is not asked for any more. */
  putBack(by: Principal, id: string, { pair, stands, note }: PutBackOrder): Promise<Row> {
    return this.changingLive(id, async superseded => {
      const { rows, sharing } = this.#kind
      const plan = permitted(decidePutBack(this.#changes.subject(id), await rows.states(id), pair))
      if (!stands()) throw new OrionError('CONFLICT', `The rollout of ${this.#kind.name} '${id}' was changed`)
      const before = await this.#changes.read(id, pair.newer, superseded)
      const older = await this.#changes.read(id, plan.version, superseded)
      const at = this.#changes.now()
      const gone: Row = { ...this.#changes.archived(before), updated_at: at }
      const after: Row = { ...sharing(older, 100), updated_at: at }
      const deed = { ...this.#changes.deed(by, 'rollout_stopped', id, before, gone), note }
      return this.#changes.planned(plan, deed, after, superseded)
    })
  }

  /** An earlier version comes back as a new one that answers alone. */
  rollback(by: Principal, id: string, version: number): Promise<Row> {
    return this.changingLive(id, async superseded => {
      const { rows, asDraft } = this.#kind
      const plan = permitted(decideRollback(this.#changes.subject(id), await rows.states(id), version))
      const original = await this.#changes.read(id, plan.copyOf, superseded)
      const at = this.#changes.now()
      const own = { version: plan.version, status: 'active' as const, created_at: at, updated_at: at }
      const after: Row = { ...asDraft(original), ...own }
      await this.#changes.refuseUnfit(id, after)
      const deed = this.#changes.deed(by, 'rollback', id, original, after)
      const planned = await this.#changes.planned(plan, deed, after, superseded, [rows.insert(after)])
      return gated(this.#kind, after, planned)
    })
  }

  async rehearseStatus(id: string, body: unknown): Promise<StatusRehearsal> {
    const asked = this.#kind.readStatus(body)
    return retryOnce(`${this.#kind.name} '${id}'`, async superseded => {
      const states = await this.#kind.rows.states(id)
      if (states.length === 0) this.#notFound(id)
      const plan = this.#changes.decided(id, states, asked)
      if (plan.refused) return refusedStatus(plan)
      const { after } = await this.#changes.withStatus(id, plan, asked, superseded)
      const beside = await this.#changes.beside(id, plan.transitions, after, superseded)
      return rehearseStatus({ after, beside }, this.#kind, this.#parts.live, this.#lint)
    })
  }

  delete(by: Principal, id: string): Promise<void> {
    return this.changingLive(id, async superseded => {
      const { rows, activeIn } = this.#kind
      permitted(decideDeletion(this.#changes.subject(id), await rows.states(id)))
      const before = await readable(rows.latest(id))
      const deed = this.#changes.deed(by, 'delete', id, before, undefined)
      return {
        edit: (source: Source) => activeIn(source, id, undefined),
        commit: () => this.#commit([rows.delete(id, superseded)], deed),
        result: undefined,
      }
    })
  }

  async #decideStatus(by: Principal, id: string, asked: AskedStatus, superseded: Superseded) {
    const states = await this.#kind.rows.states(id)
    const plan = permitted(this.#changes.decided(id, states, asked))
    const { before, after } = await this.#changes.withStatus(id, plan, asked, superseded)
    if (after.status !== 'active') {
      return this.#changes.planned(
        plan,
        this.#changes.deed(by, 'status_archived', id, before, after),
        after,
        superseded,
      )
    }
    await this.#changes.refuseUnfit(id, after)
    const deed = this.#changes.deed(by, 'status_active', id, before, after)
    return gated(this.#kind, after, await this.#changes.planned(plan, deed, after, superseded))
  }

  #shown(listed: Listed<Row>): Listed<Row> {
    return { ...listed, rows: listed.rows.map(row => this.#kind.shown(row)) }
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

  #notFound(id: string): never {
    throw new OrionError('NOT_FOUND', `${label(this.#changes.subject(id))} not found`)
  }
}
