import type { Catalog } from '../../catalog/api.ts'
import type { Live } from '../../dispatch/live.ts'
import { Rollback, SetRollout } from '../../versioning/definition.ts'
import { Workflow } from '../../workflow/definition.ts'
import { adminErrors, entity, entityReply } from '../answers.ts'
import { type Route, route } from '../route.ts'
import { numbersRoute } from './rollout-numbers.ts'
import { idOf } from './versioned.ts'

/** How versions of a workflow share its traffic, and how an earlier one comes back. */
export function rolloutRoutes(
  { rollout, workflows }: Pick<Catalog, 'rollout' | 'workflows'>,
  rollouts: Pick<Live, 'rollout'>,
): Route[] {
  return [
    numbersRoute(workflows, rollouts),
    route({
      method: 'PATCH',
      path: '/api/v1/admin/workflows/{id}/rollout',
      operationId: 'set_workflow_rollout',
      tag: 'Workflows',
      summary: 'Say how much of the traffic the newer of two active versions gets',
      description: 'Answers the newer version when the change is live. At 100 the older one is archived.',
      body: SetRollout,
      answers: entity(200, Workflow),
      errors: adminErrors.change,
      run: async call => entityReply(200, await rollout.setShare(call.by, idOf(call), call.body)),
    }),
    route({
      method: 'POST',
      path: '/api/v1/admin/workflows/{id}/rollback',
      operationId: 'roll_back_workflow',
      tag: 'Workflows',
      summary: 'Bring an earlier version back as a new one',
      description:
        'The new version has the content of the named one, the next number and all of the traffic. A draft stays as it is. Answers when the change is live.',
      body: Rollback,
      answers: entity(200, Workflow),
      errors: adminErrors.change,
      run: async call => entityReply(200, await rollout.rollback(call.by, idOf(call), call.body)),
    }),
  ]
}
