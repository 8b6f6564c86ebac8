import { SYSTEM } from '../auth/principal.ts'
import type { Counts } from '../dispatch/numbers/stop-watch.ts'
import { type JsonObject, own } from '../std/json.ts'
import { schemaProblems } from '../std/schema-problems.ts'
import type { WorkflowFilter } from '../storage/store.ts'
import { Rollback, SetRollout } from '../versioning/definition.ts'
import { onePerPath } from '../versioning/one-per-path.ts'
import { shareProblems } from '../versioning/rollout-share.ts'
import { shortMs } from '../versioning/stop-judgement.ts'
import { stopWhenProblems } from '../versioning/stop-when.ts'
import type { Workflow } from '../workflow/definition.ts'
import type { RolloutCatalog } from './api.ts'
import { checked, objectBody } from './bodies.ts'
import type { Versioned } from './versioned.ts'

export function openRollout(workflows: Versioned<Workflow, WorkflowFilter>): RolloutCatalog {
  return {
    async setShare(by, id, body) {
      const given = objectBody(body)
      const problems = onePerPath([
        ...schemaProblems(SetRollout, given),
        ...shareProblems(own(given, 'rollout_percentage'), 1),
        ...stopWhenProblems(own(given, 'stop_when'), own(given, 'rollout_percentage')),
      ])
      const { rollout_percentage, stop_when } = checked(SetRollout, given, problems)
      return workflows.setShare(by, id, rollout_percentage, stop_when)
    },
    async putBack({ workflowId, newer, older, rule, reason, stands, newerCounts, olderCounts }) {
      const sides = [sideNote(newer, newerCounts), sideNote(older, olderCounts)]
      const note = { reason, stop_when: { ...rule }, sides }
      const { updated_at } = await workflows.putBack(SYSTEM, workflowId, {
        pair: { newer, older },
        stands,
        note,
      })
      return { at: updated_at, version: newer, reason }
    },
    async rollback(by, id, body) {
      const given = objectBody(body)
      return workflows.rollback(by, id, checked(Rollback, given, schemaProblems(Rollback, given)).version)
    },
  }
}

function sideNote(version: number, { requests, errors, p99Ms }: Counts): JsonObject {
  return { version, requests, errors, p99_ms: p99Ms === undefined ? null : shortMs(p99Ms) }
}
