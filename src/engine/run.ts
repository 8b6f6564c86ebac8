import type { Message } from './message.ts'
import { Run } from './one-run.ts'
import type { RunOptions, RunOutcome } from './run-api.ts'
import type { CompiledWorkflow } from './workflow.ts'

/**
 * Runs workflows one after another, in the given order. Answers at once when no task waits and the run is short;
 * never rejects.
 */
export function runWorkflows(
  workflows: readonly CompiledWorkflow[],
  message: Message,
  options: RunOptions,
): RunOutcome | Promise<RunOutcome> {
  const run = new Run(workflows, message, options)
  const next = run.advance()
  return next instanceof Promise ? finish(run, next) : next
}

async function finish(run: Run, first: Promise<void>): Promise<RunOutcome> {
  let next: RunOutcome | Promise<void> = first
  while (next instanceof Promise) {
    await next
    run.beginTurn()
    next = run.advance()
  }
  return next
}
