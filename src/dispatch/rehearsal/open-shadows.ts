import { DEFAULT_SCOPE } from '../../storage/scope.ts'
import type { Workflow } from '../../workflow/definition.ts'
import { attempt, contentHash } from '../compile-workflows.ts'
import type { Holding, RuntimeRegistry } from '../guards/registry.ts'
import type { LoadIssues } from '../live.ts'
import type { Pace } from '../pace.ts'
import type { WorkflowOutcome } from '../sides.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Shadow } from './shadow.ts'
import type { Shadowing } from './shadowing.ts'

export interface ShadowNeeds {
  readonly registry: RuntimeRegistry
  readonly shadowing: Shadowing
}

/** Drafts that run beside live versions; one whose workflow has none, or that is live by now, does not. */
export async function openShadows(
  drafts: readonly Workflow[],
  workflows: ReadonlyMap<string, WorkflowOutcome>,
  holding: Holding,
  needs: ShadowNeeds,
  pace: Pace,
): Promise<{ shadows: Snapshot['shadows']; issues: LoadIssues['workflows'] }> {
  const shadows = new Map<string, Shadow>()
  const issues: LoadIssues['workflows'] = []
  for (const draft of drafts) {
    const { workflow_id, version } = draft
    const outcome = workflows.get(workflow_id)
    if (outcome?.kind !== 'ready' || outcome.sides.length === 0) continue
    const sides = outcome.sides.map(side => [side.version, side.hash])
    const key = JSON.stringify([DEFAULT_SCOPE.tenant, workflow_id, version, contentHash(draft), sides])
    const known = needs.registry.shadows.peek(key)
    const compiled = known?.draft ?? (await attempt(needs.shadowing.compile(draft), pace))
    if (typeof compiled === 'string') issues.push({ workflow_id, version, reason: compiled })
    else {
      const open = () => needs.shadowing.open(compiled)
      shadows.set(workflow_id, holding.take(needs.registry.shadows, key, open))
    }
  }
  return { shadows, issues }
}
