import type { DefinitionNeeds, Kind } from '../catalog/lint.ts'
import { type JsonObject, own } from '../std/json.ts'
import { calledChannels } from '../workflow/lint/called-channels.ts'
import { knownChannels } from '../workflow/lint/known-channels.ts'
import type { KnownChannels } from '../workflow/lint/subject.ts'

/** A definition that a file holds. */
export interface Declared {
  readonly kind: Kind
  readonly document: JsonObject
}

/** What definitions that are looked at together know of each other. */
export function knownDefinitions(
  definitions: readonly Declared[],
): Pick<DefinitionNeeds, 'connectors' | 'channels' | 'workflows'> {
  const of = (wanted: Kind) =>
    definitions.filter(({ kind }) => kind === wanted).map(({ document }) => document)
  const workflows = workflowsById(of('workflow'))
  return {
    connectors: connectorNames(of('connector')),
    channels: declaredChannels(of('channel'), workflows),
    workflows,
  }
}

/** Names of the enabled ones; undefined when no file declares any, because then they are elsewhere. */
function connectorNames(connectors: readonly JsonObject[]): ReadonlySet<string> | undefined {
  if (connectors.length === 0) return undefined
  const enabled = connectors.filter(connector => own(connector, 'enabled') !== false)
  return new Set(enabled.map(connector => String(own(connector, 'name'))))
}

/** Undefined when no file declares any; archived ones cannot be called. */
function declaredChannels(
  channels: readonly JsonObject[],
  workflows: ReadonlyMap<string, JsonObject>,
): KnownChannels | undefined {
  if (channels.length === 0) return undefined
  const callable = channels.filter(channel => own(channel, 'status') !== 'archived')
  return knownChannels(
    callable.map(channel => {
      const workflowId = own(channel, 'workflow_id')
      return {
        name: String(own(channel, 'name')),
        workflowId: typeof workflowId === 'string' ? workflowId : null,
      }
    }),
    id => calledChannels(workflows.get(id) ?? {}),
  )
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
