import type { CallError } from '../../engine/call-error.ts'
import type { OpsBudget } from '../../expression/expression.ts'
import type { Caller } from '../guards/caller.ts'

/** What work brings along that a task of another channel started. No caller has a way to forge any of it. */
export interface Called {
  /** Names of channels, from the one where the work came in to the one that is called. */
  readonly chain: readonly string[]
  /** Id of the message whose task calls. */
  readonly parentId: string
  /** Who was verified where the work came in; undefined is nobody. */
  readonly caller: Caller | undefined
  /** Headers with credentials of all channels on the way, lower-case. */
  readonly masks: ReadonlySet<string>
  /** What the task says; undefined is none. */
  readonly idempotencyKey: string | undefined
  readonly deadline: Deadline
  /** What is left for the whole tree of calls. */
  readonly budget: OpsBudget
  /** A task begins that does something which a second run would do again. */
  effectBegins(): void
}

/** When nobody waits for an answer any more, and what is said then. */
export interface Deadline {
  /** Monotonic milliseconds. */
  readonly at: number
  failure(): { readonly error: CallError; readonly text: string }
}
