import type { EngineLimits } from '../../engine/functions-api.ts'
import type { Message } from '../../engine/message.ts'
import type { Reads } from '../../engine/reads.ts'
import type { RunStop } from '../../engine/run-stop.ts'
import { isObject, type Json } from '../../std/json.ts'
import { roomAfter } from '../../std/json-size.ts'
import type { Failure } from '../failure.ts'
import type { Request } from '../guards/request.ts'
import type { WrittenAnswer } from '../written-answer.ts'
import { Comparison, type ComparisonReport } from './comparison.ts'
import { keptResult } from './kept-result.ts'
import { MAX_CHARS, type ShadowQueue } from './shadow-queue.ts'
import { type Rehearsed, type RehearsedChannel, type StubbedVersion, wasCutShort } from './stubbed-version.ts'

export interface ShadowReport extends ComparisonReport {
  readonly version: number
  /** Requests that were not run because too many waited. */
  readonly skipped: number
}

/** A request that is answered, and how. */
interface Answered {
  readonly channel: RehearsedChannel
  readonly message: Message
  readonly outcome: WrittenAnswer | Failure
}

/** Longest run of a draft, unless its channel allows less. */
const SHADOW_MS = 5000
const OPS_BUDGET = 200_000
const MESSAGE_OPS_BUDGET = 1_000_000

/** What a draft may use beside traffic: no evaluation of it holds the event loop for longer than a few milliseconds. */
export function shadowLimits(limits: EngineLimits): EngineLimits {
  return {
    ...limits,
    opsBudget: Math.min(limits.opsBudget, OPS_BUDGET),
    messageOpsBudget: Math.min(limits.messageOpsBudget, MESSAGE_OPS_BUDGET),
  }
}

/** A draft that runs behind what is live, on the same requests. Counts while the draft and what is live stay as they are. */
export class Shadow implements Disposable {
  readonly draft: StubbedVersion
  readonly #queue: ShadowQueue
  readonly #maxResultBytes: number
  readonly #comparison = new Comparison()
  #skipped = 0
  #isOver = false

  constructor(draft: StubbedVersion, queue: ShadowQueue, maxResultBytes: number) {
    this.draft = draft
    this.#queue = queue
    this.#maxResultBytes = maxResultBytes
  }

  /** What of a request its draft may look at. */
  get reads(): Reads {
    return this.draft.workflow.reads
  }

  /** A request that is about to be run, as it is before that; undefined when there is no room for it. */
  take({ arrival, data, metadata }: Request): Omit<Rehearsed, 'atMs'> | undefined {
    if (this.#queue.isFull) {
      this.#skipped++
      return undefined
    }
    return { id: arrival.id, payload: data, metadata: { ...metadata } }
  }

  /** The answer of a request is given: the draft runs when there is time. */
  offer(taken: Omit<Rehearsed, 'atMs'>, answered: Answered): void {
    const { outcome } = answered
    const result = 'error' in outcome ? 0 : (outcome.result?.length ?? 0)
    const chars = result + sizeOf(taken.payload)
    const run = (control: RunStop) => this.#rehearse(taken, answered, control)
    if (!this.#queue.offer({ chars, run })) this.#skipped++
  }

  report(): ShadowReport {
    return { version: this.draft.version, ...this.#comparison.report(), skipped: this.#skipped }
  }

  [Symbol.dispose](): void {
    this.#isOver = true
  }

  async #rehearse(taken: Omit<Rehearsed, 'atMs'>, answered: Answered, control: RunStop): Promise<void> {
    if (this.#isOver) return
    const { channel, message, outcome } = answered
    try {
      const old = keptResult(message, outcome, this.#maxResultBytes)
      const timeoutMs = Math.min(SHADOW_MS, channel.timeoutMs)
      const request = { ...taken, atMs: instantOf(message) }
      const again = await this.draft.rehearse(request, channel, timeoutMs, control)
      if (!again.isComparable || wasCutShort(old)) this.#comparison.addNotComparable()
      else this.#comparison.add({ old, new: again.result, stubbed: again.stubbed })
    } catch {
      // Whatever it is, it is the draft's: traffic never hears of it.
      this.#comparison.addNotComparable()
    }
  }
}

/** Characters as JSON, as far as that matters. */
function sizeOf(payload: Json): number {
  return MAX_CHARS - Math.max(0, roomAfter(payload, MAX_CHARS))
}

/** When the run began, as far as its workflow has not written over that. */
function instantOf({ context }: Message): number {
  const { metadata } = context
  const text = isObject(metadata) ? metadata.processed_at : undefined
  const known = typeof text === 'string' ? Date.parse(text) : Number.NaN
  return Number.isNaN(known) ? 0 : known
}
