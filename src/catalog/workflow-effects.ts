import type { Connector } from '../connector/definition.ts'
import { effectsOf, type TaskEffect } from '../engine/effects.ts'
import type { FunctionTable } from '../engine/functions-api.ts'
import { own } from '../std/json.ts'
import type { Store } from '../storage/store.ts'
import type { Workflow } from '../workflow/definition.ts'
import { readable } from './readable.ts'

/** Everything that a version of a workflow can touch. */
export interface WorkflowEffects {
  readonly workflow_id: string
  readonly version: number
  readonly effects: readonly TaskEffect[]
  /** Whether expressions say something of it, so that it may be more. */
  readonly dynamic: boolean
}

/** Hosts that the text leaves to a connector are those of the connector as it is stored. */
export async function workflowEffects(
  workflow: Workflow,
  functions: FunctionTable,
  { connectors }: Pick<Store, 'connectors'>,
): Promise<WorkflowEffects> {
  const effects: TaskEffect[] = []
  for (const effect of effectsOf(workflow, functions)) {
    const named =
      effect.connector === undefined ? undefined : await readable(connectors.byName(effect.connector))
    effects.push(named === undefined ? effect : withHost(effect, named))
  }
  const { workflow_id, version } = workflow
  return { workflow_id, version, effects, dynamic: effects.some(({ dynamic }) => dynamic.length > 0) }
}

/** Only the URL of HTTP connectors is no secret; one with a reference in it is known when it is resolved. */
function withHost(effect: TaskEffect, { connector_type, config }: Connector): TaskEffect {
  if (connector_type !== 'http' || effect.host !== undefined || effect.dynamic.includes('host')) return effect
  const url = own(config, 'url')
  const parsed = typeof url === 'string' && !url.includes('${') ? URL.parse(url) : null
  if (parsed !== null && /^https?:$/.test(parsed.protocol)) return { ...effect, host: parsed.host }
  return { ...effect, dynamic: [...effect.dynamic, 'host'] }
}
