import type { TSchema } from '@sinclair/typebox'
import type { Expression, Limits } from '../expression/expression.ts'
import type { LogicMode } from '../expression/logic.ts'
import type { Json, JsonObject } from '../std/json.ts'
import type { Change, Message } from './message.ts'

/** Whether a call may be repeated after a failure of unknown outcome. */
export type RetrySafety = 'pure' | 'read' | 'idempotent_write' | 'unsafe_write'

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error'

/** What a running task may use. One value per run, not per task. */
export interface RunContext {
  readonly message: Message
  /** Aborts at the deadline of the run or when the client is gone. */
  readonly signal: AbortSignal | undefined
  /** Where writes are recorded; undefined when nobody asked for them. */
  changes: Change[] | undefined
  /** Writes a line of the `log` function; `enabled` is asked first, so that a disabled level costs nothing. */
  readonly log: TaskLog
}

export interface TaskLog {
  enabled(level: LogLevel): boolean
  write(level: LogLevel, line: string): void
}

/** HTTP-like status of a task (A5); 299 halts this workflow; `'skip'` leaves no trace of the task. */
export type TaskStatus = number | 'skip'

/** A task ready to run. A synchronous function answers at once, so that a run without I/O never waits. Throws FunctionError. */
export type Task = (run: RunContext) => TaskStatus | Promise<TaskStatus>

/** Compiles logic with the limits of this engine; throws ExpressionError. */
export interface CompileContext {
  logic(rule: Json, mode?: LogicMode): Expression
  readonly limits: Limits
}

/** One function of workflows: schema, words, example, code. Docs, checks and the API derive from it. */
export interface FunctionDescriptor {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly category: 'data' | 'control' | 'utility' | 'connector' | 'compute'
  readonly summary: string
  /** Input of the task; fields that hold expressions are declared with `Logic()`. */
  readonly input: TSchema
  readonly example: { input: JsonObject; payload?: Json; data?: JsonObject; result: JsonObject }
  readonly retrySafety: RetrySafety
  /** `input` has passed the schema. Called when a snapshot is built. */
  compile(input: never, context: CompileContext): Task
}
