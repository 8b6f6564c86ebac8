import { takeResponse } from '../../channel/response/written-response.ts'
import { CallError } from '../../engine/call-error.ts'
import type { CallingRun, ChannelCall } from '../../engine/channel-call.ts'
import { OrionError } from '../../errors.ts'
import type { Clock } from '../../std/clock.ts'
import { EARLY_MS } from '../../std/early-timer.ts'
import type { Json } from '../../std/json.ts'
import { nextTurn, TURN_MS } from '../../std/next-turn.ts'
import type { Answer } from '../answer.ts'
import type { Arrival, Facts } from '../arrival.ts'
import type { Caller } from '../guards/caller.ts'
import type { ChannelRuntime, Channels } from '../snapshot.ts'
import { CallArrival } from './call-arrival.ts'
import { extendedChain } from './call-chain.ts'
import { callFailure } from './call-failure.ts'
import type { Deadline } from './called.ts'
import { keptData } from './kept-data.ts'

/** The run that calls, as dispatch knows it. */
export interface Origin {
  /** Those of the snapshot that it began with. */
  readonly channels: Channels
  /** Names of channels, from the one where the work came in to its own. */
  readonly chain: readonly string[]
  readonly requestId: string
  readonly facts: Facts
  readonly caller: Caller | undefined
  readonly masks: ReadonlySet<string>
  readonly deadline: Deadline
  /** A task of a called channel does something which a second run would do again. */
  effectBegins(): void
}

/** Calls of one run, whatever it calls. Rejects with CallError, or with EngineError when the operations of the tree are spent. */
export type Call = (from: Origin, asked: ChannelCall, run: CallingRun) => Promise<Json>

export interface CallLimits {
  /** Channels that call each other, beside the one where the work came in. */
  readonly maxDepth: number
  readonly defaultTimeoutMs: number
}

export interface CallNeeds {
  readonly dispatch: (channel: ChannelRuntime, arrival: Arrival) => Promise<Answer>
  readonly clock: Clock
  readonly newId: () => string
  readonly limits: CallLimits
}

/** Sends the calls of tasks through the door of all work. */
export function openCalls(needs: CallNeeds): Call {
  const { clock, limits, newId } = needs
  const rest = rests(clock)
  return async (from, asked, run) => {
    const chain = extendedChain(from.chain, asked.channel, limits.maxDepth)
    const target = targetOf(from.channels, asked)
    await rest()
    const nowMs = clock.monotonic()
    const deadline = earlier(from.deadline, callDeadline(asked, nowMs, limits))
    if (run.signal?.aborted) {
      throw new CallError('SERVICE_UNAVAILABLE', `channel_call to '${target.name}': nobody waits for it`)
    }
    using arrival = new CallArrival({
      id: newId(),
      requestId: from.requestId,
      facts: from.facts,
      body: { payload: asked.data, metadata: run.message.context.metadata },
      called: {
        chain,
        parentId: run.message.id,
        caller: from.caller,
        masks: union(from.masks, target.masks),
        idempotencyKey: asked.idempotencyKey,
        deadline,
        budget: run.budget,
        effectBegins: () => from.effectBegins(),
      },
      signal: run.signal,
      remainingMs: deadline.at - nowMs,
    })
    try {
      return resultOf(target, await needs.dispatch(target, arrival))
    } catch (error) {
      if (!(error instanceof OrionError)) throw error
      // Whatever could not be waited for until then.
      const isLate = clock.monotonic() + EARLY_MS >= deadline.at && error.code === 'SERVICE_UNAVAILABLE'
      throw isLate ? deadline.failure().error : callFailure(target, error)
    }
  }
}

/** Calls that wait for nothing follow each other without a turn for others; now and then they rest for one. */
function rests(clock: Clock): () => Promise<void> | undefined {
  let turnBeganMs = clock.monotonic()
  return () => {
    if (clock.monotonic() - turnBeganMs < TURN_MS) return undefined
    return nextTurn().then(() => {
      turnBeganMs = clock.monotonic()
    })
  }
}

function targetOf(channels: Channels, { channel: name, idempotencyKey }: ChannelCall): ChannelRuntime {
  const target = channels.get(name)
  if (target === undefined) {
    throw new CallError('NOT_FOUND', `channel_call to '${name}': channel not found or not active`)
  }
  if (idempotencyKey !== undefined && target.guards.deduplication === undefined && !target.quarantine) {
    throw new CallError(
      'VALIDATION_ERROR',
      `channel_call to '${name}': the channel has no deduplication, so that an idempotency_key means nothing`,
    )
  }
  return target
}

function callDeadline({ channel, timeoutMs }: ChannelCall, nowMs: number, limits: CallLimits): Deadline {
  const limitMs = timeoutMs ?? limits.defaultTimeoutMs
  return {
    at: nowMs + limitMs,
    failure() {
      const text = `channel_call to '${channel}' timed out after ${limitMs}ms`
      return { error: new CallError('TIMEOUT_ERROR', text), text }
    },
  }
}

function earlier(one: Deadline, other: Deadline): Deadline {
  return other.at < one.at ? other : one
}

function union(some: ReadonlySet<string>, others: ReadonlySet<string>): ReadonlySet<string> {
  if (some.size === 0) return others
  return others.size === 0 ? some : new Set([...some, ...others])
}

/** The `data` of the run, or of the one that had the same idempotency key; without what it says of an answer over HTTP. */
function resultOf({ answering }: ChannelRuntime, answer: Answer): Json {
  const whole = answer.data ?? keptData(answer)
  return answering?.rules === undefined ? whole : (takeResponse(whole)?.rest ?? whole)
}
