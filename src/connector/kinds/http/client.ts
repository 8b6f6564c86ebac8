import type { Json, JsonObject } from '../../../std/json.ts'
import type { Closable } from '../kind.ts'

export const HTTP_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const
export type HttpMethod = (typeof HTTP_METHODS)[number]

/** How a body is read: by its content type, or as it is asked. */
export type ReadAs = 'auto' | 'json' | 'text' | 'base64'

/** Undefined takes away what the connector says under that name. */
export type Named = readonly (readonly [name: string, value: string | undefined])[]

/** A call as a task makes it. */
export interface HttpCall {
  readonly method: HttpMethod
  /** Below the base URL, encoded; may end in a query. Empty: the base URL as it is. */
  readonly path: string
  /** Takes the place of what the base URL and the path have under these names; names may come several times. */
  readonly query: Named
  /** Names in lower case. Takes the place of what the connector sets under these names. */
  readonly headers: Named
  readonly body: string | Uint8Array | undefined
  /** Unless a header says otherwise. */
  readonly contentType: string | undefined
  readonly timeoutMs: number
  /** Undefined: nobody looks at the body. */
  readonly readAs: ReadAs | undefined
}

export interface HttpReply {
  readonly status: number
  /** Names in lower case; cookies are a list. */
  headers(): JsonObject
  readonly body: Json
}

export interface HttpClient extends Closable {
  /** One try. Rejects with ConnectorError, also for every status that is not 2xx. */
  send(call: HttpCall, signal: AbortSignal): Promise<HttpReply>
  /** Whether there is anybody and lets us in; any answer counts that is not about credentials or a defect. */
  probe(signal: AbortSignal): Promise<string>
}
