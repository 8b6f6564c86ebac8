import type { ConnectorCalls } from '../../connector/live/connector-calls.ts'
import type { EngineLimits, FunctionTable, TaskLog } from '../../engine/functions-api.ts'
import type { Message } from '../../engine/message.ts'
import { createMessage } from '../../engine/new-message.ts'
import { mayRead } from '../../engine/reads.ts'
import { runWorkflows } from '../../engine/run.ts'
import type { RunOutcome } from '../../engine/run-api.ts'
import { RunStop } from '../../engine/run-stop.ts'
import { stubbedFunctions } from '../../engine/stubbed-functions.ts'
import { CallRecord, type Stubs } from '../../engine/stubs.ts'
import { type CompiledWorkflow, compileInPortions } from '../../engine/workflow.ts'
import type { Clock } from '../../std/clock.ts'
import type { Json, JsonObject } from '../../std/json.ts'
import type { Portions } from '../../std/portions.ts'
import { StoppedClock } from '../../std/stopped-clock.ts'
import type { Workflow } from '../../workflow/definition.ts'
import type { Answering } from '../answering.ts'
import { withinDeadline } from '../deadline.ts'
import { failureOf } from '../failure.ts'
import { writeAnswer } from '../written-answer.ts'
import { type KeptResult, keptResult } from './kept-result.ts'

export interface RehearsalNeeds {
  readonly functions: FunctionTable
  readonly limits: EngineLimits
  readonly clock: Clock
  /** Longest answer; 0 is no limit. */
  readonly maxResultBytes: number
}

/** A request that was answered before. Nothing of it is changed. */
export interface Rehearsed {
  readonly id: string
  readonly payload: Json
  readonly metadata: JsonObject
  /** When it was answered, milliseconds since the epoch: what `now` gives. */
  readonly atMs: number
}

/** How the channel that it came by runs and answers requests. */
export interface RehearsedChannel {
  readonly name: string
  readonly timeoutMs: number
  readonly answering: Answering | undefined
  /** What reads is really read. */
  readonly connectors: ConnectorCalls
}

export interface Rehearsal {
  readonly result: KeptResult
  /** Whether it says what the version does: nothing was cut short, and no answer was needed that nobody gave. */
  readonly isComparable: boolean
  /** Paths of the context at which calls that did not happen would have answered. */
  readonly stubbed: readonly string[]
}

/** Calls of one run; a run with more of them is not compared. */
const MAX_CALLS = 1000

const SILENT: TaskLog = { enabled: () => false, write: () => undefined }

/** A version that runs without doing anything: what writes is stubbed, nothing is logged. Runs one request at a time. */
export class StubbedVersion {
  readonly version: number
  readonly workflow: CompiledWorkflow
  readonly #needs: RehearsalNeeds
  readonly #time: StoppedClock

  constructor(version: number, workflow: CompiledWorkflow, time: StoppedClock, needs: RehearsalNeeds) {
    this.version = version
    this.workflow = workflow
    this.#time = time
    this.#needs = needs
  }

  /** As a channel would have run and answered it, but within `timeoutMs`. */
  async rehearse(
    request: Rehearsed,
    channel: RehearsedChannel,
    timeoutMs: number,
    control = new RunStop(),
  ): Promise<Rehearsal> {
    const { limits, clock, maxResultBytes } = this.#needs
    const { id, payload, metadata, atMs } = request
    this.#time.nowMs = atMs
    const message = createMessage({ id, payload, metadata: { ...metadata } })
    const stubs = new CallRecord(doneWithoutAnswer, MAX_CALLS)
    const running = runWorkflows([this.workflow], message, {
      clock: this.#time,
      log: SILENT,
      invalidate: () => [],
      messageOpsBudget: limits.messageOpsBudget,
      capture: false,
      channel: channel.name,
      connectors: channel.connectors,
      deadlineAt: clock.monotonic() + timeoutMs,
      control,
      stubs,
    })
    const ended = running instanceof Promise ? await withinDeadline(running, timeoutMs, control) : running
    const written =
      failureOf(ended, channel) ?? writeAnswer(channel.answering, this.version, message, maxResultBytes)
    const stubbed = [...new Set(stubs.calls.flatMap(({ output }) => output ?? []))]
    return {
      result: keptResult(message, written, maxResultBytes),
      isComparable: !isCutShort(ended, message) && stubs.omitted === 0 && !this.#needsAny(stubbed),
      stubbed,
    }
  }

  #needsAny(outputs: readonly string[]): boolean {
    const { reads } = this.workflow
    return outputs.some(path => !path.includes('.') || mayRead(reads, path))
  }
}

/** Compiles in portions; throws VALIDATION_ERROR. */
export function* compileStubbed(definition: Workflow, needs: RehearsalNeeds): Portions<StubbedVersion> {
  const time = new StoppedClock(needs.clock)
  const functions = stubbedFunctions(needs.functions, 'writes')
  const workflow = yield* compileInPortions(definition, { functions, limits: needs.limits, clock: time })
  return new StubbedVersion(definition.version, workflow, time, needs)
}

/** What a call would have been answered is not known; where it would be is marked. */
const doneWithoutAnswer: Stubs['answer'] = ({ output }) =>
  output === undefined ? 'nothing' : { output: null }

const RAN_OUT = 'BUDGET_EXCEEDED'

/** Whether time or operations ran out, of which a rehearsal may have less, or more, than traffic. */
function isCutShort(outcome: RunOutcome, { errors }: Message): boolean {
  if (outcome.status === 'timeout') return true
  if (outcome.status === 'failed' && outcome.error.code === RAN_OUT) return true
  return errors.some(({ code }) => code === RAN_OUT)
}

const TOLD_SO = /exceeded \d+ms timeout$|^Timeout error: |[Bb]udget exceeded/

/** The same of a stored run. */
export function wasCutShort({ error_message }: KeptResult): boolean {
  return error_message !== null && TOLD_SO.test(error_message)
}
