import type { DefinitionNeeds, Kind } from '../catalog/lint.ts'
import { type JsonObject, own } from '../std/json.ts'

/** A definition that a file holds. */
export interface Declared {
  readonly kind: Kind
  readonly document: JsonObject
}

/** What definitions that are looked at together know of each other. */
export function knownDefinitions(
  definitions: readonly Declared[],
): Pick<DefinitionNeeds, 'connectors' | 'workflows'> {
  const of = (wanted: Kind) =>
    definitions.filter(({ kind }) => kind === wanted).map(({ document }) => document)
  return { connectors: connectorNames(of('connector')), workflows: workflowsById(of('workflow')) }
}

/** Names of the enabled ones; undefined when no file declares any, because then they are elsewhere. */
function connectorNames(connectors: readonly JsonObject[]): ReadonlySet<string> | undefined {
  if (connectors.length === 0) return undefined
  const enabled = connectors.filter(connector => own(connector, 'enabled') !== false)
  return new Set(enabled.map(connector => String(own(connector, 'name'))))
}

/** Of several versions in an export, the newest active one, else the newest. */
function workflowsById(workflows: readonly JsonObject[]): ReadonlyMap<string, JsonObject> {
  const best = new Map<string, JsonObject>()
  for (const workflow of workflows) {
    const id = own(workflow, 'workflow_id')
    if (typeof id !== 'string') continue
    const other = best.get(id)
    if (other === undefined || rankOf(workflow) > rankOf(other)) best.set(id, workflow)
  }
  return best
}

/** Beyond every version. */
const ACTIVE = 2 ** 40

function rankOf(workflow: JsonObject): number {
  const version = Number(own(workflow, 'version') ?? 0)
  return own(workflow, 'status') === 'active' ? ACTIVE + version : version
}
