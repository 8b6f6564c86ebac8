import type { InvalidateNamespace } from '../channel/response-cache/invalidation.ts'
import { CallError } from '../engine/call-error.ts'
import type { CallChannel } from '../engine/channel-call.ts'
import type { TaskLog } from '../engine/functions-api.ts'
import type { Message } from '../engine/message.ts'
import { createMessage } from '../engine/new-message.ts'
import { runWorkflows } from '../engine/run.ts'
import type { RunOutcome } from '../engine/run-api.ts'
import { RunStop } from '../engine/run-stop.ts'
import { isObject, type JsonObject } from '../std/json.ts'
import { nextTurn, TURN_MS } from '../std/next-turn.ts'
import type { Trace } from '../storage/store.ts'
import type { Answer } from './answer.ts'
import type { Deadline } from './calls/called.ts'
import type { Call, Origin } from './calls/open-calls.ts'
import { withinDeadline } from './deadline.ts'
import { type Failure, failureOf, timeout } from './failure.ts'
import type { Request } from './guards/request.ts'
import { type Inspection, type InspectionNeeds, inspectionOf } from './inspection.ts'
import { keptMetadata } from './rehearsal/kept-metadata.ts'
import type { Shadow } from './rehearsal/shadow.ts'
import type { Side } from './sides.ts'
import type { ChannelRuntime } from './snapshot.ts'
import { traceRow } from './trace-row.ts'
import { isSampled } from './tracing-policy.ts'
import { writeAnswer } from './written-answer.ts'

export interface RunNeeds extends InspectionNeeds {
  /** Throws SERVICE_UNAVAILABLE while traces cannot be stored. */
  readonly admitTrace: () => void
  /** From 0 to below 1, for sampling. */
  readonly chance: () => number
  readonly log: TaskLog
  readonly invalidate: InvalidateNamespace
  readonly call: Call
  /** Longest answer; 0 is no limit. */
  readonly maxResultBytes: number
}

/** What became of a run. */
export interface Ended {
  readonly outcome: Answer | Failure
  /** What is kept of it; undefined when nothing is. */
  readonly trace: Trace | undefined
  /** Whether no task failed. */
  readonly isClean: boolean
  /** Lets the shadow run, once the answer is given; undefined when there is none. */
  readonly rehearse: (() => void) | undefined
  /** Whether a task has begun that does something which a second run would do again. */
  readonly hasEffect: boolean
  /** The answer as it goes out: once its trace is stored, a profile tells how long that took, where the envelope has a place for it. */
  annotated(answer: Answer): Answer
}

/** Runs the workflow of a channel. Throws SERVICE_UNAVAILABLE while traces cannot be stored. */
export function runChannel(
  channel: ChannelRuntime,
  request: Request,
  needs: RunNeeds,
): Ended | Promise<Ended> {
  const { arrival, data, metadata, side } = request
  const inspection = inspectionOf(channel, side, arrival.asked, needs)
  const explained = inspection?.observer !== undefined
  const traced = explained ? channel.tracing.mode === 'sync' : isSampled(channel.tracing, needs.chance)
  if (traced) needs.admitTrace()
  const startedMs = needs.clock.monotonic()
  const { called } = arrival
  if (called !== undefined && startedMs >= called.deadline.at) throw called.deadline.failure().error
  const ownEndMs = startedMs + channel.timeoutMs
  const endsMs = called === undefined ? ownEndMs : Math.min(ownEndMs, called.deadline.at)
  const taken = channel.shadow?.take(request)
  const run: Run = {
    channel,
    request,
    side,
    message: createMessage({ id: arrival.id, payload: data, metadata }),
    taken,
    traced,
    seen: traced && side !== undefined && side.keeps.length > 0 ? { ...metadata } : undefined,
    inspection,
    control: new RunStop(() => arrival.gone(), called && (() => called.effectBegins())),
    startedMs,
    endsMs,
    call: (asked, calling) => needs.call(originOf(run), asked, calling),
  }
  const outcome = start(run, needs)
  return outcome instanceof Promise
    ? withinDeadline(outcome, endsMs - startedMs, run.control).then(settled => finish(run, settled, needs))
    : finish(run, outcome, needs)
}

interface Run {
  readonly channel: ChannelRuntime
  readonly request: Request
  /** Undefined when nothing runs. */
  readonly side: Side | undefined
  readonly message: Message
  /** The request as a shadow gets it; undefined when none does. */
  readonly taken: ReturnType<Shadow['take']>
  readonly traced: boolean
  /** Its metadata before the run, if the trace keeps any of it. */
  readonly seen: JsonObject | undefined
  readonly inspection: Inspection | undefined
  readonly control: RunStop
  readonly startedMs: number
  /** Monotonic milliseconds. */
  readonly endsMs: number
  readonly call: CallChannel
}

/** What the tasks of a run pass on to the channels that they call. */
function originOf(run: Run): Origin {
  const { channel, request, control } = run
  const { arrival, caller } = request
  const { called, requestId, facts } = arrival
  return {
    channels: channel.peers,
    chain: called?.chain ?? [channel.name],
    requestId,
    facts,
    caller,
    masks: called?.masks ?? channel.masks,
    deadline: { at: run.endsMs, failure: () => passedOn(lateness(run)) },
    effectBegins: () => control.effectBegins(),
  }
}

/** Told as it is by whoever was called. */
function passedOn({ error, text }: Failure): ReturnType<Deadline['failure']> {
  return { error: new CallError(error.code, error.message), text }
}

/** A run is too late by its own time, or by that of the task that called its channel. */
function lateness({ channel, request, startedMs, endsMs }: Run): Failure {
  const { called } = request.arrival
  const isOwn = called === undefined || startedMs + channel.timeoutMs <= endsMs
  return isOwn ? timeout(channel) : called.deadline.failure()
}

function start(run: Run, needs: RunNeeds): RunOutcome | Promise<RunOutcome> {
  const { channel, side, message, inspection, control, endsMs, call } = run
  const workflow = inspection?.workflow ?? side?.workflow
  return runWorkflows(workflow === undefined ? [] : [workflow], message, {
    clock: needs.clock,
    log: needs.log,
    invalidate: needs.invalidate,
    messageOpsBudget: needs.limits.messageOpsBudget,
    budget: run.request.arrival.called?.budget,
    capture: false,
    channel: channel.name,
    connectors: channel.connectors,
    call,
    deadlineAt: endsMs,
    control,
    observer: inspection?.observer,
  })
}

function isLate({ startedMs, endsMs }: Run, { status }: RunOutcome, durationMs: number): boolean {
  return status === 'timeout' || (status === 'ok' && durationMs > endsMs - startedMs)
}

/** With the instant of the run, which began after the request was read. */
function metadataOfTrace({ side, seen, message }: Run): string | null {
  if (side === undefined || seen === undefined) return null
  const { metadata } = message.context
  const processed_at = isObject(metadata) ? metadata.processed_at : undefined
  return keptMetadata(side.keeps, processed_at === undefined ? seen : { ...seen, processed_at })
}

/** Long runs, large answers and large payloads each take a turn of the event loop of their own. */
function finish(run: Run, outcome: RunOutcome, needs: RunNeeds): Ended | Promise<Ended> {
  const durationMs = needs.clock.monotonic() - run.startedMs
  if (durationMs <= TURN_MS) return conclude(run, outcome, durationMs, needs)
  return nextTurn().then(() => conclude(run, outcome, durationMs, needs))
}

function conclude(run: Run, result: RunOutcome, durationMs: number, needs: RunNeeds): Ended | Promise<Ended> {
  const { channel, message, taken, traced, inspection, control, startedMs } = run
  const { called } = run.request.arrival
  const workflowVersion = run.side?.version ?? null
  const begunMs = needs.clock.monotonic()
  const failure = isLate(run, result, durationMs) ? lateness(run) : failureOf(result, channel)
  // Who calls a channel wants its data, whatever it answers over HTTP.
  const answering = called === undefined ? channel.answering : undefined
  const outcome = failure ?? writeAnswer(answering, workflowVersion, message, needs.maxResultBytes)
  const failed = 'error' in outcome
  const clean = !failed && message.errors.length === 0
  // An answer of the workflow's own says by its status what its failed tasks mean.
  const isError = failed || outcome.answer.status >= 500 || (outcome.isEnvelope && !clean)
  run.side?.tally.add(durationMs, isError)
  const unwanted = clean && channel.tracing.errorsOnly && inspection?.observer === undefined
  const ended = (trace: Trace | undefined): Ended => ({
    outcome: failed ? outcome : outcome.answer,
    trace,
    isClean: clean,
    rehearse: taken && (() => channel.shadow?.offer(taken, { channel, message, outcome })),
    hasEffect: control.hasEffect,
    annotated(answer) {
      if (called !== undefined) return { ...answer, data: message.context.data }
      if (inspection === undefined || failed || !outcome.isEnvelope) return answer
      const requestMs = needs.clock.monotonic() - startedMs
      const parts = { requestMs, workflowMs: durationMs, traceStoreMs: requestMs - durationMs }
      return { ...answer, body: inspection.annotated(answer.body, parts) }
    },
  })
  if (!traced || unwanted) return ended(undefined)
  const row = () => {
    const past = {
      channel,
      workflowVersion,
      message,
      inspection,
      outcome,
      durationMs,
      endedAtMs: needs.clock.now(),
      metadataJson: metadataOfTrace(run),
    }
    return ended(traceRow(past, needs.maxResultBytes))
  }
  return needs.clock.monotonic() - begunMs <= TURN_MS ? row() : nextTurn().then(row)
}
