import type { OpsBudget } from '../expression/expression.ts'
import { type Clock, timestamp } from '../std/clock.ts'
import { isObject, type JsonObject } from '../std/json.ts'
import type { EngineError } from './engine-error.ts'
import type { Change, Message } from './message.ts'
import { operationsOfError } from './spend.ts'

/** Failed tasks that a workflow is told of; a loop may have many. */
const MAX_TOLD = 1000

interface LedgerOptions {
  readonly budget: OpsBudget
  readonly clock: Clock
  /** All audit entries of a message carry the instant of its run. */
  readonly startedAt: string
  /** Whether tasks that failed are told in `metadata._orion_errors`. */
  readonly tellErrors: boolean
}

/** What a run writes down about itself in its message (engine-contract A5, A6, A9). */
export class Ledger {
  readonly #message: Message
  readonly #budget: OpsBudget
  readonly #clock: Clock
  readonly #startedAt: string
  readonly #tellErrors: boolean
  #failed: JsonObject[] = []

  constructor(message: Message, { budget, clock, startedAt, tellErrors }: LedgerOptions) {
    this.#message = message
    this.#budget = budget
    this.#clock = clock
    this.#startedAt = startedAt
    this.#tellErrors = tellErrors
  }

  /** `changes` is undefined when no audit trail is kept, `loop_counter` outside of sweeps. */
  task(
    workflow_id: string,
    task_id: string,
    status: number,
    changes: Change[] | undefined,
    loop_counter: number | undefined,
  ): void {
    const { context, audit_trail } = this.#message
    if (changes !== undefined) {
      const step = { workflow_id, task_id, timestamp: this.#startedAt, changes, status }
      audit_trail.push(loop_counter === undefined ? step : { ...step, loop_counter })
    }
    const { metadata } = context
    if (isObject(metadata)) metadata.progress = { workflow_id, task_id, status_code: status }
  }

  statusError(workflow_id: string, task_id: string, status: number): void {
    this.#entry('TASK_STATUS_ERROR', `Task ${task_id} returned status ${status}`, { workflow_id, task_id })
    this.#tell({ workflow_id, task_id, code: 'TASK_STATUS_ERROR', status })
  }

  taskError(workflow_id: string, task_id: string, { code, message }: EngineError): void {
    this.#entry(code, `Task ${task_id} error: ${message}`, { workflow_id, task_id })
    this.#tell({ workflow_id, task_id, code, status: 500 })
  }

  /** A condition or an array that was not found out; `task_id` is absent where it is the workflow's own. */
  logicError(what: string, { code, message }: EngineError, workflow_id: string, task_id?: string): void {
    const at = task_id === undefined ? { workflow_id } : { workflow_id, task_id }
    this.#entry(code, `${what} failed: ${message}`, at)
  }

  workflowError(workflow_id: string, { message }: EngineError): void {
    this.#entry('WORKFLOW_ERROR', `Workflow ${workflow_id} error: ${message}`, { workflow_id })
  }

  /** The list is the server's own: a new one each time, so that what a task has read of it stays as it was. */
  #tell(failed: JsonObject): void {
    const { metadata } = this.#message.context
    if (!this.#tellErrors || !isObject(metadata)) return
    if (this.#failed.length < MAX_TOLD) this.#failed = [...this.#failed, failed]
    metadata._orion_errors = this.#failed
  }

  #entry(code: string, message: string, at: { workflow_id: string; task_id?: string }): void {
    this.#budget.remaining -= operationsOfError(message)
    this.#message.errors.push({ code, message, path: null, ...at, timestamp: timestamp(this.#clock.now()) })
  }
}
