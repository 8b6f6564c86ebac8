import { roomAfter } from '../std/json-size.ts'
import { snapshot } from './context.ts'
import type { Context, Message } from './message.ts'
import type { RunObserver } from './run-api.ts'

/** One step of a trace (engine-contract A13). A task that stops its workflow leaves none. */
export interface TraceStep {
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
  /** Whether steps are without their message, or missing, for lack of room. */
  readonly truncated: boolean
}

const MAX_STEPS = 1000

/**
 * Keeps a snapshot after each task; they share everything that did not change. `maxChars` bounds their JSON text, about:
 * steps beyond it are without a message.
 */
export function recordTrace(maxChars = Number.POSITIVE_INFINITY): TraceRecorder {
  return new Recorder(maxChars)
}

class Recorder implements TraceRecorder {
  readonly keepsMessages = true
  readonly steps: TraceStep[] = []
  truncated = false
  #room: number
  /** Audit entries that have been counted, and their size, which every later snapshot repeats. */
  #audited = 0
  #auditChars = 0

  constructor(maxChars: number) {
    this.#room = maxChars
  }

  skipped(workflow_id: string, task_id: string | null, loop_counter?: number): void {
    this.#add({
      workflow_id,
      task_id,
      result: 'skipped',
      ...(loop_counter !== undefined && { loop_counter }),
    })
  }

  executed(
    workflow_id: string,
    task_id: string,
    message: Message,
    mappings: readonly Context[],
    loop_counter?: number,
  ): void {
    const step: TraceStep = {
      workflow_id,
      task_id,
      result: 'executed',
      ...(loop_counter !== undefined && { loop_counter }),
    }
    if (this.#hasRoom(message, mappings)) {
      step.message = copyOf(message)
      if (mappings.length > 0) step.mapping_contexts = mappings
    } else this.truncated = true
    this.#add(step)
  }

  #add(step: TraceStep): void {
    if (this.steps.length < MAX_STEPS) this.steps.push(step)
    else this.truncated = true
  }

  /** Whatever has no end is not measured. */
  #hasRoom({ payload, context, audit_trail }: Message, mappings: readonly Context[]): boolean {
    if (this.#room < 0) return false
    if (this.#room === Number.POSITIVE_INFINITY) return true
    for (const { changes } of audit_trail.slice(this.#audited)) {
      for (const { old_value, new_value } of changes) {
        this.#auditChars += this.#room - roomAfter([old_value, new_value], this.#room)
      }
    }
    this.#audited = audit_trail.length
    this.#room = roomAfter([payload, context, ...mappings], this.#room - this.#auditChars)
    return this.#room >= 0
  }
}

function copyOf({ id, payload, context, audit_trail, errors }: Message): Message {
  return { id, payload, context: snapshot(context), audit_trail: [...audit_trail], errors: [...errors] }
}
