import type { TSchema } from '@sinclair/typebox'
import type { InvalidateNamespace } from '../channel/response-cache/invalidation.ts'
import type { ConnectorCalls } from '../connector/live/connector-calls.ts'
import type { Detail } from '../errors.ts'
import type { Expression, OpsBudget } from '../expression/expression.ts'
import type { LogicMode } from '../expression/logic.ts'
import type { Clock } from '../std/clock.ts'
import type { Json, JsonObject } from '../std/json.ts'
import type { WorkflowLimits } from '../workflow/limits.ts'
import type { Touch } from '../workflow/touch.ts'
import type { CallChannel } from './channel-call.ts'
import type { Effect } from './effect.ts'
import type { HiddenTexts } from './hidden-texts.ts'
import type { Change, Context, Message } from './message.ts'
import type { Notes } from './notes.ts'
import type { OwnContainers } from './own-containers.ts'
import type { Stubs } from './stubs.ts'

/** Whether a call may be repeated after a failure of unknown outcome. */
export type RetrySafety = 'pure' | 'read' | 'idempotent_write' | 'unsafe_write'

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error'

/** What a running task may use. One value per run, not per task. */
export interface RunContext {
  readonly message: Message
  /** Aborts at the deadline of the run or when the client is gone. */
  readonly signal: AbortSignal | undefined
  readonly clock: Clock
  /** What is left for all evaluations of this message. */
  readonly budget: OpsBudget
  /** Lists and objects that only the context of this run holds. */
  readonly own: OwnContainers
  /** Where writes are recorded; undefined when nobody asked for them. */
  readonly changes: Change[] | undefined
  /** Where `map` leaves the context before each mapping; undefined when nobody asked for it. */
  readonly mappingContexts: Context[] | undefined
  /** Writes a line of the `log` function; `enabled` is asked first, so that a disabled level costs nothing. */
  readonly log: TaskLog
  /** Drops the cached answers of a namespace. */
  readonly invalidate: InvalidateNamespace
  /** What makes the task fail with a status. */
  readonly notes: Notes
  /** Where calls to other systems go. */
  readonly connectors: ConnectorCalls
  /** Runs other channels. */
  readonly call: CallChannel
  /** Name of the channel whose run it is. */
  readonly channel: string
  /** Monotonic milliseconds: the end of the run. */
  readonly deadlineAt: number
  /** What of the input of the task that runs nobody may see; undefined for most tasks. */
  hidden: HiddenTexts | undefined
  /** Answers calls that do not happen; undefined in a run that does everything. */
  readonly stubs: Stubs | undefined
  /**
   * Asked between the steps of a task that may take long: undefined to go on, a promise to wait for first, or `'end'`
   * to give up because the time of the run is over; then it does not matter what the task answers.
   */
  pause(): Promise<void> | 'end' | undefined
}

export interface TaskLog {
  enabled(level: LogLevel): boolean
  write(level: LogLevel, line: string): void
}

/** HTTP-like status of a task (A5); 299 halts this workflow; `'skip'` leaves no trace of the task. */
export type TaskStatus = number | 'skip'

/** A task ready to run. A synchronous function answers at once, so that a run without I/O never waits. Throws EngineError. */
export type Task = (run: RunContext) => TaskStatus | Promise<TaskStatus>

export interface EngineLimits extends WorkflowLimits {
  /** Operations of all evaluations of one message. */
  messageOpsBudget: number
  /** Nulls that one write may add to an array before its index. */
  maxArrayPadding: number
}

/** Compiles logic with the limits of this engine; throws ExpressionError. */
export interface CompileContext {
  logic(rule: Json, mode?: LogicMode): Expression
  /** The same with `******` for each secret that it names, for who shows the result. */
  shownLogic(rule: Json, mode?: LogicMode): Expression
  /** Declares a context path that the task reads other than through logic. */
  reads(path: string): void
  /** Declares a channel that the task calls. */
  calls(channel: string): void
  readonly limits: EngineLimits
  /** Of the task whose input is compiled. */
  readonly taskId: string
}

/** One function of workflows: schema, words, example, code. Docs, checks and the API derive from it. */
export interface FunctionDescriptor {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly category: 'data' | 'control' | 'utility' | 'connector' | 'compute'
  readonly summary: string
  /** Input of the task; fields that hold expressions are declared with `Logic()`. */
  readonly input: TSchema
  /** Every problem of an input but for logic that does not compile; paths are those in the input. */
  problems(input: Json): readonly Detail[]
  /** One run of one task; `result` is the `data` afterwards, `answer` what the far side of a connector gives. */
  readonly example: {
    input: JsonObject
    payload?: Json
    data?: JsonObject
    answer?: Json
    result: JsonObject
  }
  /** Of any call; the worst where calls differ. */
  readonly retrySafety: RetrySafety
  /** Of a call with this input, where calls differ; `input` need not fit the schema. */
  retrySafetyOf?(input: Json): RetrySafety
  /** Whether it does nothing elsewhere itself, but starts what tells when it does. */
  readonly tellsEffect?: boolean
  /** What a call does beside its expressions, in order, for lint; `input` need not fit the schema. */
  touches?(input: JsonObject): readonly Touch[]
  /** What a call can touch outside of its message; `input` need not fit the schema. */
  effects?(input: JsonObject): readonly Effect[]
  /** Called when a snapshot is built. Throws VALIDATION_ERROR for input that does not fit, ExpressionError for logic. */
  compile(input: Json, context: CompileContext): Task
}

/** The functions of one engine, by name or alias. */
export interface FunctionTable {
  find(name: string): FunctionDescriptor | undefined
  /** Names and aliases, in the order of the list. */
  readonly names: readonly string[]
  /** Functions of the reference that this version does not have. */
  readonly unavailable: readonly string[]
}
