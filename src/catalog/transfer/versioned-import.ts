import { validationError } from '../../errors.ts'
import { isObject, type JsonObject, own } from '../../std/json.ts'
import { label } from '../../versioning/lifecycle.ts'
import type { Lanes } from '../lanes.ts'
import type { Parts } from '../parts.ts'
import type { Superseded } from '../retry.ts'
import type { VersionedKind, VersionedRow } from '../versioned-kind.ts'
import {
  comparable,
  type ImportKind,
  type OnConflict,
  type Planner,
  repeated,
  type Step,
  taken,
} from './import-kind.ts'

/** Workflows and channels: everything lands as a draft, so that nothing of it is live. */
export function versionedImport<Row extends VersionedRow, Filter>(
  kind: VersionedKind<Row, Filter>,
  { newId }: Pick<Parts, 'newId'>,
  lanes: Lanes,
): ImportKind {
  const idField = `${kind.name}_id`
  return {
    name: kind.name,
    planner: (onConflict, at, superseded) =>
      new VersionedPlanner(kind, { newId, idField, onConflict, at, superseded }).plan,
    carryOut: (items, decide) =>
      lanes.runAll(idsOf(items, idField), async () => {
        const { commit, result } = await decide()
        await commit()
        return result
      }),
  }
}

function idsOf(items: readonly unknown[], idField: string): string[] {
  return items.flatMap(item => {
    const id = isObject(item) ? own(item, idField) : undefined
    return typeof id === 'string' ? [id] : []
  })
}

interface Planning {
  readonly newId: () => string
  readonly idField: string
  readonly onConflict: OnConflict
  readonly at: string
  readonly superseded: Superseded
}

class VersionedPlanner<Row extends VersionedRow, Filter> {
  readonly #kind: VersionedKind<Row, Filter>
  readonly #planning: Planning
  readonly #seen = new Set<string>()

  constructor(kind: VersionedKind<Row, Filter>, planning: Planning) {
    this.#kind = kind
    this.#planning = planning
  }

  readonly plan: Planner<Step> = async item => {
    const { idField, onConflict } = this.#planning
    const id = own(item, idField)
    if (typeof id !== 'string') return this.#create(item)
    if (this.#seen.has(id)) throw validationError([repeated(idField, id)])
    this.#seen.add(id)
    const states = await this.#kind.rows.states(id)
    const newest = states[0]
    if (newest === undefined) return this.#create(item)
    if (onConflict === 'skip') return { action: 'skip', id, version: newest.version }
    if (onConflict === 'fail') {
      throw validationError([taken(idField, id, label({ kind: this.#kind.name, id }))])
    }
    const draft = states.find(({ status }) => status === 'draft')
    const stored = await this.#stored(id, (draft ?? newest).version)
    return this.#replace(item, { stored, nextVersion: newest.version + 1 })
  }

  async #create(item: JsonObject): Promise<Step> {
    const { newId, idField, at, superseded } = this.#planning
    const { idOf, rows } = this.#kind
    const row = await this.#kind.create(item, newId, at)
    const statement = { ...rows.insert(row), conflict: superseded }
    const idIsMade = typeof own(item, idField) !== 'string'
    return { action: 'create', id: idOf(row), idIsMade, version: row.version, statement }
  }

  /** A draft is replaced; above any other version comes a new one. Neither happens when nothing would change. */
  async #replace(
    item: JsonObject,
    { stored, nextVersion }: { stored: Row; nextVersion: number },
  ): Promise<Step> {
    const { newId, at, superseded } = this.#planning
    const { idOf, rows } = this.#kind
    const content = await this.#kind.create(item, newId, at, stored)
    const id = idOf(stored)
    const { version, created_at } = stored
    const asStored: Row = { ...content, version, created_at, updated_at: stored.updated_at }
    if (JSON.stringify(asStored) === JSON.stringify(this.#kind.asDraft(stored)))
      return { action: 'unchanged', id, version }
    if (stored.status === 'draft') {
      const row: Row = { ...content, version, created_at }
      return { action: 'update', id, version, statement: rows.updateDraft(row, superseded) }
    }
    const row: Row = { ...content, version: nextVersion }
    const statement = { ...rows.insert(row), conflict: superseded }
    return { action: 'new_version', id, version: nextVersion, statement }
  }

  async #stored(id: string, version: number): Promise<Row> {
    const stored = await comparable(this.#planning.idField, this.#kind.rows.version(id, version))
    if (stored === undefined) throw this.#planning.superseded()
    return stored
  }
}
