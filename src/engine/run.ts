import type { OpsBudget } from '../expression/expression.ts'
import type { Clock } from '../std/clock.ts'
import { type Condition, holds } from './condition.ts'
import { EngineError, toEngineError } from './engine-error.ts'
import type { RunContext, TaskLog, TaskStatus } from './functions-api.ts'
import { Ledger } from './ledger.ts'
import type { Change, Context, Message } from './message.ts'
import { stamp } from './new-message.ts'
import type { CompiledTask, CompiledWorkflow } from './workflow.ts'

/** The message keeps everything that was done, whatever the outcome. */
export type RunOutcome =
  | { readonly status: 'ok' }
  | { readonly status: 'failed'; readonly error: EngineError }
  | { readonly status: 'timeout' }

/** Looks on while a run goes (engine-contract A13). */
export interface RunObserver {
  /** `taskId` is null when the whole workflow was refused. */
  skipped(workflowId: string, taskId: string | null): void
  /** A task that did not stop its workflow; `mappingContexts` is empty but for `map`. */
  executed(workflowId: string, taskId: string, message: Message, mappingContexts: readonly Context[]): void
}

export interface RunOptions {
  readonly clock: Clock
  readonly log: TaskLog
  /** Operations of all evaluations together. */
  readonly messageOpsBudget: number
  /** Whether the audit trail with the changes of each task is kept. */
  readonly capture: boolean
  /** Written to `metadata.channel`. */
  readonly channel?: string | undefined
  /** Rollout bucket, 0 to 99; without one every workflow admits the message. */
  readonly bucket?: number | undefined
  /** Monotonic milliseconds; the run ends as `timeout` when it is reached between two tasks. */
  readonly deadlineAt?: number | undefined
  /** Tasks that wait abort by it; the run ends as `timeout` between two tasks. */
  readonly signal?: AbortSignal | undefined
  readonly observer?: RunObserver | undefined
}

const OK: RunOutcome = { status: 'ok' }
const TIMEOUT: RunOutcome = { status: 'timeout' }
const HALT = 299
/** How long a run may hold the event loop before it lets others go first. */
const TURN_MS = 5

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
  let waiting = first
  for (;;) {
    await waiting
    run.beginTurn()
    const next = run.advance()
    if (!(next instanceof Promise)) return next
    waiting = next
  }
}

/** One run: where it stands, and what its tasks may use. */
class Run implements RunContext {
  readonly message: Message
  readonly clock: Clock
  readonly log: TaskLog
  readonly signal: AbortSignal | undefined
  readonly budget: OpsBudget
  changes: Change[] | undefined = undefined
  mappingContexts: Context[] | undefined = undefined

  readonly #workflows: readonly CompiledWorkflow[]
  readonly #options: RunOptions
  readonly #ledger: Ledger
  #workflowAt = 0
  #taskAt = 0
  #entered = false
  #began = false
  #turnBeganMs = 0
  #workedInTurn = false
  #outcome: RunOutcome | undefined = undefined

  constructor(workflows: readonly CompiledWorkflow[], message: Message, options: RunOptions) {
    this.message = message
    this.clock = options.clock
    this.log = options.log
    this.signal = options.signal
    this.budget = { remaining: options.messageOpsBudget, limit: options.messageOpsBudget }
    this.#workflows = workflows
    this.#options = options
    this.#ledger = new Ledger(message, options.clock, stamp(message, options.clock.now(), options.channel))
    this.beginTurn()
  }

  beginTurn(): void {
    this.#turnBeganMs = this.clock.monotonic()
    this.#workedInTurn = false
  }

  /** Goes on until the end, or until something has to be waited for. */
  advance(): RunOutcome | Promise<void> {
    while (this.#outcome === undefined) {
      const workflow = this.#workflows[this.#workflowAt]
      if (workflow === undefined) return OK
      const task = workflow.tasks[this.#taskAt]
      if (task === undefined) {
        this.#leave()
        continue
      }
      const pause = this.#began ? this.#betweenTasks() : undefined
      if (pause !== undefined) return pause
      this.#began = true
      this.#workedInTurn = true
      if (!this.#admits(workflow, task)) continue
      const waiting = this.#start(workflow, task)
      if (waiting !== undefined) return waiting
    }
    return this.#outcome
  }

  #betweenTasks(): RunOutcome | Promise<void> | undefined {
    const nowMs = this.clock.monotonic()
    const { deadlineAt, signal } = this.#options
    if (signal?.aborted || (deadlineAt !== undefined && nowMs >= deadlineAt)) return TIMEOUT
    if (!this.#workedInTurn || nowMs - this.#turnBeganMs < TURN_MS) return undefined
    return new Promise(resolve => setImmediate(resolve))
  }

  /** Moves on when the workflow or the task is not to run. */
  #admits(workflow: CompiledWorkflow, task: CompiledTask): boolean {
    if (!this.#entered) {
      if (!this.#inRollout(workflow) || !this.#passes(workflow.condition, workflow)) {
        this.#skip(workflow.id, null)
        this.#leave()
        return false
      }
      this.#entered = true
    }
    if (this.#passes(task.condition, workflow, task)) return true
    this.#skip(workflow.id, task.id)
    this.#taskAt++
    return false
  }

  #skip(workflowId: string, taskId: string | null): void {
    if (this.#outcome === undefined) this.#options.observer?.skipped(workflowId, taskId)
  }

  #inRollout({ rollout }: CompiledWorkflow): boolean {
    const { bucket } = this.#options
    if (rollout === undefined || bucket === undefined) return true
    return rollout.bucket_start <= bucket && bucket < rollout.bucket_end
  }

  /** A condition that exhausts a budget fails the run, whoever may continue on errors. */
  #passes(condition: Condition, workflow: CompiledWorkflow, task?: CompiledTask): boolean {
    if (condition === undefined) return true
    try {
      return holds(condition, this)
    } catch (thrown) {
      const error = toEngineError(thrown)
      this.#ledger.conditionError(workflow.id, task?.id, error)
      this.#ledger.workflowError(workflow.id, error)
      this.#outcome = { status: 'failed', error }
      return false
    }
  }

  #start(workflow: CompiledWorkflow, task: CompiledTask): Promise<void> | undefined {
    this.changes = this.#options.capture ? [] : undefined
    this.mappingContexts = this.#options.observer === undefined ? undefined : []
    let status: TaskStatus | Promise<TaskStatus>
    try {
      status = task.run(this)
    } catch (error) {
      this.#fail(workflow, task, toEngineError(error))
      return undefined
    }
    if (status instanceof Promise) {
      return status.then(
        settled => this.#settle(workflow, task, settled),
        error => this.#fail(workflow, task, toEngineError(error)),
      )
    }
    this.#settle(workflow, task, status)
    return undefined
  }

  #settle(workflow: CompiledWorkflow, task: CompiledTask, status: TaskStatus): void {
    this.#taskAt++
    if (status === 'skip') {
      this.#skip(workflow.id, task.id)
      return
    }
    this.#ledger.task(workflow.id, task.id, status, this.changes)
    if (status === HALT) {
      this.#leave()
      return
    }
    if (status >= 500) {
      this.#ledger.statusError(workflow.id, task.id, status)
      if (!task.continueOnError) {
        this.#stop(workflow, new EngineError('Task', `Task ${task.id} failed with status ${status}`))
        return
      }
    } else if (status >= 400 && this.log.enabled('warn')) {
      this.log.write('warn', `Task ${task.id} of workflow ${workflow.id} ended with status ${status}`)
    }
    this.#observe(workflow, task)
  }

  /** What the task had written stays written, but is not recorded. */
  #fail(workflow: CompiledWorkflow, task: CompiledTask, error: EngineError): void {
    this.#taskAt++
    if (error.cause !== undefined && this.log.enabled('error')) {
      this.log.write('error', `Task ${task.id} of workflow ${workflow.id} failed: ${error.cause}`)
    }
    this.#ledger.task(workflow.id, task.id, 500, this.changes && [])
    this.#ledger.taskError(workflow.id, task.id, error)
    if (task.continueOnError) this.#observe(workflow, task)
    else this.#stop(workflow, error)
  }

  #stop(workflow: CompiledWorkflow, error: EngineError): void {
    this.#ledger.workflowError(workflow.id, error)
    if (workflow.continueOnError) this.#leave()
    else this.#outcome = { status: 'failed', error }
  }

  #observe(workflow: CompiledWorkflow, task: CompiledTask): void {
    this.#options.observer?.executed(workflow.id, task.id, this.message, this.mappingContexts ?? [])
  }

  #leave(): void {
    this.#workflowAt++
    this.#taskAt = 0
    this.#entered = false
  }
}
