import type { OpsBudget } from '../expression/expression.ts'
import type { Json } from '../std/json.ts'
import { CallError } from './call-error.ts'
import type { Message } from './message.ts'

/** A channel as a task calls it. */
export interface ChannelCall {
  /** Its name. */
  readonly channel: string
  /** Its payload. */
  readonly data: Json
  /** How long the call may take; undefined: as long as the server says. */
  readonly timeoutMs: number | undefined
  /** Makes the called channel do its work once; undefined: it is done each time. */
  readonly idempotencyKey: string | undefined
}

/** What a channel that is called has of the run that calls it. */
export interface CallingRun {
  readonly message: Message
  readonly signal: AbortSignal | undefined
  /** Both spend the same operations. */
  readonly budget: OpsBudget
  /** Monotonic milliseconds: the end of the run. */
  readonly deadlineAt: number
}

/** Gives the whole `data` that the run of the called channel ended with. Rejects with CallError, or with EngineError when the operations of both are spent. */
export type CallChannel = (call: ChannelCall, run: CallingRun) => Promise<Json>

/** For runs that reach no channel. */
export const NO_CHANNELS: CallChannel = ({ channel }) =>
  Promise.reject(
    new CallError(
      'NOT_FOUND',
      `channel_call to '${channel}': there are no channels here; test the workflow on a server, or give the call a stub`,
    ),
  )
