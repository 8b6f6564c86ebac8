import type { Static, TObject, TSchema } from '@sinclair/typebox'
import type { Principal } from '../auth/principal.ts'
import type { ErrorCode } from '../errors.ts'
import type { Exchange } from './exchange.ts'
import { readQuery } from './query.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What a handler may use of the request that it answers. */
export interface Call {
  readonly exchange: Exchange
  /** Decoded once. */
  readonly params: Readonly<Record<string, string>>
  /** The parsed JSON of a route that declares a body, otherwise undefined. */
  readonly body: unknown
  readonly by: Principal
}

/** An answer: a value to write as JSON, JSON text as it is, or (docs page) a whole response. */
export type Reply =
  | { status: number; body: unknown }
  | { status: number; json: string }
  | { status: 204 }
  | Response

/** What the OpenAPI document says of a route; the checks at the door use the same schemas. */
interface RouteDoc {
  readonly operationId: string
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly body?: TSchema
  /** Answers that are no errors, by status. */
  readonly answers: Readonly<Record<number, { description: string; schema?: TSchema }>>
  readonly errors: readonly ErrorCode[]
}

/** One operation as the document shows it. */
export interface DescribedRoute extends RouteDoc {
  readonly method: Method
  /** From the root, parameters as `{name}`. */
  readonly path: string
  readonly query?: TObject
  /** Left out of the OpenAPI document. */
  readonly hidden?: boolean
}

/** One operation of the control plane; router, checks, `Allow` and OpenAPI derive from it. */
export interface Route extends DescribedRoute {
  /** Longest body, where it may be longer than others; in bytes. */
  readonly maxBodyBytes?: number
  run(call: Call): Reply | Promise<Reply>
}

type RouteSource<Query extends TObject> = Omit<Route, 'query' | 'run'> & {
  readonly query?: Query
  run(call: Call, query: Static<Query>): Reply | Promise<Reply>
}

/** A route whose handler gets its query parameters checked and typed. */
export function route<Query extends TObject>(source: RouteSource<Query>): Route {
  const { query, run, ...rest } = source
  if (query === undefined) return { ...rest, run: call => run(call, {}) }
  return { ...rest, query, run: call => run(call, readQuery(query, call.exchange.query)) }
}
