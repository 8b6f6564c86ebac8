import type { Claimed, Claims, Running } from '../../channel/deduplication/claims.ts'
import type { Deduplication } from '../../channel/deduplication/definition.ts'
import type { AnsweredKey, Wanted } from '../../channel/deduplication/store.ts'
import { OrionError } from '../../errors.ts'
import type { Awaitable } from '../../std/awaitable.ts'
import type { Telemetry } from '../../telemetry/telemetry.ts'
import type { Answer } from '../answer.ts'
import type { AnsweredKeys } from './answered-keys.ts'
import type { Claim, DeduplicationGuard, Replay } from './guards.ts'
import type { Request } from './request.ts'
import { fingerprintOf, fingerprintOfCall, requestKey } from './request-key.ts'
import type { StoreWatch, Watched } from './store-watch.ts'

/** Characters of a key that a refusal quotes. */
const QUOTED_CHARS = 256

interface DeduplicationNeeds {
  readonly answeredKeys: AnsweredKeys
  readonly registry: { readonly claims: Claims }
  readonly storeWatch: StoreWatch
  readonly telemetry: Telemetry
}

interface DeduplicatedChannel {
  readonly id: string
  readonly name: string
  /** Longest time from a claim to its end. */
  readonly holdMs: number
}

/** Lets one request of each idempotency key run, and answers those that come after it while its window lasts. */
export function openDeduplication(
  channel: DeduplicatedChannel,
  config: Deduplication,
  needs: DeduplicationNeeds,
): DeduplicationGuard {
  return new Deduplicator(channel, config, needs)
}

/** What a request came with. */
interface Presented {
  /** As the client sent it. */
  readonly text: string
  readonly key: string
  /** Undefined where a duplicate is refused whatever it asks for. */
  readonly fingerprint: string | undefined
}

class Deduplicator implements DeduplicationGuard {
  readonly #channelId: string
  readonly #needs: DeduplicationNeeds
  readonly #watched: Watched
  readonly #holdMs: number
  readonly #header: string
  readonly #windowMs: number
  readonly #replays: boolean
  readonly #onStoreError: NonNullable<Deduplication['on_store_error']>

  constructor({ id, name, holdMs }: DeduplicatedChannel, config: Deduplication, needs: DeduplicationNeeds) {
    this.#channelId = id
    this.#holdMs = holdMs
    this.#needs = needs
    this.#watched = { channel: name, guard: 'deduplication' }
    this.#header = config.header.toLowerCase()
    this.#windowMs = (config.window_secs ?? 300) * 1000
    this.#replays = config.on_duplicate === 'replay'
    this.#onStoreError = config.on_store_error ?? 'deny'
  }

  claim(request: Request, bytes: Uint8Array): Awaitable<Claim | Replay | undefined> {
    const { arrival, auth } = request
    const text = arrival.idempotencyKey(this.#header)
    if (text === null || text.trim() === '') return undefined
    const key = requestKey(this.#channelId, auth, text, arrival.origin)
    const fingerprint = this.#replays ? printOf(request, bytes) : undefined
    const presented: Presented = { text, key, fingerprint }
    // Claimed before the store is asked, so that nobody comes in between.
    const claimed = this.#needs.registry.claims.take(key, fingerprint)
    if (claimed.kind === 'running') throw this.#refusal(runningError(presented, claimed.fingerprint))
    const decided = (known: AnsweredKey | Running | undefined) => {
      if (known === undefined) return this.#claimOf(presented, claimed)
      claimed.release()
      if ('kind' in known) throw this.#refusal(runningError(presented, known.fingerprint))
      return this.#answered(presented, known, request)
    }
    const failed = (error: unknown): never => {
      claimed.release()
      this.#needs.answeredKeys.release(this.#channelId, key)
      throw error
    }
    let known: Awaitable<AnsweredKey | Running | undefined>
    try {
      known = this.#find(presented)
    } catch (error) {
      return failed(error)
    }
    return known instanceof Promise ? known.then(decided, failed) : decided(known)
  }

  #find({ key, fingerprint }: Presented): Awaitable<AnsweredKey | Running | undefined> {
    const { answeredKeys } = this.#needs
    const wanted = { fingerprint, holdMs: this.#holdMs }
    if (answeredKeys.isFailing) return this.#findMeanwhile(key, wanted)
    const unstored = answeredKeys.findUnstored(this.#channelId, key)
    return unstored ?? this.#asked(() => answeredKeys.find(this.#channelId, key, wanted))
  }

  /** A store that takes no keys may still know some. That it does is no sign that it is well again. */
  async #findMeanwhile(key: string, wanted: Wanted): Promise<AnsweredKey | Running | undefined> {
    const { answeredKeys } = this.#needs
    const unstored = answeredKeys.findUnstored(this.#channelId, key)
    const find = async () => answeredKeys.find(this.#channelId, key, wanted)
    return unstored ?? (await find().catch(nothing)) ?? this.#asked(() => answeredKeys.admit())
  }

  /** While the store fails, `local` and `allow` go on with what this process remembers. */
  #asked<Value>(ask: () => Awaitable<Value | undefined>): Awaitable<Value | undefined> {
    return this.#needs.storeWatch.guard(this.#watched, ask, this.#onStoreError, nothing, nothing)
  }

  #claimOf({ key, fingerprint }: Presented, claimed: Claimed): Claim {
    let isAnswered = false
    return {
      kind: 'claim',
      finish: async answer => {
        isAnswered = true
        try {
          await this.#remember(key, fingerprint, answer)
        } finally {
          claimed.release()
        }
      },
      release: () => {
        claimed.release()
        if (!isAnswered) this.#needs.answeredKeys.release(this.#channelId, key)
      },
    }
  }

  #remember(key: string, fingerprint: string | undefined, answer: Answer): Awaitable<undefined> {
    const first = fingerprint === undefined ? undefined : { fingerprint, answer }
    const answered = { channelId: this.#channelId, key, first }
    return this.#asked<undefined>(() =>
      this.#needs.answeredKeys.remember(answered, this.#windowMs).then(nothing),
    )
  }

  #answered({ text, fingerprint }: Presented, { first }: AnsweredKey, { arrival }: Request): Replay {
    if (fingerprint === undefined || first === undefined) {
      throw this.#refusal(
        new OrionError('CONFLICT', `Duplicate request: idempotency key '${quoted(text)}' already seen`),
      )
    }
    if (first.fingerprint !== fingerprint) throw this.#refusal(reusedError(text))
    this.#needs.telemetry.counters.increment('duplicate')
    arrival.addHeader('idempotent-replayed', 'true')
    return { kind: 'replay', answer: first.answer }
  }

  #refusal(error: OrionError): OrionError {
    this.#needs.telemetry.counters.increment('duplicate')
    return error
  }
}

function printOf({ arrival, data }: Request, bytes: Uint8Array): string {
  return arrival.origin === 'http' ? fingerprintOf(arrival.facts, bytes) : fingerprintOfCall(data)
}

function runningError({ text, fingerprint }: Presented, running: string | undefined): OrionError {
  if (fingerprint !== undefined && running !== undefined && fingerprint !== running) return reusedError(text)
  const message = `Duplicate request: the first request with idempotency key '${quoted(text)}' is still running`
  return new OrionError('CONFLICT', message, { headers: { 'retry-after': '1' } })
}

function reusedError(text: string): OrionError {
  return new OrionError(
    'IDEMPOTENCY_KEY_REUSED',
    `Idempotency key '${quoted(text)}' belongs to another request; send this one with a key of its own`,
  )
}

function quoted(text: string): string {
  return text.slice(0, QUOTED_CHARS)
}

function nothing(): undefined {
  return undefined
}
