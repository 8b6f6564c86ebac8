import type { Connector } from '../../connector/definition.ts'
import { validationError } from '../../errors.ts'
import { isObject, type Json, type JsonObject, own } from '../../std/json.ts'
import { parseJson } from '../../std/parse-json.ts'
import { connectorContent, later, readConnector, withConnectors } from '../connectors.ts'
import type { Parts } from '../parts.ts'
import type { Superseded } from '../retry.ts'
import {
  comparable,
  type ImportKind,
  type OnConflict,
  type Planner,
  repeated,
  type Step,
  taken,
} from './import-kind.ts'

interface ConnectorStep extends Step {
  /** What is live afterwards; undefined when nothing is written. */
  readonly row?: Connector
}

/** Connectors have one version: an existing one is changed in place, and all of them are live at once. */
export function connectorImport(parts: Parts): ImportKind<ConnectorStep> {
  return {
    name: 'connector',
    planner: (onConflict, at, superseded) => new ConnectorPlanner(parts, { onConflict, at, superseded }).plan,
    carryOut: (_items, decide) =>
      parts.live.change({
        async decide() {
          const { steps, commit, result } = await decide()
          const rows = steps.flatMap(({ row }) => (row === undefined ? [] : [row]))
          const ids = rows.map(({ id }) => id)
          return { edit: source => withConnectors(source, ids, rows), commit, result }
        },
      }),
  }
}

interface Planning {
  readonly onConflict: OnConflict
  readonly at: string
  readonly superseded: Superseded
}

class ConnectorPlanner {
  readonly #parts: Parts
  readonly #planning: Planning
  readonly #seen = { id: new Set<string>(), name: new Set<string>() }

  constructor(parts: Parts, planning: Planning) {
    this.#parts = parts
    this.#planning = planning
  }

  readonly plan: Planner<ConnectorStep> = async item => {
    const { onConflict } = this.#planning
    const id = this.#claim(item, 'id')
    const name = this.#claim(item, 'name')
    const stored = await this.#stored(id, name)
    if (stored === undefined) return this.#create(item)
    // The one of this name may have another id than the item says, which a later item may have.
    if (stored.id !== id) this.#claim({ id: stored.id }, 'id')
    if (onConflict === 'skip') return { action: 'skip', id: stored.id }
    if (onConflict === 'new_version') return this.#update(item, stored)
    throw validationError([
      stored.id === id
        ? taken('id', stored.id, `Connector with id '${stored.id}'`)
        : taken('name', stored.name, `Connector with name '${stored.name}'`),
    ])
  }

  #claim(item: JsonObject, field: 'id' | 'name'): string | undefined {
    const value = own(item, field)
    if (typeof value !== 'string') return undefined
    const seen = this.#seen[field]
    if (seen.has(value)) throw validationError([repeated(field, value)])
    seen.add(value)
    return value
  }

  /** The connector that an item means: of its id, else of its name, by which workflows know it. */
  async #stored(id: string | undefined, name: string | undefined): Promise<Connector | undefined> {
    const { connectors } = this.#parts.store
    const byId = id === undefined ? undefined : await comparable('id', connectors.get(id))
    const byName = name === undefined ? undefined : await comparable('name', connectors.byName(name))
    if (byId === undefined || byName === undefined || byId.id === byName.id) return byId ?? byName
    const owner = `Connector with name '${byName.name}' (id '${byName.id}')`
    throw validationError([taken('name', byName.name, owner)])
  }

  #create(item: JsonObject): ConnectorStep {
    const { at } = this.#planning
    const { store, newId } = this.#parts
    const given = readConnector(configured(item), undefined)
    const row: Connector = {
      id: given.id ?? newId(),
      ...connectorContent(given),
      created_at: at,
      updated_at: at,
    }
    const statement = store.connectors.insert(row)
    const idIsMade = given.id === undefined || given.id === null
    return { action: 'create', id: row.id, idIsMade, statement, row }
  }

  #update(item: JsonObject, stored: Connector): ConnectorStep {
    const { at, superseded } = this.#planning
    const { id, created_at, updated_at } = stored
    const given = readConnector({ ...configured(item), id }, stored)
    const row: Connector = { id, ...connectorContent(given), created_at, updated_at: later(updated_at, at) }
    if (JSON.stringify({ ...row, updated_at }) === JSON.stringify(stored)) return { action: 'unchanged', id }
    const statement = this.#parts.store.connectors.update(row, updated_at, superseded)
    return { action: 'update', id, statement, row }
  }
}

/** A connector as lists and reads show it has its configuration as text. */
function configured(item: JsonObject): JsonObject {
  const text = own(item, 'config_json')
  if (Object.hasOwn(item, 'config') || text === undefined) return item
  return { ...item, config: parsed(text) }
}

function parsed(text: Json): JsonObject {
  if (typeof text === 'string') {
    try {
      const config = parseJson(text)
      if (isObject(config)) return config
    } catch {
      // The text may hold a secret, which the error would quote.
    }
  }
  const message = 'config_json must be the JSON text of an object; "config" takes the object itself'
  throw validationError([
    { path: 'config_json', code: 'INVALID_FORMAT', message, expected: 'the JSON text of an object' },
  ])
}
