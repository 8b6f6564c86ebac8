import { Type } from '@sinclair/typebox'
import type { Catalog } from '../../catalog/api.ts'
import type { Live } from '../../dispatch/live.ts'
import type { Counters } from '../../telemetry/counters.ts'
import { adminErrors } from '../answers.ts'
import { type Route, route } from '../route.ts'

const tag = 'Engine'

/** Why a connector cannot be used. */
export const ConnectorIssue = Type.Object({
  connector: Type.String(),
  connector_id: Type.String(),
  stage: Type.String(),
  reason: Type.String(),
})

const LoadIssues = Type.Object(
  {
    channels: Type.Array(
      Type.Object({
        channel: Type.String(),
        channel_id: Type.String(),
        workflow_id: Type.Union([Type.String(), Type.Null()]),
        reason: Type.String(),
      }),
    ),
    workflows: Type.Array(
      Type.Object({ workflow_id: Type.String(), version: Type.Integer(), reason: Type.String() }),
    ),
    connectors: Type.Array(ConnectorIssue),
  },
  { description: 'What is active but quarantined, and why; a quarantined channel answers 503' },
)

const WorkflowsCount = Type.Integer({ description: 'Pairs of channel and workflow version that are live' })
const Generation = Type.Integer({ description: 'Counts the snapshots; a reload that succeeds adds one' })

const EngineStatus = Type.Object({
  version: Type.String(),
  uptime_seconds: Type.Number(),
  workflows_count: WorkflowsCount,
  active_workflows: Type.Integer(),
  channels: Type.Array(Type.String(), { description: 'Names of the channels that have a live workflow' }),
  connectors_count: Type.Integer({ description: 'Enabled connectors that can be used' }),
  generation: Generation,
  load_issues: LoadIssues,
  errors_total: Type.Object(
    {},
    { additionalProperties: true, description: 'Errors since the start, by type; `panic` counts defects' },
  ),
})

const Reloaded = Type.Object({
  reloaded: Type.Literal(true),
  workflows_count: WorkflowsCount,
  generation: Generation,
  load_issues: LoadIssues,
})

export function engineRoutes(
  catalog: Pick<Catalog, 'reload'>,
  live: Pick<Live, 'status'>,
  counters: Pick<Counters, 'snapshot'>,
): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/admin/engine/status',
      operationId: 'engine_status',
      tag,
      summary: 'What is live',
      answers: { 200: { description: 'State of the engine', schema: EngineStatus } },
      errors: adminErrors.plain,
      run: () => ({ status: 200, body: { ...live.status(), errors_total: counters.snapshot() } }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/admin/engine/reload',
      operationId: 'reload_engine',
      tag,
      summary: 'Build what is live anew from what is written down',
      answers: { 200: { description: 'The new state is live', schema: Reloaded } },
      errors: adminErrors.plain,
      run: async ({ by }) => {
        await catalog.reload(by)
        const { workflows_count, generation, load_issues } = live.status()
        return { status: 200, body: { reloaded: true, workflows_count, generation, load_issues } }
      },
    }),
  ]
}
