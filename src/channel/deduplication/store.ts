import type { Awaitable } from '../../std/awaitable.ts'
import type { Running } from './claims.ts'

/** An idempotency key whose request is answered. */
export interface AnsweredKey {
  readonly channelId: string
  /** Hash of what the client sent and of whoever it was, hex. */
  readonly key: string
  /** Undefined where the answer is not given again. */
  readonly first: FirstAnswer | undefined
  /** Milliseconds since the Unix epoch; not remembered from then on. */
  readonly expiresAtMs: number
}

/** What the first request with a key was answered. */
export interface FirstAnswer {
  /** Hash of that request, hex. */
  readonly fingerprint: string
  readonly answer: KeptAnswer
}

interface KeptAnswer {
  readonly status: number
  readonly body: string
  /** Undefined is JSON. */
  readonly contentType: string | undefined
  readonly headers: readonly (readonly [name: string, value: string])[] | undefined
  readonly workflowVersion: number | null
}

/** Remembers answered keys. Whatever it throws, or rejects with, is a failure of the store. */
export interface KeyStore {
  find(channelId: string, key: string, nowMs: number): Awaitable<AnsweredKey | undefined>
  /** Resolves when the key outlives a killed process, if the store does. A key is remembered once at a time. */
  remember(key: AnsweredKey, nowMs: number): Awaitable<void>
  /** Removes some of what has expired, in as little time as a turn of the event loop has; false when nothing is left of it. */
  removeExpired(nowMs: number): Awaitable<boolean>
}

/** What a request claims its key with. */
export interface Wanted {
  /** Hash of the request, hex; undefined where it does not matter. */
  readonly fingerprint: string | undefined
  /** Longest time until it is answered: who holds the key for longer is gone. */
  readonly holdMs: number
}

/** A store that several servers share, so that it is told of running requests, too. */
export interface SharedKeyStore extends KeyStore {
  /** Undefined: the key is this request's own, until it is remembered, released, or held for too long. */
  claim(channelId: string, key: string, wanted: Wanted): Promise<AnsweredKey | Running | undefined>
  /** Another request may have the key. Does nothing for one that was remembered. */
  release(channelId: string, key: string): Promise<void>
}

export function isShared(store: KeyStore): store is SharedKeyStore {
  return 'claim' in store
}
