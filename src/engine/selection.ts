import type { CompiledWorkflow } from './workflow.ts'

/** Lower runs first; equal priorities keep their order (engine-contract A3). */
export function inPriorityOrder(workflows: readonly CompiledWorkflow[]): CompiledWorkflow[] {
  return workflows.toSorted((a, b) => a.priority - b.priority)
}

/** What answers a message of one channel: the active workflows of exactly this name, in order. */
export function forChannel(workflows: readonly CompiledWorkflow[], channel: string): CompiledWorkflow[] {
  return inPriorityOrder(workflows.filter(workflow => workflow.active && workflow.channel === channel))
}
