import type { InvalidateNamespace } from '../channel/response-cache/invalidation.ts'
import type { ConnectorCalls } from '../connector/live/connector-calls.ts'
import { NO_CONNECTORS } from '../connector/live/no-connectors.ts'
import type { OpsBudget } from '../expression/expression.ts'
import type { Clock } from '../std/clock.ts'
import { type CallChannel, NO_CHANNELS } from './channel-call.ts'
import { type Condition, holds } from './condition.ts'
import { EngineError, toEngineError } from './engine-error.ts'
import type { RunContext, TaskLog, TaskStatus } from './functions-api.ts'
import type { HiddenTexts } from './hidden-texts.ts'
import { Ledger } from './ledger.ts'
import { Sweeps } from './loop.ts'
import type { Change, Context, Message } from './message.ts'
import { stamp } from './new-message.ts'
import { Notes } from './notes.ts'
import { OwnContainers } from './own-containers.ts'
import { type CompiledTask, endsWorkflow, type Gate, type Instruction, type Program } from './program.ts'
import type { Ending, RunOptions, RunOutcome } from './run-api.ts'
import { admits } from './selection.ts'
import { spend } from './spend.ts'
import type { Stubs } from './stubs.ts'
import { Turn } from './turn.ts'
import type { CompiledWorkflow } from './workflow.ts'

const OK: RunOutcome = { status: 'ok' }
const TIMEOUT: RunOutcome = { status: 'timeout' }
const HALT = 299

/** One run: where it stands, and what its tasks may use. */
export class Run implements RunContext {
  readonly message: Message
  readonly clock: Clock
  readonly log: TaskLog
  readonly invalidate: InvalidateNamespace
  readonly budget: OpsBudget
  readonly own: OwnContainers
  readonly notes = new Notes()
  readonly connectors: ConnectorCalls
  readonly call: CallChannel
  readonly channel: string
  readonly deadlineAt: number
  readonly stubs: Stubs | undefined
  hidden: HiddenTexts | undefined = undefined
  changes: Change[] | undefined = undefined
  mappingContexts: Context[] | undefined = undefined

  readonly #workflows: readonly CompiledWorkflow[]
  readonly #options: RunOptions
  readonly #ledger: Ledger
  readonly #turn: Turn
  #workflowAt = 0
  /** What runs of the workflow: its steps, or the setup of its loop; undefined until it is entered. */
  #program: Program | undefined = undefined
  #at = 0
  /** Where the loop of the workflow stands; undefined before its first sweep. */
  #sweeps: Sweeps | undefined = undefined
  #outcome: RunOutcome | undefined = undefined

  constructor(workflows: readonly CompiledWorkflow[], message: Message, options: RunOptions) {
    this.message = message
    const { clock } = options
    this.clock = clock
    this.log = options.log
    this.invalidate = options.invalidate
    this.stubs = options.stubs
    this.connectors = options.connectors ?? NO_CONNECTORS
    this.call = options.call ?? NO_CHANNELS
    this.channel = options.channel ?? 'unknown'
    this.deadlineAt = options.deadlineAt ?? Number.POSITIVE_INFINITY
    const { messageOpsBudget: limit, budget = { remaining: limit, limit } } = options
    this.budget = budget
    this.own = new OwnContainers(options.capture || options.observer?.keepsMessages === true)
    this.#workflows = workflows
    this.#options = options
    this.#ledger = new Ledger(message, {
      budget: this.budget,
      clock,
      startedAt: stamp(message, clock.now(), options.channel),
      tellErrors: workflows.some(workflow => workflow.readsErrors),
    })
    this.#turn = new Turn(clock, options)
  }

  get signal(): AbortSignal | undefined {
    return this.#options.control?.signal
  }

  beginTurn(): void {
    this.#turn.begin()
  }

  pause(): Promise<void> | 'end' | undefined {
    return this.#turn.within(this.budget)
  }

  /** Goes on until the end, or until something has to be waited for. */
  advance(): RunOutcome | Promise<void> {
    while (this.#outcome === undefined) {
      if (this.#turn.isOver) return TIMEOUT
      const workflow = this.#workflows[this.#workflowAt]
      if (workflow === undefined) return OK
      if (this.#program !== undefined && this.#at >= this.#program.length) {
        if (workflow.loop === undefined) this.#leave()
        else this.#sweep(workflow)
        continue
      }
      const pause = this.#turn.next()
      if (pause !== undefined) return pause === 'end' ? TIMEOUT : pause
      if (this.#program === undefined) this.#enter(workflow)
      const waiting = this.#follow(workflow, this.#program?.[this.#at])
      if (waiting !== undefined) return waiting
    }
    return this.#outcome
  }

  /** Goes into a workflow that admits the message, past one that does not. */
  #enter(workflow: CompiledWorkflow): void {
    const { loop, condition } = workflow
    const asked = loop === undefined || loop.asksFirst
    if (!admits(workflow, this.#options.bucket) || (asked && !this.#passes(condition, workflow))) {
      this.#skip(workflow.id, null)
      this.#leave()
    } else if (loop === undefined) {
      this.#begin(workflow.program)
    } else if (loop.setup.length > 0) {
      this.#begin(loop.setup)
    } else {
      this.#sweep(workflow)
    }
  }

  #begin(program: Program): void {
    this.#program = program
    this.#at = 0
  }

  #leave(): void {
    this.#workflowAt++
    this.#program = undefined
    this.#at = 0
    this.#sweeps = undefined
  }

  /** Begins the next sweep, the first one included, or ends the loop. */
  #sweep(workflow: CompiledWorkflow): void {
    const { loop, condition, program } = workflow
    if (loop === undefined) return
    const isFirst = this.#sweeps === undefined
    try {
      spend(this.budget, 0)
      this.#sweeps?.end()
      this.#sweeps ??= new Sweeps(loop, this, workflow.id)
      const goesOn = this.#sweeps.begin(this)
      if (goesOn && this.#passes(condition, workflow)) {
        this.#begin(program)
      } else {
        if (goesOn && isFirst && !loop.asksFirst) this.#skip(workflow.id, null)
        this.#leave()
      }
    } catch (thrown) {
      this.#sweeps = undefined
      const error = toEngineError(thrown)
      this.#ended(workflow, null, 'loop_failed')
      if (error.code === 'BUDGET_EXCEEDED') this.#exhausted('The loop', error, workflow)
      else this.#stop(workflow, error)
    }
  }

  #follow(workflow: CompiledWorkflow, step: Instruction | undefined): Promise<void> | undefined {
    if (step === undefined) return undefined
    if (step.kind === 'end') this.#leave()
    else if (!this.#passes(step.condition, workflow, step)) this.#pass(workflow, step)
    else if (step.kind === 'task') return this.#start(workflow, step)
    else this.#at++
    return undefined
  }

  /** Goes on behind a task, or behind a group with all that is in it. */
  #pass(workflow: CompiledWorkflow, step: CompiledTask | Gate): void {
    const behind = step.kind === 'task' ? this.#at + 1 : step.behind
    for (; this.#at < behind; this.#at++) {
      const passed = this.#program?.[this.#at]
      if (passed?.kind === 'task') this.#skip(workflow.id, passed.id)
    }
  }

  #skip(workflowId: string, taskId: string | null): void {
    if (this.#outcome === undefined) {
      this.#options.observer?.skipped(workflowId, taskId, this.#sweeps?.counter)
    }
  }

  /** A condition that exhausts a budget fails the run, whoever may continue on errors. */
  #passes(condition: Condition, workflow: CompiledWorkflow, step?: CompiledTask | Gate): boolean {
    if (condition === undefined) return true
    try {
      return holds(condition, this)
    } catch (thrown) {
      this.#ended(workflow, step?.id ?? null, 'condition_failed')
      const whose = step === undefined ? `workflow ${workflow.id}` : `${step.kind} ${step.id}`
      this.#exhausted(`The condition of ${whose}`, toEngineError(thrown), workflow, step?.id)
      return false
    }
  }

  #exhausted(what: string, error: EngineError, workflow: CompiledWorkflow, stepId?: string): void {
    this.#ledger.logicError(what, error, workflow.id, stepId)
    this.#ledger.workflowError(workflow.id, error)
    this.#outcome = { status: 'failed', error }
  }

  #start(workflow: CompiledWorkflow, task: CompiledTask): Promise<void> | undefined {
    this.changes = this.#options.capture ? [] : undefined
    this.mappingContexts = this.#options.observer?.keepsMessages ? [] : undefined
    this.notes.clear()
    if (task.hasEffect) this.#options.control?.effectBegins()
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
    this.#at++
    if (this.#turn.isOver) return
    if (status === 'skip') {
      this.#skip(workflow.id, task.id)
      return
    }
    this.#ledger.task(workflow.id, task.id, status, this.changes, this.#sweeps?.counter)
    if (status === HALT) {
      this.#ended(workflow, task.id, 'halted')
      this.#leave()
      return
    }
    if (status >= 500) {
      this.#ledger.statusError(workflow.id, task.id, status)
      if (!task.continueOnError) {
        const text = `Task ${task.id} failed with status ${status}`
        this.#stop(workflow, new EngineError('Task', text, { note: this.notes.text }), task)
        return
      }
    } else if (status >= 400 && this.log.enabled('warn')) {
      this.log.write('warn', `Task ${task.id} of workflow ${workflow.id} ended with status ${status}`)
    }
    this.#observe(workflow, task)
    if (endsWorkflow(task, status)) this.#leave()
  }

  /** What the task had written stays written, but is not recorded. */
  #fail(workflow: CompiledWorkflow, task: CompiledTask, error: EngineError): void {
    this.#at++
    if (this.#turn.isOver) return
    if (error.cause !== undefined && this.log.enabled('error')) {
      this.log.write('error', `Task ${task.id} of workflow ${workflow.id} failed: ${error.cause}`)
    }
    this.#ledger.task(workflow.id, task.id, 500, this.changes && [], this.#sweeps?.counter)
    this.#ledger.taskError(workflow.id, task.id, error)
    if (!task.continueOnError) {
      this.#stop(workflow, error, task)
      return
    }
    this.#observe(workflow, task)
    if (endsWorkflow(task, 500)) this.#leave()
  }

  /** The workflow failed, by a task or by its loop; where it may continue, a sweep is followed by the next one. */
  #stop(workflow: CompiledWorkflow, error: EngineError, task?: CompiledTask): void {
    if (task !== undefined) this.#ended(workflow, task.id, 'failed')
    this.#ledger.workflowError(workflow.id, error)
    if (!workflow.continueOnError) this.#outcome = { status: 'failed', error }
    else if (this.#sweeps === undefined || (task && endsWorkflow(task, 500))) this.#leave()
    else this.#at = Number.POSITIVE_INFINITY
  }

  #ended(workflow: CompiledWorkflow, taskId: string | null, how: Ending): void {
    this.#options.observer?.ended?.(workflow.id, taskId, how, this.#sweeps?.counter)
  }

  #observe(workflow: CompiledWorkflow, task: CompiledTask): void {
    this.#options.observer?.executed(
      workflow.id,
      task.id,
      this.message,
      this.mappingContexts ?? [],
      this.#sweeps?.counter,
    )
  }
}
