import type { InvalidateNamespace } from '../channel/response-cache/invalidation.ts'
import type { ConnectorCalls } from '../connector/live/connector-calls.ts'
import type { OpsBudget } from '../expression/expression.ts'
import type { Clock } from '../std/clock.ts'
import type { CallChannel } from './channel-call.ts'
import type { EngineError } from './engine-error.ts'
import type { TaskLog } from './functions-api.ts'
import type { Context, Message } from './message.ts'
import type { Stubs } from './stubs.ts'

/** The message keeps everything that was done, whatever the outcome. */
export type RunOutcome =
  | { readonly status: 'ok' }
  | { readonly status: 'failed'; readonly error: EngineError }
  | { readonly status: 'timeout' }

/** How a run is stopped, and what it tells on its way. */
export interface RunControl {
  /** Asked between two tasks: the run ends as `timeout` when it is true. */
  readonly stopped: boolean
  /** For tasks that wait; aborts when the run is stopped. Made when it is asked for. */
  readonly signal: AbortSignal
  /** A task begins that does something which a second run would do again. */
  effectBegins(): void
}

/** Looks on while a run goes (engine-contract A13). */
export interface RunObserver {
  /** Whether it keeps messages as they were, and is told what they were before each mapping. */
  readonly keepsMessages: boolean
  /** `taskId` is null when the whole workflow was refused. `loopCounter` is there in the sweeps of a loop. */
  skipped(workflowId: string, taskId: string | null, loopCounter?: number): void
  /** A task that did not stop its workflow; `mappingContexts` is empty but for `map`. */
  executed(
    workflowId: string,
    taskId: string,
    message: Message,
    mappingContexts: readonly Context[],
    loopCounter?: number,
  ): void
  /** What ended a workflow, or a sweep of its loop, early; `taskId` is null when its own condition or its loop did. */
  ended?(workflowId: string, taskId: string | null, how: Ending, loopCounter?: number): void
}

/** A task halted or failed, a condition exhausted a budget, or the array of a loop is none. */
export type Ending = 'halted' | 'failed' | 'condition_failed' | 'loop_failed'

export interface RunOptions {
  readonly clock: Clock
  readonly log: TaskLog
  readonly invalidate: InvalidateNamespace
  /** Operations of all evaluations together. */
  readonly messageOpsBudget: number
  /** What another run has left of its own, which both spend; in place of `messageOpsBudget`. */
  readonly budget?: OpsBudget | undefined
  /** Whether the audit trail with the changes of each task is kept. */
  readonly capture: boolean
  /** Written to `metadata.channel`. */
  readonly channel?: string | undefined
  /** Rollout bucket, 0 to 99; without one every workflow admits the message. */
  readonly bucket?: number | undefined
  /** Monotonic milliseconds; the run ends as `timeout` when it is reached between two tasks. */
  readonly deadlineAt?: number | undefined
  readonly control?: RunControl | undefined
  readonly observer?: RunObserver | undefined
  /** Where calls to other systems go; without them there are none. */
  readonly connectors?: ConnectorCalls | undefined
  /** Runs other channels; without it there are none. */
  readonly call?: CallChannel | undefined
  /** Answers the calls of functions that are stubbed. */
  readonly stubs?: Stubs | undefined
}
