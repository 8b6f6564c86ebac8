import type { Principal } from '../auth/principal.ts'
import { own } from '../std/json.ts'
import { schemaProblems } from '../std/schema-problems.ts'
import type { WorkflowFilter } from '../storage/store.ts'
import { Rollback, SetRollout } from '../versioning/definition.ts'
import { onePerPath } from '../versioning/one-per-path.ts'
import { shareProblems } from '../versioning/rollout-share.ts'
import type { Workflow } from '../workflow/definition.ts'
import { checked, objectBody } from './bodies.ts'
import type { Versioned } from './versioned.ts'

/** How versions of a workflow share its traffic, and how an earlier one comes back. Both answer when it is live. */
export interface Rollout {
  /** Body `{rollout_percentage}`; gives the newer version. */
  setShare(by: Principal, id: string, body: unknown): Promise<Workflow>
  /** Body `{version}`; gives the new version, which has its content and answers alone. */
  rollback(by: Principal, id: string, body: unknown): Promise<Workflow>
}

export function openRollout(workflows: Versioned<Workflow, WorkflowFilter>): Rollout {
  return {
    async setShare(by, id, body) {
      const given = objectBody(body)
      const problems = onePerPath([
        ...schemaProblems(SetRollout, given),
        ...shareProblems(own(given, 'rollout_percentage'), 1),
      ])
      return workflows.setShare(by, id, checked(SetRollout, given, problems).rollout_percentage)
    },
    async rollback(by, id, body) {
      const given = objectBody(body)
      return workflows.rollback(by, id, checked(Rollback, given, schemaProblems(Rollback, given)).version)
    },
  }
}
