import type { Principal } from '../auth/principal.ts'
import type { Source } from '../dispatch/live.ts'
import { OrionError } from '../errors.ts'
import { timestamp } from '../std/clock.ts'
import type { Listed, Page, Sort, Statement } from '../storage/store.ts'
import {
  type Decision,
  decideDeletion,
  decideNewVersion,
  decideStatus,
  decideUpdate,
  label,
  type StatusPlan,
  type Subject,
} from '../versioning/lifecycle.ts'
import type { Status } from '../versioning/status.ts'
import type { VersionedCatalog } from './api.ts'
import type { AuditAction, Deed } from './audit.ts'
import { refuseObstructed } from './gates.ts'
import { commitDeed } from './journal.ts'
import type { Lanes } from './lanes.ts'
import type { Parts } from './parts.ts'
import { readable } from './readable.ts'
import { type LintRow, rehearseStatus, type StatusRehearsal } from './rehearse-status.ts'
import { retryOnce, type Superseded } from './retry.ts'
import type { VersionedKind, VersionedRow } from './versioned-kind.ts'

/** One implementation for both kinds: reads, lets the lifecycle decide, commits change and audit row as one unit. */
export class Versioned<Row extends VersionedRow, Filter> implements VersionedCatalog<Row, Filter> {
  readonly #kind: VersionedKind<Row, Filter>
  readonly #parts: Parts
  readonly #lanes: Lanes
  readonly #lint: LintRow

  /** `lanes` are those of all who change definitions of this kind. */
  constructor(kind: VersionedKind<Row, Filter>, parts: Parts, lanes: Lanes, lint: LintRow) {
    this.#kind = kind
    this.#parts = parts
    this.#lanes = lanes
    this.#lint = lint
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
      await this.#commit([rows.updateDraft(row, superseded)], this.#deed(by, 'update', id, draft, row))
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
    const to = this.#kind.readStatus(body)
    return this.#changing(id, superseded =>
      this.#parts.live.change({ decide: () => this.#decideStatus(by, id, to, superseded) }),
    )
  }

  async rehearseStatus(id: string, body: unknown): Promise<StatusRehearsal> {
    const to = this.#kind.readStatus(body)
    return rehearseStatus({ id, to, kind: this.#kind, live: this.#parts.live, lint: this.#lint })
  }

  delete(by: Principal, id: string): Promise<void> {
    return this.#changing(id, superseded =>
      this.#parts.live.change({
        decide: async () => {
          const { rows, activeIn } = this.#kind
          permitted(decideDeletion(this.#subject(id), await rows.states(id)))
          const before = await readable(rows.latest(id))
          const deed = this.#deed(by, 'delete', id, before, undefined)
          return {
            edit: (source: Source) => activeIn(source, id, undefined),
            commit: () => this.#commit([rows.delete(id, superseded)], deed),
            result: undefined,
          }
        },
      }),
    )
  }

  async #decideStatus(by: Principal, id: string, to: Status, superseded: Superseded) {
    const { rows, activeIn } = this.#kind
    const plan = permitted(decideStatus(this.#subject(id), await rows.states(id), to))
    const before = await this.#read(id, plan.version, superseded)
    const after: Row = { ...before, status: to, updated_at: this.#now() }
    if (to === 'active') await this.#refuseUnfit(id, after)
    const statements = this.#transitions(id, plan, after.updated_at, superseded)
    const action = to === 'active' ? 'status_active' : 'status_archived'
    return {
      edit: (source: Source) => {
        if (to === 'active') this.#refuseObstructed(id, after, source)
        return activeIn(source, id, to === 'active' ? after : undefined)
      },
      commit: () => this.#commit(statements, this.#deed(by, action, id, before, after)),
      result: this.#kind.shown(after),
    }
  }

  #shown(listed: Listed<Row>): Listed<Row> {
    return { ...listed, rows: listed.rows.map(row => this.#kind.shown(row)) }
  }

  #transitions(id: string, { transitions }: StatusPlan, at: string, superseded: Superseded): Statement[] {
    return transitions.map(({ version, from, to }) =>
      this.#kind.rows.setStatus({ id, version, from, to, at, otherwise: superseded }),
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

  /** Others come and go: what the row needs of them has to be there when it becomes active. */
  #refuseObstructed(id: string, row: Row, source: Source): void {
    const { name, obstacles, activeIn } = this.#kind
    const others = activeIn(source, id, undefined)
    refuseObstructed(`${name} '${id}' version ${row.version}`, obstacles(row, others))
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

function permitted<Plan>(decision: Decision<Plan>): Plan {
  if (decision.refused) throw new OrionError(decision.code, decision.message)
  return decision
}
