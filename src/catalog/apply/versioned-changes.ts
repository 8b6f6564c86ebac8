import { OrionError } from '../../errors.ts'
import type { JsonObject } from '../../std/json.ts'
import type { Statement } from '../../storage/store.ts'
import type { Status } from '../../versioning/status.ts'
import type { VersionedKind, VersionedRow } from '../versioned-kind.ts'
import type { PlannedChange } from './definition.ts'
import { fileContent } from './file-content.ts'
import { contentText, type KindPlan, type Planned, type PlanningNeeds, within } from './planned.ts'
import { shownChanges } from './shown-changes.ts'
import type { Standing, StandingRow } from './standing.ts'
import { heldVersion, planVersions, type Step, type VersionPlan } from './version-plan.ts'
import type { Wanted } from './wanted.ts'

/** Plans a kind that has versions: what is listed, then, when it prunes, what is not. */
export class VersionedPlanner<Row extends VersionedRow, Filter> {
  readonly #kind: VersionedKind<Row, Filter>
  readonly #standing: Standing<Row>
  readonly #needs: PlanningNeeds

  constructor(kind: VersionedKind<Row, Filter>, standing: Standing<Row>, needs: PlanningNeeds) {
    this.#kind = kind
    this.#standing = standing
    this.#needs = needs
  }

  async plan(wanted: readonly Wanted[], prune: boolean): Promise<KindPlan<Row>> {
    const { turns } = this.#needs
    const changes: Planned[] = []
    const problems: KindPlan<Row>['problems'][number][] = []
    const loaded = new Map<string, Row | undefined>()
    let unchanged = 0
    for (const one of wanted) {
      await turns.restIfDue()
      const read = await this.#read(one)
      if (Array.isArray(read)) {
        problems.push(...within(one.path, read))
        continue
      }
      const change = this.#planOne(one, read)
      if (change === undefined) {
        unchanged++
      } else {
        changes.push(change.planned)
        loaded.set(one.id, one.status === 'active' ? change.row : undefined)
      }
    }
    const removed = prune ? await this.#planRemovals(new Set(wanted.map(({ id }) => id))) : []
    for (const { told } of removed) loaded.set(told.id, undefined)
    return { preparations: [], changes: [...changes, ...removed], loaded, unchanged, problems }
  }

  /** The definition as a first draft, with the stored secrets where it has masks; or what is wrong with it. */
  async #read({ id, document }: Wanted) {
    const { newId, at } = this.#needs
    const held = heldVersion(this.#standing.get(id) ?? [])?.row
    try {
      return await this.#kind.create(document, newId, at, held)
    } catch (error) {
      if (error instanceof OrionError && error.code === 'VALIDATION_ERROR') return [...(error.details ?? [])]
      throw error
    }
  }

  #planOne({ id, status }: Wanted, first: Row): { planned: Planned; row: Row } | undefined {
    const standing = this.#standing.get(id) ?? []
    const text = contentText(this.#content(first))
    const isEqual = ({ row }: StandingRow<Row>) =>
      row !== undefined && contentText(this.#content(row)) === text
    const plan = planVersions(standing, status, isEqual)
    if (plan === undefined) return undefined
    const held = heldVersion(standing)
    const row: Row = { ...first, version: plan.version, status }
    const told: PlannedChange = {
      kind: this.#kind.name,
      id,
      version: plan.version,
      ...this.#difference(held, row),
    }
    const statements = [
      ...this.#expected(standing, plan),
      ...this.#statements(id, plan, row, standing),
      ...this.#kind.storeWatch(row),
    ]
    return { planned: { told, statements, deed: this.#deed(id, held?.row, row) }, row }
  }

  #difference(held: StandingRow<Row> | undefined, row: Row): Pick<PlannedChange, 'action' | 'fields'> {
    if (held === undefined) return { action: 'create', fields: [] }
    if (held.row === undefined) return { action: 'update', fields: [] }
    const isSameContent = contentText(this.#content(held.row)) === contentText(this.#content(row))
    const withStatus = (of: Row, status: Status) => ({ ...this.#content(of), status })
    const fields = shownChanges(withStatus(held.row, held.status), withStatus(row, row.status), content =>
      this.#masked(content),
    )
    if (!isSameContent) return { action: 'update', fields }
    return { action: ACTION_OF[row.status], fields }
  }

  /** Nobody has changed the draft whose content decided. */
  #expected(standing: readonly StandingRow<Row>[], { steps }: VersionPlan): Statement[] {
    const draft = standing.find(({ status }) => status === 'draft')?.row
    const touches = draft !== undefined && steps.some(step => touched(step) === draft.version)
    if (!touches) return []
    const { version, status, updated_at: updatedAt } = draft
    const id = this.#kind.idOf(draft)
    return [this.#kind.rows.expect({ id, version, status, updatedAt }, this.#needs.superseded)]
  }

  #statements(
    id: string,
    { steps }: VersionPlan,
    row: Row,
    standing: readonly StandingRow<Row>[],
  ): Statement[] {
    const { at, superseded } = this.#needs
    const { rows } = this.#kind
    return steps.flatMap((step): Statement[] => {
      switch (step.do) {
        case 'insert':
          return [this.#insert({ ...row, version: step.version, status: step.status })]
        case 'write':
          return [rows.updateDraft({ ...row, version: step.version }, superseded)]
        case 'turn': {
          const share = step.to === 'active' ? { rolloutPercentage: 100 } : {}
          const { version, from, to } = step
          return [rows.setStatus({ id, version, from, to, at, ...share, otherwise: superseded })]
        }
        case 'move': {
          // A draft that nobody can read has nothing to keep.
          const draft = standing.find(({ version }) => version === step.from)?.row
          return draft === undefined ? [] : [this.#insert({ ...draft, version: step.to })]
        }
        default:
          return step satisfies never
      }
    })
  }

  #insert(row: Row): Statement {
    return { ...this.#kind.rows.insert(row), conflict: this.#needs.superseded }
  }

  async #planRemovals(listed: ReadonlySet<string>): Promise<Planned[]> {
    const { turns, superseded } = this.#needs
    const removed: Planned[] = []
    for (const [id, versions] of this.#standing) {
      if (listed.has(id)) continue
      await turns.restIfDue()
      removed.push({
        told: { kind: this.#kind.name, id, action: 'delete', fields: [] },
        statements: [this.#kind.rows.delete(id, superseded)],
        deed: this.#deed(id, heldVersion(versions)?.row, undefined),
      })
    }
    return removed
  }

  #deed(id: string, before: Row | undefined, after: Row | undefined): Planned['deed'] {
    const { name, fields, showField } = this.#kind
    const sides = { before: before && fields(before), after: after && fields(after) }
    return { type: name, id, ...sides, show: showField }
  }

  #content(row: Row): JsonObject {
    return fileContent(this.#kind.name, this.#kind.fields(row))
  }

  #masked(content: JsonObject): JsonObject {
    return Object.fromEntries(
      Object.entries(content).map(([field, value]) => [field, this.#kind.showField(field, value)]),
    )
  }
}

const ACTION_OF = { active: 'activate', archived: 'archive', draft: 'update' } as const

function touched(step: Step): number {
  return step.do === 'move' ? step.from : step.version
}
