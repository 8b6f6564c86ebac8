import type { InvalidateNamespace } from '../channel/response-cache/invalidation.ts'
import type { ConnectorCalls } from '../connector/live/connector-calls.ts'
import type { Clock } from '../std/clock.ts'
import { isObject, type Json, type JsonObject } from '../std/json.ts'
import { inPortions } from '../std/portions.ts'
import type { SecretLookup } from '../workflow/secret-operator.ts'
import type { CallChannel } from './channel-call.ts'
import { copyOfRoot } from './context.ts'
import { type ExplainedTask, explainedRun, type RunExplanation } from './explain/explained-run.ts'
import type { EngineLimits, FunctionTable, TaskLog } from './functions-api.ts'
import type { ErrorEntry } from './message.ts'
import { createMessage } from './new-message.ts'
import { runWorkflows } from './run.ts'
import type { RunObserver, RunOutcome } from './run-api.ts'
import { RunStop } from './run-stop.ts'
import type { Stubs } from './stubs.ts'
import { recordTrace, type TraceRecorder, type TraceStep } from './trace-recorder.ts'
import { type CompileDependencies, compileInPortions, type WorkflowDefinition } from './workflow.ts'

export interface DryRunNeeds {
  readonly functions: FunctionTable
  readonly limits: EngineLimits
  readonly clock: Clock
  readonly log: TaskLog
  readonly invalidate: InvalidateNamespace
  readonly newId: () => string
  /** Longest run. */
  readonly timeoutMs: number
  /** Where calls to other systems go; without it there are none. */
  readonly connectors?: (() => ConnectorCalls) | undefined
  /** The secrets that inputs may name; without it there are none. */
  readonly secrets?: (() => SecretLookup) | undefined
  /** What workflows see as `metadata.vars`, unless the message brings its own. */
  readonly vars?: JsonObject | undefined
  /** Runs other channels; without it there are none. */
  readonly call?: (() => CallChannel) | undefined
  /** For functions that are stubbed. */
  readonly stubs?: Stubs | undefined
}

export interface DryRunRequest {
  /** Becomes the payload. */
  readonly data: Json
  /** Merged into the metadata as it is, if it is an object. */
  readonly metadata?: Json | undefined
  /** Whether each rule tells what it made of the data. */
  readonly explain: boolean
}

/** A step of the trace; what explains it stands with it. */
type DryRunStep = Omit<TraceStep, 'result'> & Partial<ExplainedTask>

/** What a workflow makes of one message (contract 3.10). */
export interface DryRun {
  readonly outcome: RunOutcome
  readonly report: {
    /** Whether at least one task was executed. */
    matched: boolean
    trace: {
      steps: readonly DryRunStep[]
      /** Steps are without their message, or missing, because the trace would be too long. */
      truncated?: boolean
      /** Evaluations that are not explained for lack of room. */
      omitted?: number
    }
    /** `data` after the run. */
    output: Json
    errors: readonly ErrorEntry[]
  }
}

/** Characters of all explanations together. */
const MAX_EXPLANATION_CHARS = 1_000_000
/** The longest wait that a timer can hold. */
const MAX_TIMER_MS = 2 ** 31 - 1
/** Characters of all snapshots together. */
const MAX_TRACE_CHARS = 16_000_000

/** Runs one workflow on a message of its own, whatever its status and rollout; what its tasks do elsewhere is real. */
export async function dryRun(
  definition: WorkflowDefinition,
  request: DryRunRequest,
  needs: DryRunNeeds,
): Promise<DryRun> {
  const { functions, limits, clock, log, invalidate, newId, timeoutMs } = needs
  const dependencies: CompileDependencies = { functions, limits, clock, secrets: needs.secrets?.() }
  const explained = request.explain
    ? explainedRun(definition, dependencies, { maxChars: MAX_EXPLANATION_CHARS })
    : undefined
  const workflow =
    explained?.workflow ?? (await inPortions(compileInPortions(definition, dependencies), clock))
  const { data, metadata } = request
  const message = createMessage({
    id: newId(),
    payload: data,
    metadata: metadataOf(metadata, needs.vars),
  })
  const recorder = recordTrace(MAX_TRACE_CHARS)
  const control = new RunStop()
  const timer = setTimeout(() => control.stop(), Math.min(timeoutMs, MAX_TIMER_MS))
  const outcome = await runWorkflows([workflow], message, {
    clock,
    log,
    invalidate,
    messageOpsBudget: limits.messageOpsBudget,
    capture: true,
    deadlineAt: clock.monotonic() + timeoutMs,
    control,
    connectors: needs.connectors?.(),
    call: needs.call?.(),
    stubs: needs.stubs,
    observer: explained === undefined ? recorder : both(recorder, explained.observer),
  })
  clearTimeout(timer)
  return {
    outcome,
    report: {
      matched: message.audit_trail.length > 0,
      trace: traceOf(recorder, explained?.explanation()),
      output: message.context.data,
      errors: message.errors,
    },
  }
}

function metadataOf(given: Json | undefined, vars: JsonObject = {}): Json | undefined {
  const all = { ...(Object.keys(vars).length > 0 && { vars }), ...(isObject(given) && given) }
  return copyOfRoot(all)
}

function both(recorder: RunObserver, explained: RunObserver): RunObserver {
  return {
    keepsMessages: recorder.keepsMessages || explained.keepsMessages,
    skipped(...step) {
      recorder.skipped(...step)
      explained.skipped(...step)
    },
    executed(...step) {
      recorder.executed(...step)
      explained.executed(...step)
    },
    ended: (...step) => explained.ended?.(...step),
  }
}

/** Both saw the same steps, but for one that ended the workflow, which a trace does not have. */
function traceOf(
  recorder: TraceRecorder,
  explanation: RunExplanation | undefined,
): DryRun['report']['trace'] {
  const truncated = recorder.truncated && { truncated: true }
  if (explanation === undefined) return { steps: recorder.steps, ...truncated }
  const recorded = recorder.steps.values()
  const steps = explanation.steps.map(({ explain, ...step }) => {
    const isRecorded = step.result === 'executed' || step.result === 'skipped'
    return { ...step, ...(isRecorded && recorded.next().value), explain }
  })
  const { omitted } = explanation
  return { steps, ...truncated, ...(omitted !== undefined && { omitted }) }
}
