import type { TaskLog } from '../engine/functions-api.ts'
import type { Message } from '../engine/message.ts'
import { createMessage } from '../engine/new-message.ts'
import { runWorkflows } from '../engine/run.ts'
import type { RunOutcome } from '../engine/run-api.ts'
import { OrionError } from '../errors.ts'
import { type Clock, timestamp } from '../std/clock.ts'
import type { Json, JsonObject } from '../std/json.ts'
import type { Trace } from '../storage/store.ts'
import { withinDeadline } from './deadline.ts'
import { defect, type Failure, failureOf, resultTooLarge, timeout } from './failure.ts'
import type { ChannelRuntime } from './snapshot.ts'
import type { TraceRecorder } from './trace-recorder.ts'
import { isSampled } from './tracing-policy.ts'

/** What came in, whatever the way. `metadata` becomes the message's own. */
interface Work {
  /** UUID v7: names the message and its trace. */
  readonly id: string
  readonly payload: Json
  readonly metadata: JsonObject
}

/**
 * The one door of all work: runs the channel's workflow and gives the answer as JSON text,
 * `{"id","status":"ok","data","errors"}`, once its trace is stored. Answers at once when there is nothing to wait for.
 * Throws, or rejects with, SERVICE_UNAVAILABLE, TIMEOUT, RESPONSE_TOO_LARGE, VALIDATION_ERROR, ENGINE_ERROR, INTERNAL_ERROR.
 */
export type Dispatch = (channel: ChannelRuntime, work: Work) => string | Promise<string>

export interface DispatchNeeds {
  readonly recorder: TraceRecorder
  readonly clock: Clock
  /** From 0 to below 1, for sampling. */
  readonly chance: () => number
  readonly log: TaskLog
  /** Operations of all expressions of one message. */
  readonly messageOpsBudget: number
  /** Longest answer; 0 is no limit. */
  readonly maxResultBytes: number
}

export function openDispatch(needs: DispatchNeeds): Dispatch {
  const { recorder, clock } = needs
  return (channel, work) => {
    refuseQuarantined(channel)
    const traced = isSampled(channel.tracing, needs.chance)
    if (traced) recorder.admit()
    const message = createMessage(work)
    const run: DispatchedRun = { channel, message, traced, startedMs: clock.monotonic() }
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
  const { channel, message, startedMs } = run
  return runWorkflows(channel.workflows, message, {
    clock: needs.clock,
    log: needs.log,
    messageOpsBudget: needs.messageOpsBudget,
    capture: false,
    channel: channel.name,
    deadlineAt: startedMs + channel.timeoutMs,
  })
}

function finish(run: DispatchedRun, outcome: RunOutcome, needs: DispatchNeeds): string | Promise<string> {
  const { channel, message, traced, startedMs } = run
  const durationMs = needs.clock.monotonic() - startedMs
  let failure = failureOf(outcome, channel)
  if (failure === undefined && durationMs > channel.timeoutMs) failure = timeout(channel)
  const answer = failure ?? answerOf(message, needs.maxResultBytes)

  const clean = typeof answer === 'string' && message.errors.length === 0
  if (!traced || (clean && channel.tracing.errorsOnly)) return deliver(answer)
  const row = traceRow(run, answer, durationMs, needs.clock.now())
  return needs.recorder.record(row, () => deliver(answer))
}

function deliver(answer: string | Failure): string {
  if (typeof answer === 'string') return answer
  throw answer.error
}

/** The answer, serialized once for caller and trace. */
function answerOf(message: Message, maxBytes: number): string | Failure {
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
  return bytes > maxBytes ? resultTooLarge(bytes, maxBytes) : body
}

function traceRow(
  { channel, message }: DispatchedRun,
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
  }
}
