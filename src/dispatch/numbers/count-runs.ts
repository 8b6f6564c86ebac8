import type { Holding } from '../guards/registry.ts'
import type { Pace } from '../pace.ts'
import type { CompiledOutcome, WorkflowOutcome } from '../sides.ts'
import { type LiveRollout, openRollout, type RolloutNeeds } from './live-rollout.ts'

export interface Counted {
  /** By id of the workflow. */
  readonly workflows: ReadonlyMap<string, WorkflowOutcome>
  /** Those that have live versions. */
  readonly rollouts: ReadonlyMap<string, LiveRollout>
}

/** Gives every live version the place where its runs are counted. */
export async function countRuns(
  outcomes: ReadonlyMap<string, CompiledOutcome>,
  holding: Holding,
  needs: RolloutNeeds,
  pace: Pace,
): Promise<Counted> {
  const workflows = new Map<string, WorkflowOutcome>()
  const rollouts = new Map<string, LiveRollout>()
  for (const [id, outcome] of outcomes) {
    if (pace.isDue()) await pace.rest()
    if (outcome.kind === 'broken') {
      workflows.set(id, outcome)
      continue
    }
    const rollout = openRollout(id, outcome.sides, holding, needs)
    workflows.set(id, { kind: 'ready', sides: rollout.sides })
    rollouts.set(id, rollout)
  }
  return { workflows, rollouts }
}
