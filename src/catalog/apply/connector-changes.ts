import type { Connector } from '../../connector/definition.ts'
import { exportedConfig } from '../../connector/exported.ts'
import { type Detail, OrionError } from '../../errors.ts'
import { excerpt } from '../../std/excerpt.ts'
import { isObject, type JsonObject, own } from '../../std/json.ts'
import type { Turns } from '../../std/turns.ts'
import type { ConnectorRepository, Statement, Unreadable } from '../../storage/store.ts'
import { connectorContent, later, readConnector, shownConnectorField } from '../connectors.ts'
import type { PlannedChange } from './definition.ts'
import { fileContent } from './file-content.ts'
import { contentText, type KindPlan, type Planned, type PlanningNeeds, within } from './planned.ts'
import { shownChanges } from './shown-changes.ts'
import type { Wanted } from './wanted.ts'

/** The connectors that are written down. */
export interface StoredConnectors {
  readonly rows: readonly Connector[]
  readonly unreadable: readonly Unreadable[]
}

const PAGE_ROWS = 100

/** All of them, read in pages. */
export async function readConnectors(
  repository: Pick<ConnectorRepository, 'following'>,
  turns: Turns,
): Promise<StoredConnectors> {
  const rows: Connector[] = []
  const unreadable: Unreadable[] = []
  let after: string | undefined = ''
  while (after !== undefined) {
    const page = await repository.following(after, PAGE_ROWS)
    rows.push(...page.rows)
    unreadable.push(...page.unreadable)
    after = [...page.rows, ...page.unreadable]
      .map(({ name }) => name)
      .sort()
      .at(-1)
    await turns.restIfDue()
  }
  return { rows, unreadable }
}

/**
 * Plans the connectors. Workflows know them by name and so do files: the `id` of a file counts where a connector has it,
 * so that a new name renames that one, and when one is made; otherwise the one of that name is meant.
 */
export class ConnectorPlanner {
  readonly #repository: ConnectorRepository
  readonly #stored: StoredConnectors
  readonly #byId: ReadonlyMap<string, Connector>
  readonly #byName: ReadonlyMap<string, Connector>
  readonly #needs: PlanningNeeds

  constructor(repository: ConnectorRepository, stored: StoredConnectors, needs: PlanningNeeds) {
    this.#repository = repository
    this.#stored = stored
    this.#byId = new Map(stored.rows.map(row => [row.id, row]))
    this.#byName = new Map(stored.rows.map(row => [row.name, row]))
    this.#needs = needs
  }

  async plan(wanted: readonly Wanted[], prune: boolean): Promise<KindPlan<Connector>> {
    const changes: Planned[] = []
    const problems: Detail[] = []
    const loaded = new Map<string, Connector | undefined>()
    const meant = new Map<string, Wanted>()
    const preparations: Statement[] = []
    let unchanged = 0
    for (const one of wanted) {
      await this.#needs.turns.restIfDue()
      const read = this.#read(one)
      if (Array.isArray(read)) {
        problems.push(...within(one.path, read))
        continue
      }
      const { before, after } = read
      const other = meant.get(after.id)
      if (other !== undefined) problems.push(meantTwice(one, other, after.id))
      meant.set(after.id, one)
      if (before !== undefined && textOf(before) === textOf(after)) {
        unchanged++
      } else {
        const broken = this.#brokenRivals(before, after)
        for (const { id } of broken) loaded.set(id, undefined)
        preparations.push(...this.#preparations(before, after, broken))
        changes.push(this.#change(before, after))
        loaded.set(after.id, after)
      }
    }
    const removed = prune ? this.#removals(meant) : []
    for (const { deed } of removed) loaded.set(deed.id, undefined)
    return { preparations, changes: [...removed, ...changes], loaded, unchanged, problems }
  }

  /** What is stored and what shall be, or what is wrong with it. */
  #read({ document }: Wanted): Detail[] | { before: Connector | undefined; after: Connector } {
    const { newId, at } = this.#needs
    const id = own(document, 'id')
    const before =
      (typeof id === 'string' ? this.#byId.get(id) : undefined) ??
      this.#byName.get(String(own(document, 'name')))
    try {
      const given = readConnector(document, before)
      const content = connectorContent(given)
      if (before === undefined) {
        const after = { id: given.id ?? newId(), ...content, created_at: at, updated_at: at }
        return { before, after }
      }
      return { before, after: { ...before, ...content, updated_at: later(before.updated_at, at) } }
    } catch (error) {
      if (error instanceof OrionError && error.code === 'VALIDATION_ERROR') return [...(error.details ?? [])]
      throw error
    }
  }

  #change(before: Connector | undefined, after: Connector): Planned {
    const { superseded } = this.#needs
    const told: PlannedChange = {
      kind: 'connector',
      id: after.name,
      action: before === undefined ? 'create' : 'update',
      fields: before === undefined ? [] : shownChanges(contentOf(before), contentOf(after), masked),
    }
    const statement =
      before === undefined
        ? this.#repository.insert(after)
        : this.#repository.update(after, before.updated_at, superseded)
    return {
      told,
      statements: [{ ...statement, conflict: superseded }],
      deed: deedOf(after.id, before, after),
    }
  }

  /** Whoever gets another name gives the old one back first, so that names may change hands; broken rows make room. */
  #preparations(before: Connector | undefined, after: Connector, broken: readonly Unreadable[]): Statement[] {
    const { superseded, newId } = this.#needs
    const room = broken.map(({ id }) => this.#repository.delete(id, superseded))
    if (before === undefined || before.name === after.name) return room
    return [...room, this.#repository.update({ ...before, name: newId() }, before.updated_at, superseded)]
  }

  /** Rows that nobody can read and that have the id or the name of one that comes. */
  #brokenRivals(before: Connector | undefined, after: Connector): Unreadable[] {
    const isRival = ({ id, name }: Unreadable) => id === after.id || name === after.name
    return this.#stored.unreadable.filter(row => row.id !== before?.id && isRival(row))
  }

  #removals(meant: ReadonlyMap<string, Wanted>): Planned[] {
    const { rows, unreadable } = this.#stored
    const names = new Set([...meant.values()].map(({ id }) => id))
    const removed = [...rows, ...unreadable.filter(({ name }) => !names.has(name))].filter(
      ({ id }) => !meant.has(id),
    )
    return removed.map(({ id, name }) => ({
      told: { kind: 'connector', id: name, action: 'delete', fields: [] },
      statements: [this.#repository.delete(id, this.#needs.superseded)],
      deed: deedOf(id, this.#byId.get(id), undefined),
    }))
  }
}

function deedOf(id: string, before: Connector | undefined, after: Connector | undefined): Planned['deed'] {
  const sides = { before: before && { ...before }, after: after && { ...after } }
  return { type: 'connector', id, ...sides, show: shownConnectorField }
}

function contentOf(row: Connector): JsonObject {
  return fileContent('connector', { ...row })
}

function textOf(row: Connector): string {
  return contentText(contentOf(row))
}

/** References to secrets are shown: they are what a file says. */
function masked(content: JsonObject): JsonObject {
  const config = own(content, 'config')
  return isObject(config) ? { ...content, config: exportedConfig(config) } : content
}

function meantTwice({ path }: Wanted, other: Wanted, id: string): Detail {
  const message = `connector '${excerpt(id)}' is declared by ${other.path}, too`
  return {
    path: `${path}.id`,
    code: 'DUPLICATE',
    message,
    expected: 'each definition once',
    got: excerpt(id),
  }
}
