import type { TaskLog } from '../engine/functions-api.ts'
import type { Message } from '../engine/message.ts'
import { createMessage } from '../engine/new-message.ts'
import { runWorkflows } from '../engine/run.ts'
import type { RunOutcome } from '../engine/run-api.ts'
import { OrionError } from '../errors.ts'
import { timestamp } from '../std/clock.ts'
import type { Json, JsonObject } from '../std/json.ts'
import { isTooLarge } from '../std/json-size.ts'
import { nextTurn, TURN_MS } from '../std/next-turn.ts'
import type { Trace } from '../storage/store.ts'
import { withinDeadline } from './deadline.ts'
import { defect, type Failure, failureOf, resultTooLarge, timeout } from './failure.ts'
import { type Inspection, type InspectionNeeds, inspectionOf } from './inspection.ts'
import type { ChannelRuntime, Offers } from './snapshot.ts'
import type { TraceRecorder } from './trace-recorder.ts'
import { isSampled } from './tracing-policy.ts'

/** What came in, whatever the way. `metadata` becomes the message's own. */
interface Work {
  /** UUID v7: names the message and its trace. */
  readonly id: string
  readonly payload: Json
  readonly metadata: JsonObject
  /** What the request asks for beside its answer; a channel grants what it offers. */
  readonly asked?: Offers | undefined
}

/**
 * The one door of all work: runs the channel's workflow and gives the answer as JSON text,
 * `{"id","status":"ok","data","errors"}`, once its trace is stored. Answers at once when there is nothing to wait for.
 * Throws, or rejects with, SERVICE_UNAVAILABLE, TIMEOUT, RESPONSE_TOO_LARGE, VALIDATION_ERROR, ENGINE_ERROR, INTERNAL_ERROR.
 */
export type Dispatch = (channel: ChannelRuntime, work: Work) => string | Promise<string>

export interface DispatchNeeds extends InspectionNeeds {
  readonly recorder: TraceRecorder
  /** From 0 to below 1, for sampling. */
  readonly chance: () => number
  readonly log: TaskLog
  /** Longest answer; 0 is no limit. */
  readonly maxResultBytes: number
}

export function openDispatch(needs: DispatchNeeds): Dispatch {
  const { recorder, clock } = needs
  return (channel, work) => {
    refuseQuarantined(channel)
    const inspection = inspectionOf(channel, work.asked, needs)
    const explained = inspection?.observer !== undefined
    const traced = explained ? channel.tracing.mode === 'sync' : isSampled(channel.tracing, needs.chance)
    if (traced) recorder.admit()
    const message = createMessage(work)
    const run: DispatchedRun = { channel, message, traced, inspection, startedMs: clock.monotonic() }
    const outcome = start(run, needs)
    return outcome instanceof Promise
      ? withinDeadline(outcome, channel.timeoutMs).then(settled => finish(run, settled, needs))
      : finish(run, outcome, needs)
  }
}

interface DispatchedRun {
  readonly channel: ChannelRuntime
  readonly message: Message
  readonly traced: boolean
  readonly inspection: Inspection | undefined
  readonly startedMs: number
}

function refuseQuarantined({ name, quarantine }: ChannelRuntime): void {
  if (quarantine === undefined) return
  throw new OrionError(
    'SERVICE_UNAVAILABLE',
    `Channel '${name}' is quarantined: its definition cannot be loaded; the load issues of GET /api/v1/admin/engine/status say why`,
  )
}

function start(run: DispatchedRun, needs: DispatchNeeds): RunOutcome | Promise<RunOutcome> {
  const { channel, message, inspection, startedMs } = run
  const workflows = inspection === undefined ? channel.workflows : [inspection.workflow]
  return runWorkflows(workflows, message, {
    clock: needs.clock,
    log: needs.log,
    messageOpsBudget: needs.limits.messageOpsBudget,
    capture: false,
    channel: channel.name,
    deadlineAt: startedMs + channel.timeoutMs,
    observer: inspection?.observer,
  })
}

/** Long runs, large answers and large payloads each take a turn of the event loop of their own. */
function finish(run: DispatchedRun, outcome: RunOutcome, needs: DispatchNeeds): string | Promise<string> {
  const durationMs = needs.clock.monotonic() - run.startedMs
  if (durationMs <= TURN_MS) return conclude(run, outcome, durationMs, needs)
  return nextTurn().then(() => conclude(run, outcome, durationMs, needs))
}

function conclude(
  run: DispatchedRun,
  outcome: RunOutcome,
  durationMs: number,
  needs: DispatchNeeds,
): string | Promise<string> {
  const { channel, message, traced } = run
  const begunMs = needs.clock.monotonic()
  let failure = failureOf(outcome, channel)
  if (failure === undefined && durationMs > channel.timeoutMs) failure = timeout(channel)
  const answer = failure ?? answerOf(message, needs.maxResultBytes)

  const clean = typeof answer === 'string' && message.errors.length === 0
  const unwanted = clean && channel.tracing.errorsOnly && run.inspection?.observer === undefined
  if (!traced || unwanted) return deliver(run, answer, durationMs, needs)
  const record = () => {
    const row = traceRow(run, answer, durationMs, needs.clock.now())
    return needs.recorder.record(row, () => deliver(run, answer, durationMs, needs))
  }
  return needs.clock.monotonic() - begunMs <= TURN_MS ? record() : nextTurn().then(record)
}

function deliver(
  { inspection, startedMs }: DispatchedRun,
  answer: string | Failure,
  workflowMs: number,
  { clock }: DispatchNeeds,
): string {
  if (typeof answer !== 'string') throw answer.error
  if (inspection === undefined) return answer
  const requestMs = clock.monotonic() - startedMs
  return inspection.annotated(answer, { requestMs, workflowMs, traceStoreMs: requestMs - workflowMs })
}

/** The answer, serialized once for caller and trace. */
function answerOf(message: Message, maxBytes: number): string | Failure {
  // Texts that share their parts are small until they are written.
  if (maxBytes > 0 && isTooLarge(message.context.data, maxBytes)) return resultTooLarge(maxBytes)
  let body: string
  try {
    const errors = message.errors.length === 0 ? '[]' : JSON.stringify(message.errors)
    body = `{"id":"${message.id}","status":"ok","data":${JSON.stringify(message.context.data)},"errors":${errors}}`
  } catch (error) {
    return defect(error)
  }
  // A character is at most three bytes, so that most answers need no count.
  if (maxBytes === 0 || body.length * 3 <= maxBytes) return body
  const bytes = Buffer.byteLength(body)
  return bytes > maxBytes ? resultTooLarge(maxBytes, bytes) : body
}

function traceRow(
  { channel, message, inspection }: DispatchedRun,
  answer: string | Failure,
  durationMs: number,
  endedAtMs: number,
): Trace {
  const completedAt = timestamp(endedAtMs)
  const startedAt = durationMs < 1 ? completedAt : timestamp(Math.round(endedAtMs - durationMs))
  const completed = typeof answer === 'string'
  return {
    id: message.id,
    channel: channel.name,
    channel_id: channel.id,
    mode: 'sync',
    status: completed ? 'completed' : 'failed',
    workflow_version: channel.workflowVersion,
    input_json: JSON.stringify(message.payload),
    result_json: completed ? answer : null,
    error_message: completed ? null : answer.text,
    duration_ms: Math.round(durationMs * 1000) / 1000,
    started_at: startedAt,
    completed_at: completedAt,
    created_at: startedAt,
    updated_at: completedAt,
    explain_json: inspection === undefined ? null : inspection.explanation(),
  }
}
