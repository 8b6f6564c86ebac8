import type { CompiledWorkflow } from '../engine/workflow.ts'
import type { Portions } from '../std/portions.ts'
import type { Unreadable } from '../storage/store.ts'
import type { Workflow } from '../workflow/definition.ts'
import type { LoadIssues } from './live.ts'
import type { Pace } from './pace.ts'
import type { CompiledByHash } from './snapshot.ts'

/** What the workflow of a channel came to. */
export type WorkflowOutcome =
  | {
      readonly kind: 'ready'
      readonly version: number
      readonly workflow: CompiledWorkflow
      readonly definition: Workflow
      /** Of what it was compiled from. */
      readonly hash: string
    }
  | { readonly kind: 'broken'; readonly version: number; readonly reason: string }

export interface CompiledSet {
  readonly byId: ReadonlyMap<string, WorkflowOutcome>
  readonly byHash: CompiledByHash
  readonly issues: LoadIssues['workflows']
}

export type Compile = (workflow: Workflow) => Portions<CompiledWorkflow>

/** Compiles the highest active version of each workflow; what has been compiled before is taken from `previous`. */
export async function compileWorkflows(
  workflows: readonly Workflow[],
  unreadable: readonly Unreadable[],
  previous: CompiledByHash,
  compile: Compile,
  pace: Pace,
): Promise<CompiledSet> {
  const byId = new Map<string, WorkflowOutcome>()
  const byHash = new Map<string, CompiledWorkflow | string>()
  const issues: LoadIssues['workflows'] = []
  for (const { id, version, reason } of unreadable) {
    byId.set(id, { kind: 'broken', version, reason })
    issues.push({ workflow_id: id, version, reason })
  }
  for (const workflow of workflows) {
    if (pace.isDue()) await pace.rest()
    const { workflow_id, version } = workflow
    const rival = byId.get(workflow_id)
    if (rival !== undefined) issues.push(rivalry(workflow_id, version, rival.version))
    if (rival !== undefined && rival.version > version) continue
    const hash = contentHash(workflow)
    const compiled = previous.get(hash) ?? byHash.get(hash) ?? (await attempt(compile(workflow), pace))
    byHash.set(hash, compiled)
    if (typeof compiled === 'string') {
      byId.set(workflow_id, { kind: 'broken', version, reason: compiled })
      issues.push({ workflow_id, version, reason: compiled })
    } else {
      byId.set(workflow_id, { kind: 'ready', version, workflow: compiled, definition: workflow, hash })
    }
  }
  return { byId, byHash, issues }
}

function rivalry(workflowId: string, one: number, other: number): LoadIssues['workflows'][number] {
  const [lower, higher] = one < other ? [one, other] : [other, one]
  return {
    workflow_id: workflowId,
    version: lower,
    reason: `Version ${higher} is active as well and answers alone; traffic is not split in this version`,
  }
}

/** Exactly what `compileWorkflow` reads, so that a new version with old content is not compiled again. */
function contentHash(workflow: Workflow): string {
  const { workflow_id, name, priority, condition, tasks, continue_on_error, loop } = workflow
  const content = JSON.stringify([workflow_id, name, priority, condition, tasks, continue_on_error, loop])
  return Bun.SHA256.hash(content, 'base64')
}

/** Whatever goes wrong with one stored workflow is the reason why its channels are quarantined, not the end of the build. */
async function attempt(work: Portions<CompiledWorkflow>, pace: Pace): Promise<CompiledWorkflow | string> {
  for (;;) {
    try {
      const next = work.next()
      if (next.done === true) return next.value
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
    await pace.restIfDue()
  }
}
