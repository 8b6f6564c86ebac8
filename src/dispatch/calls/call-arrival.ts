import type { Arrival, Body, Facts } from '../arrival.ts'
import type { Called } from './called.ts'

interface CallArrivalOptions {
  readonly id: string
  readonly requestId: string
  /** Those of the work that came in from outside. */
  readonly facts: Facts
  readonly body: Body
  readonly called: Called
  /** Of the run that calls. */
  readonly signal: AbortSignal | undefined
  /** Milliseconds until the deadline. */
  readonly remainingMs: number
}

const NO_BYTES = new Uint8Array()

/** The longest wait that a timer can hold. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** Work that a task starts. What guards say to a client of theirs is said to nobody. Disposed of when the call is over. */
export class CallArrival implements Arrival, Disposable {
  readonly origin = 'channel_call'
  readonly asked = undefined
  readonly id: string
  readonly requestId: string
  readonly facts: Facts
  readonly called: Called
  readonly #body: Body
  readonly #signal: AbortSignal | undefined
  readonly #remainingMs: number
  #gone: AbortController | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor({ id, requestId, facts, body, called, signal, remainingMs }: CallArrivalOptions) {
    this.id = id
    this.requestId = requestId
    this.facts = facts
    this.called = called
    this.#body = body
    this.#signal = signal
    this.#remainingMs = remainingMs
  }

  async bytes(): Promise<Uint8Array> {
    return NO_BYTES
  }

  parse(): Body {
    return this.#body
  }

  idempotencyKey(): string | null {
    return this.called.idempotencyKey ?? null
  }

  /** Aborts when the run that calls is over, and at the deadline. Most calls never wait for anything, and have none. */
  gone(): AbortSignal {
    this.#gone ??= this.#open()
    return this.#gone.signal
  }

  addHeader(): void {
    // Nobody reads headers.
  }

  showLimit(): void {
    // Nor limits.
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#signal?.removeEventListener('abort', this.#abort)
  }

  readonly #abort = (): void => this.#gone?.abort()

  #open(): AbortController {
    const gone = new AbortController()
    if (this.#signal?.aborted) gone.abort()
    this.#signal?.addEventListener('abort', this.#abort, { once: true })
    this.#timer = setTimeout(this.#abort, Math.min(this.#remainingMs, MAX_TIMER_MS))
    return gone
  }
}
