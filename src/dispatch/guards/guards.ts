import type { Awaitable } from '../../std/awaitable.ts'
import type { JsonObject } from '../../std/json.ts'
import type { Answer } from '../answer.ts'
import type { Arrival, Body } from '../arrival.ts'
import type { Caller } from './caller.ts'
import type { Request } from './request.ts'

/** What stands before the workflow of a channel, in the order in which it is asked; what is not declared is undefined. */
export interface Guards {
  readonly rateLimit: RateLimitGuard | undefined
  readonly auth: AuthGuard | undefined
  readonly principalRateLimit: PrincipalRateLimitGuard | undefined
  readonly origin: OriginGuard | undefined
  readonly requestSchema: ValidationGuard | undefined
  readonly validation: ValidationGuard | undefined
  readonly deduplication: DeduplicationGuard | undefined
  readonly cache: CacheGuard | undefined
  readonly backpressure: BackpressureGuard | undefined
}

export interface RateLimitGuard {
  /** Whether the key depends on the body, which is then read first. */
  readonly readsBody: boolean
  /** Throws RATE_LIMITED, or SERVICE_UNAVAILABLE when its store fails. */
  admit(arrival: Arrival, body: Body | undefined): Awaitable<void>
}

export interface AuthGuard {
  /** Who asks; undefined is nobody. `bytes` are the body as it was sent. Throws UNAUTHORIZED or FORBIDDEN. */
  verify(arrival: Arrival, bytes: Uint8Array): Awaitable<Caller | undefined>
}

export interface PrincipalRateLimitGuard {
  /** Throws RATE_LIMITED, or SERVICE_UNAVAILABLE when its store fails. */
  admit(arrival: Arrival, auth: JsonObject | undefined): Awaitable<void>
}

export interface OriginGuard {
  /** Throws FORBIDDEN. */
  check(arrival: Arrival): void
}

export interface ValidationGuard {
  /** Throws BAD_REQUEST or VALIDATION_ERROR. */
  check(request: Request): void
}

export interface DeduplicationGuard {
  /**
   * Claims the idempotency key of a request; undefined when it has none. Throws CONFLICT, IDEMPOTENCY_KEY_REUSED, or
   * SERVICE_UNAVAILABLE when its store fails.
   */
  claim(request: Request, bytes: Uint8Array): Awaitable<Claim | Replay | undefined>
}

/** The right to run a request with this key, until `finish` is settled or `release` is called. */
export interface Claim {
  readonly kind: 'claim'
  /**
   * The request is answered: its key is remembered, and claimed no more. What is stored for that is given to the store
   * in this turn of the event loop. Rejects with SERVICE_UNAVAILABLE when it cannot be, and the channel wants no answer
   * that may be forgotten.
   */
  finish(answer: Answer): Promise<void>
  /** Nothing was done: another request may have the key. Behind `finish` it means nothing. */
  release(): void
}

/** What the first request with this key was answered. */
export interface Replay {
  readonly kind: 'replay'
  readonly answer: Answer
}

export interface CacheGuard {
  /** Throws SERVICE_UNAVAILABLE when its store fails and the channel wants that. Says on the arrival what came of it. */
  lookup(request: Request): Awaitable<CacheHit | CacheMiss | undefined>
}

export interface CacheHit {
  readonly kind: 'hit'
  readonly answer: Answer
}

/** A request whose answer is to be kept. Settled exactly once. */
export interface CacheMiss {
  readonly kind: 'miss'
  /** Keeps what may be kept; `isClean`: the run met no error. Never throws. */
  store(answer: Answer, isClean: boolean): Awaitable<void>
  /** The run gave nothing to keep. */
  abandon(): void
}

export interface BackpressureGuard {
  /** A place to run in. Throws, or rejects with, SERVICE_UNAVAILABLE. */
  enter(arrival: Arrival): Awaitable<Permit>
}

export interface Permit {
  release(): void
}
