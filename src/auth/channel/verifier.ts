import type { Awaitable } from '../../std/awaitable.ts'
import type { JsonObject } from '../../std/json.ts'

/** The headers of a request. */
export interface Presented {
  /** Value of a header, by lower-case name. */
  header(name: string): string | null
}

/** The check of one channel's callers; everything that can be prepared is. */
export interface Verifier {
  /** Headers that carry what is secret or could be replayed, lower-case. */
  readonly credentialHeaders: readonly string[]
  /** What a caller without the rights is challenged with. */
  readonly insufficient: string
  /**
   * `body` is what was sent, byte for byte; `nowMs` counts from the Unix epoch. A promise where keys have to be fetched
   * first; rejects with SERVICE_UNAVAILABLE when they cannot be.
   */
  verify(presented: Presented, body: Uint8Array, nowMs: number): Awaitable<Verdict>
}

export type Verdict = Verified | Nobody | Refused

export interface Verified {
  readonly kind: 'verified'
  /** `{mode, ...}`: all that is known of the caller; an object of its own. */
  readonly identity: JsonObject
}

/** Nothing was presented, and nothing is required. */
export interface Nobody {
  readonly kind: 'nobody'
}

export interface Refused {
  readonly kind: 'refused'
  /** Value of `WWW-Authenticate` (RFC 9110, 11.6.1). */
  readonly challenge: string
}

export const NOBODY: Nobody = { kind: 'nobody' }
