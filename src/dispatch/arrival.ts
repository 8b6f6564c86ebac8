import type { Json, JsonObject } from '../std/json.ts'
import type { Called } from './calls/called.ts'
import type { Offers } from './offers.ts'

/** How work gets to a channel. */
export type WayIn = 'http' | 'channel_call'

/** Work that comes in, whatever the way, before its body is read. */
export interface Arrival {
  readonly origin: WayIn
  /** UUID v7: names the message and its trace. */
  readonly id: string
  /** What the caller may quote; errors tell it. */
  readonly requestId: string
  readonly facts: Facts
  /** What the request asks for beside its answer; a channel grants what it offers. */
  readonly asked: Offers | undefined
  /** What a task that started it says with it; undefined for what comes from outside. */
  readonly called?: Called | undefined
  /** The key under which it is done once; `header` is where requests have theirs. Null or blank is none. */
  idempotencyKey(header: string): string | null
  /** The body as it was sent. Rejects with PAYLOAD_TOO_LARGE, or BAD_REQUEST when it ends too early. */
  bytes(): Promise<Uint8Array>
  /** The body as a channel reads it. Throws, or rejects with, BAD_REQUEST, VALIDATION_ERROR, UNSUPPORTED_MEDIA_TYPE, NUMBER_OUT_OF_RANGE. */
  parse(bytes: Uint8Array, mode: BodyMode): Body | Promise<Body>
  /** Aborts when nobody waits for the answer any more; undefined when that cannot be known. */
  gone(): AbortSignal | undefined
  /** Puts a header on the answer, whatever it will be. */
  addHeader(name: string, value: string): void
  /** Tells on the answer, whatever it will be, how a limit stands; of several the one with the least left. */
  showLimit(limit: ShownLimit): void
}

/** What a caller learns of a limit that it is counted by. */
export interface ShownLimit {
  /** Requests that may come at once. */
  readonly limit: number
  /** Requests that are left now. */
  readonly remaining: number
  /** Seconds until all are. */
  readonly resetSecs: number
}

export type BodyMode = 'envelope' | 'payload' | 'auto'

/** What a message consists of. */
export interface Body {
  readonly payload: Json
  /** The caller's own, as it came; absent is undefined. */
  readonly metadata: Json | undefined
}

/** What is known of a request without its body. Each is worked out when it is asked for. */
export interface Facts {
  /** Address of the caller: the peer's, or what a trusted proxy says. */
  clientIp(): string
  readonly method: string
  /** Undecoded. */
  readonly path: string
  /** Raw value of one header, by lower-case name; credentials are as they came. */
  header(name: string): string | null
  /** Every header by lower-case name, `x-request-id` as the server uses it; credentials are as they came. */
  headers(): JsonObject
  /** Raw query without `?`; empty when there is none. */
  readonly rawQuery: string
  /** By name; the last value of a name wins. Empty when there is none. */
  query(): JsonObject
  /** Decoded values of the route's parameters; undefined when it has none. */
  readonly params: Readonly<Record<string, string>> | undefined
}
