import type { CorsPolicy } from '../channel/cors/policy.ts'
import type { Answer, Header } from '../dispatch/answer.ts'
import type { ShownLimit } from '../dispatch/arrival.ts'
import type { OrionError } from '../errors.ts'

/** One request on its way through the server: what both planes need to answer it. */
export interface Exchange {
  /** UUID v7; message and trace of a run have it, too. */
  readonly id: string
  /** `x-request-id` of the client, or `id`. */
  readonly requestId: string
  /** Monotonic milliseconds at arrival. */
  readonly startedMs: number
  readonly method: string
  /** Raw path, undecoded, without the query. */
  readonly path: string
  /** Raw query without `?`; empty when there is none. */
  readonly query: string
  /** Pattern of the route that took the request (never raw input); the plane sets it for the access line. */
  route: string | undefined
  /** Bytes of the answer's body; `answer.ts` sets it for the access line. */
  responseLength: number | undefined
  /** Which web pages may read the answer: the server's word until a channel with one of its own takes the request. */
  cors: CorsPolicy
  /** Headers beside those that every answer carries, put on whatever is answered. */
  readonly extraHeaders: readonly Header[] | undefined
  addHeader(name: string, value: string): void
  /** How errors are told by the channel that the request has come to; undefined is as everywhere. */
  tellError?: ((error: OrionError) => Answer) | undefined
  /** The limit that the answer tells of. */
  readonly shownLimit: ShownLimit | undefined
  /** Of several limits the one with the least left is told. */
  showLimit(limit: ShownLimit): void
  /** Address of the caller: the peer's, or what a trusted proxy says. */
  clientIp(): string
  /** Socket address of the peer, asked only when needed; undefined when there is no socket. */
  peer(): string | undefined
}

/** One side of the server: answers a request with the exchange that the edge made for it. May throw. */
export type Plane = (request: Request, exchange: Exchange) => Response | Promise<Response>
