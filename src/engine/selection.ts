import type { CompiledWorkflow } from './workflow.ts'

/** Lower runs first; equal priorities keep their order (engine-contract A3). */
export function inPriorityOrder(workflows: readonly CompiledWorkflow[]): CompiledWorkflow[] {
  return workflows.toSorted((a, b) => a.priority - b.priority)
}

/** What answers a message of one channel: the active workflows of exactly this name, in order. */
export function forChannel(workflows: readonly CompiledWorkflow[], channel: string): CompiledWorkflow[] {
  return inPriorityOrder(workflows.filter(workflow => workflow.active && workflow.channel === channel))
}

/** Whether the rollout of a workflow lets the bucket in; a message without one is let in everywhere. */
export function admits({ rollout }: CompiledWorkflow, bucket: number | undefined): boolean {
  if (rollout === undefined || bucket === undefined) return true
  return rollout.bucket_start <= bucket && bucket < rollout.bucket_end
}
