import { snapshot } from './context.ts'
import type { Context, Message } from './message.ts'
import type { RunObserver } from './run-api.ts'

/** One step of a trace (engine-contract A13). A task that stops its workflow leaves none. */
interface TraceStep {
  workflow_id: string
  task_id: string | null
  result: 'executed' | 'skipped'
  /** Only of tasks in the sweeps of a loop. */
  loop_counter?: number
  /** The message after the task. */
  message?: Message
  /** The context before each mapping of a `map` task. */
  mapping_contexts?: readonly Context[]
}

export interface TraceRecorder extends RunObserver {
  readonly steps: readonly TraceStep[]
}

/** Keeps a snapshot after each task; they share everything that did not change. */
export function recordTrace(): TraceRecorder {
  const steps: TraceStep[] = []
  return {
    steps,
    skipped(workflow_id, task_id, loop_counter) {
      steps.push({
        workflow_id,
        task_id,
        result: 'skipped',
        ...(loop_counter !== undefined && { loop_counter }),
      })
    },
    executed(workflow_id, task_id, message, mapping_contexts, loop_counter) {
      steps.push({
        workflow_id,
        task_id,
        result: 'executed',
        ...(loop_counter !== undefined && { loop_counter }),
        message: copyOf(message),
        ...(mapping_contexts.length > 0 && { mapping_contexts }),
      })
    },
  }
}

function copyOf({ id, payload, context, audit_trail, errors }: Message): Message {
  return { id, payload, context: snapshot(context), audit_trail: [...audit_trail], errors: [...errors] }
}
