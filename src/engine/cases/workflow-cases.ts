import type { Clock } from '../../std/clock.ts'
import { StoppedClock } from '../../std/stopped-clock.ts'
import { CASE_NOW, type Case } from '../../workflow/cases/definition.ts'
import type { KeyedStubs } from '../../workflow/cases/stubs.ts'
import type { EngineLimits, FunctionTable, TaskLog } from '../functions-api.ts'
import type { Message } from '../message.ts'
import { createMessage } from '../new-message.ts'
import { runWorkflows } from '../run.ts'
import type { RunOutcome } from '../run-api.ts'
import { RunStop } from '../run-stop.ts'
import { stubbedFunctions } from '../stubbed-functions.ts'
import { CallRecord, type StubbedCall } from '../stubs.ts'
import { type CompiledWorkflow, compileWorkflow, type WorkflowDefinition } from '../workflow.ts'
import { BranchCounter } from './branches.ts'
import { caseMetadata } from './case-metadata.ts'
import { type WorkflowCoverage, workflowCoverage } from './coverage.ts'
import { StubAnswers } from './stub-answers.ts'

export interface CaseNeeds {
  /** As they are; those of connectors and those that write are stubbed here. */
  readonly functions: FunctionTable
  readonly limits: EngineLimits
  /** Measures how long a run takes; what a workflow sees of the time is the instant of its case. */
  readonly clock: Clock
  /** Longest run. */
  readonly timeoutMs: number
}

/** What came of one case. */
export interface CaseRun {
  readonly message: Message
  readonly outcome: RunOutcome
  readonly calls: readonly StubbedCall[]
  /** Calls that no stub answers. */
  readonly unanswered: readonly StubbedCall[]
  readonly timeoutMs: number
}

/** Calls of one run that are kept. */
const MAX_CALLS = 100_000
/** The longest wait that a timer can hold. */
const MAX_TIMER_MS = 2 ** 31 - 1

const silent: TaskLog = { enabled: () => false, write: () => undefined }

/** One workflow, compiled once for all its cases, which run one after another. */
export class WorkflowCases {
  readonly #needs: CaseNeeds
  readonly #clock: StoppedClock
  readonly #branches: BranchCounter
  readonly #workflow: CompiledWorkflow
  readonly #executed = new Set<string>()

  /** Throws VALIDATION_ERROR that lists every problem of the workflow. */
  constructor(definition: WorkflowDefinition, needs: CaseNeeds) {
    const { functions, limits } = needs
    this.#needs = needs
    this.#clock = new StoppedClock(needs.clock)
    this.#branches = new BranchCounter(definition, functions)
    this.#workflow = compileWorkflow(definition, {
      functions: stubbedFunctions(functions, 'connectors'),
      limits,
      clock: this.#clock,
      explainer: this.#branches,
    })
  }

  /** `stubs` by their keys, those of the case's file included. */
  async run(
    { input = null, metadata = {}, now = CASE_NOW }: Case,
    stubs: ReadonlyMap<string, KeyedStubs>,
  ): Promise<CaseRun> {
    const { functions, limits, timeoutMs } = this.#needs
    this.#clock.nowMs = Date.parse(now)
    const message = createMessage({ id: 'case', payload: input, metadata: caseMetadata(metadata) })
    const answers = new StubAnswers(stubs)
    const record = new CallRecord(
      call => answers.answer(call) ?? (isConnector(functions, call) ? undefined : 'nothing'),
      MAX_CALLS,
    )
    const control = new RunStop()
    const timer = setTimeout(() => control.stop(), Math.min(timeoutMs, MAX_TIMER_MS))
    const outcome = await runWorkflows([this.#workflow], message, {
      clock: this.#clock,
      log: silent,
      invalidate: () => [],
      messageOpsBudget: limits.messageOpsBudget,
      capture: true,
      deadlineAt: this.#clock.monotonic() + timeoutMs,
      control,
      stubs: record,
    })
    clearTimeout(timer)
    for (const { task_id } of message.audit_trail) this.#executed.add(task_id)
    return { message, outcome, calls: record.calls, unanswered: record.unanswered, timeoutMs }
  }

  /** What the cases so far have seen of it. */
  coverage(): WorkflowCoverage {
    return workflowCoverage(this.#workflow, this.#executed, this.#branches.branches)
  }
}

/** What writes without a connector gives nothing, so it needs no stub to go on. */
function isConnector(functions: FunctionTable, call: StubbedCall): boolean {
  return functions.find(call.function)?.category === 'connector'
}
