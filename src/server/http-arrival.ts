import type { Arrival, Body, BodyMode, Facts, ShownLimit } from '../dispatch/arrival.ts'
import type { Offers } from '../dispatch/offers.ts'
import { type JsonObject, setOwn } from '../std/json.ts'
import { readBody } from './body.ts'
import type { Exchange } from './exchange.ts'
import { readMessage } from './message-body.ts'

export interface HttpArrivalOptions {
  readonly params: Readonly<Record<string, string>> | undefined
  readonly asked: Offers | undefined
  /** Bytes that the request declares; undefined when it declares none. */
  readonly declaredBytes: number | undefined
  readonly maxBodyBytes: number
}

/** A request over HTTP on its way to a channel. */
export class HttpArrival implements Arrival, Facts {
  readonly origin = 'http'
  readonly params: Readonly<Record<string, string>> | undefined
  readonly asked: Offers | undefined
  readonly #request: Request
  readonly #exchange: Exchange
  readonly #declaredBytes: number | undefined
  readonly #maxBodyBytes: number
  #headers: JsonObject | undefined
  #query: JsonObject | undefined

  constructor(request: Request, exchange: Exchange, options: HttpArrivalOptions) {
    this.#request = request
    this.#exchange = exchange
    this.params = options.params
    this.asked = options.asked
    this.#declaredBytes = options.declaredBytes
    this.#maxBodyBytes = options.maxBodyBytes
  }

  get id(): string {
    return this.#exchange.id
  }

  get requestId(): string {
    return this.#exchange.requestId
  }

  get facts(): Facts {
    return this
  }

  get method(): string {
    return this.#exchange.method
  }

  get path(): string {
    return this.#exchange.path
  }

  get rawQuery(): string {
    return this.#exchange.query
  }

  clientIp(): string {
    return this.#exchange.clientIp()
  }

  header(name: string): string | null {
    return this.#request.headers.get(name)
  }

  headers(): JsonObject {
    this.#headers ??= headersObject(this.#request.headers, this.#exchange.requestId)
    return this.#headers
  }

  query(): JsonObject {
    this.#query ??= queryObject(this.#exchange.query)
    return this.#query
  }

  bytes(): Promise<Uint8Array> {
    return readBody(this.#request, this.#declaredBytes, this.#maxBodyBytes)
  }

  parse(bytes: Uint8Array, mode: BodyMode): Body | Promise<Body> {
    return readMessage(bytes, this.#request.headers.get('content-type'), mode)
  }

  idempotencyKey(header: string): string | null {
    return this.header(header)
  }

  gone(): AbortSignal {
    return this.#request.signal
  }

  addHeader(name: string, value: string): void {
    this.#exchange.addHeader(name, value)
  }

  showLimit(limit: ShownLimit): void {
    this.#exchange.showLimit(limit)
  }
}

/** The last value of a name wins. */
function queryObject(query: string): JsonObject {
  const values: JsonObject = {}
  for (const [name, value] of new URLSearchParams(query)) setOwn(values, name, value)
  return values
}

function headersObject(headers: Headers, requestId: string): JsonObject {
  const values: JsonObject = {}
  for (const [name, value] of headers) setOwn(values, name, value)
  values['x-request-id'] = requestId
  return values
}
