import { Type } from '@sinclair/typebox'
import type { Catalog } from '../../catalog/api.ts'
import type { Live } from '../../dispatch/live.ts'
import { Nullable, TimeStamp, Version } from '../../versioning/definition.ts'
import { StopWhen } from '../../versioning/stop-when.ts'
import { adminErrors, entity, entityReply } from '../answers.ts'
import { type Route, route } from '../route.ts'
import { idOf } from './versioned.ts'

const Count = (description: string) => Type.Integer({ minimum: 0, description })
const Milliseconds = (description: string) => Nullable(Type.Number({ description }))

const Side = Type.Object({
  version: Version,
  rollout_percentage: Type.Integer({ minimum: 0, maximum: 100, description: 'Share of the traffic' }),
  requests: Count('Runs of this version; neither refused requests nor kept answers'),
  errors: Count('Runs that failed or took too long, and answers of 500 and above'),
  error_rate: Type.Number({ minimum: 0, maximum: 1, description: '`errors` of `requests`; 0 without one' }),
  p50_ms: Milliseconds('Half of the runs took no longer, to 1 %; null without a run'),
  p99_ms: Milliseconds('99 of 100 runs took no longer, to 1 %; null without a run'),
})

const RolloutNumbers = Type.Object(
  {
    workflow_id: Type.String(),
    since: Nullable(
      TimeStamp('When these versions went live together in this process; null when none is live'),
    ),
    sides: Type.Array(Side, { description: 'The live versions, newest first' }),
    stop_when: Nullable(StopWhen),
    stopped: Nullable(
      Type.Object(
        {
          at: TimeStamp('When it was put back'),
          version: Version,
          reason: Type.String({ description: 'What both versions did' }),
        },
        { description: 'How the live version came to answer alone, when a rollout stopped by itself' },
      ),
    ),
  },
  { description: 'What the live versions did in this process since they are live together' },
)

export function numbersRoute(
  workflows: Pick<Catalog['workflows'], 'get'>,
  rollouts: Pick<Live, 'rollout'>,
): Route {
  return route({
    method: 'GET',
    path: '/api/v1/admin/workflows/{id}/rollout',
    operationId: 'get_workflow_rollout',
    tag: 'Workflows',
    summary: 'Read requests, errors and times of the live versions of a workflow',
    answers: entity(200, RolloutNumbers),
    errors: adminErrors.read,
    run: async call => {
      const { workflow_id } = await workflows.get(idOf(call))
      return entityReply(200, rollouts.rollout(workflow_id))
    },
  })
}
