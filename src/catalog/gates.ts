import { connectorUses } from '../channel/connector-uses.ts'
import type { Channel } from '../channel/definition.ts'
import { routeCollision } from '../channel/route-collision.ts'
import type { Source } from '../dispatch/live.ts'
import { effectsOf } from '../engine/effects.ts'
import type { FunctionTable } from '../engine/functions-api.ts'
import { OrionError } from '../errors.ts'
import { excerpt } from '../std/excerpt.ts'
import type { Finding } from '../versioning/finding.ts'
import type { Workflow } from '../workflow/definition.ts'

/** Why a version may not become active as things stand, and who is in the way. */
export interface Obstacle {
  readonly gate: 'workflow-active' | 'connector-enabled' | 'name-unique' | 'route-unique'
  /** The field of the definition that names the other party, or shares something with it. */
  readonly path: string
  /** `its workflow 'orders' has no active version` */
  readonly message: string
  /** What to do about it. */
  readonly expected: string
  readonly other: NonNullable<Finding['other']>
}

/** Obstacles that one refusal tells. */
const MAX_TOLD = 10

/** What stands between a workflow and its activation: a connector that it names is not there. */
export function workflowObstacles(row: Workflow, source: Source, functions: FunctionTable): Obstacle[] {
  return effectsOf(row, functions).flatMap(({ connector, path, task_id }) => {
    if (connector === undefined) return []
    const place = `${path}.function.input.connector`
    return connectorObstacles(connector, place, `task '${excerpt(task_id)}' names`, source)
  })
}

/** What stands between a channel and its activation; `source` is what is active beside it. */
export function channelObstacles(row: Channel, source: Source, functions: FunctionTable): Obstacle[] {
  return [
    ...takenName(row, source.channels),
    ...takenRoute(row, source.channels),
    ...idleWorkflow(row, source, functions),
    ...connectorUses(row.config).flatMap(({ path, connector }) =>
      connectorObstacles(connector, path, `${path} names`, source),
    ),
  ]
}

/** Refuses what has obstacles. Throws CONFLICT that names every other party. */
export function refuseObstructed(what: string, obstacles: readonly Obstacle[]): void {
  if (obstacles.length === 0) return
  const told = obstacles.slice(0, MAX_TOLD).map(({ message, expected }) => `${message}; ${expected}`)
  const more = obstacles.length > told.length ? `. And ${obstacles.length - told.length} more` : ''
  throw new OrionError('CONFLICT', `Cannot activate ${what}: ${told.join('. Also, ')}${more}`)
}

function takenName(row: Channel, others: readonly Channel[]): Obstacle[] {
  const other = others.find(({ name }) => name === row.name)
  if (other === undefined) return []
  return [
    {
      gate: 'name-unique',
      path: 'name',
      message: `its name '${row.name}' belongs to active channel '${other.channel_id}'`,
      expected: 'archive that one or choose another name',
      other: { kind: 'channel', id: other.channel_id },
    },
  ]
}

function takenRoute(row: Channel, others: readonly Channel[]): Obstacle[] {
  const other = routeCollision(row, others)
  if (other === undefined) return []
  const routes = `its route '${row.route_pattern}' collides with '${other.route_pattern}'`
  return [
    {
      gate: 'route-unique',
      path: 'route_pattern',
      message: `${routes} of active channel '${other.channel_id}' ('${other.name}')`,
      expected: 'archive that one or choose another pattern or method',
      other: { kind: 'channel', id: other.channel_id },
    },
  ]
}

/** A channel without a workflow answers with nothing done, on purpose. */
function idleWorkflow({ workflow_id }: Channel, source: Source, functions: FunctionTable): Obstacle[] {
  if (workflow_id === null) return []
  const active = source.workflows.filter(workflow => workflow.workflow_id === workflow_id)
  if (active.length > 0) return active.flatMap(workflow => workflowsOwn(workflow, source, functions))
  return [
    {
      gate: 'workflow-active',
      path: 'workflow_id',
      message: `its workflow '${workflow_id}' has no active version`,
      expected: 'activate that one first',
      other: { kind: 'workflow', id: workflow_id },
    },
  ]
}

/** The obstacles of the workflow behind a channel, in the words of the channel. */
function workflowsOwn(workflow: Workflow, source: Source, functions: FunctionTable): Obstacle[] {
  const { workflow_id, version } = workflow
  return workflowObstacles(workflow, source, functions).map(obstacle => ({
    ...obstacle,
    path: 'workflow_id',
    message: `in its workflow '${workflow_id}' version ${version} ${obstacle.message}`,
  }))
}

function connectorObstacles(name: string, path: string, who: string, { connectors }: Source): Obstacle[] {
  const stored = connectors.find(connector => connector.name === name)
  if (stored?.enabled === true) return []
  const shown = excerpt(name)
  const [what, expected] =
    stored === undefined
      ? ['does not exist', 'create it or name another one']
      : ['is not enabled', 'enable it or name another one']
  return [
    {
      gate: 'connector-enabled',
      path,
      message: `${who} connector '${shown}', which ${what}`,
      expected,
      other: { kind: 'connector', id: shown },
    },
  ]
}
