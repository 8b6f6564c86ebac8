import type { CorsPolicy } from '../channel/cors/policy.ts'
import type { Answer, Header } from '../dispatch/answer.ts'
import type { ShownLimit } from '../dispatch/arrival.ts'
import { OrionError } from '../errors.ts'
import type { Clock } from '../std/clock.ts'
import { errorAnswer, type ReportFailure } from './answer.ts'
import type { ClientAddress } from './client-address.ts'
import type { Exchange, Plane } from './exchange.ts'
import type { PlatformLimit } from './platform-limit.ts'

/** The part of a running Bun server that knows the other end of a connection. */
export interface Sockets {
  requestIP(request: Request): { address: string } | null
}

/** Answers every request, never rejects; without `sockets` the call comes from this process. */
export type Edge = (request: Request, sockets?: Sockets) => Promise<Response>

interface EdgeOptions {
  readonly cors: CorsPolicy
  readonly clientAddress: ClientAddress
  /** Counts what is not traffic, which the data plane counts when it knows whose it is; undefined is no limit. */
  readonly limit: PlatformLimit | undefined
  readonly dataPlane: Plane
  readonly controlPlane: Plane
  readonly clock: Pick<Clock, 'monotonic'>
  newId(): string
  readonly report: ReportFailure
  /** Writes the access line. */
  onAnswer(exchange: Exchange, status: number): void
  draining(): boolean
}

const DATA_PREFIX = '/api/v1/data/'
const TRACES_PATH = '/api/v1/data/traces'

/** The one door of both planes: who asks, which plane, and what every answer carries. */
export function edge(options: EdgeOptions): Edge {
  const { dataPlane, controlPlane, limit, report } = options
  return async (request, sockets) => {
    const exchange = new Arrival(request, sockets, options)
    let response: Response
    try {
      const traffic = isTraffic(exchange.path)
      if (!traffic) limit?.(exchange)
      if (exchange.path === '') throw new OrionError('BAD_REQUEST', 'The Host header is missing or malformed')
      response = await (traffic ? dataPlane : controlPlane)(request, exchange)
    } catch (error) {
      response = errorAnswer(exchange, error, report)
    }
    exchange.cors.mark(response.headers, request.headers.get('origin'))
    if (options.draining()) response.headers.set('connection', 'close')
    options.onAnswer(exchange, response.status)
    // Bun leaves the body of an answer to HEAD away by itself, and keeps its length.
    return sockets === undefined && request.method === 'HEAD' ? new Response(null, response) : response
  }
}

function isTraffic(path: string): boolean {
  if (!path.startsWith(DATA_PREFIX) || path.length === DATA_PREFIX.length) return false
  return (
    !path.startsWith(TRACES_PATH) || (path.length > TRACES_PATH.length && path[TRACES_PATH.length] !== '/')
  )
}

/** A call of this process comes from this machine. */
const LOOPBACK = '127.0.0.1'

/** What a client may choose as a request id: it goes into logs and back into a header. */
const saneRequestId = /^[\x21-\x7e]{1,200}$/

class Arrival implements Exchange {
  readonly id: string
  readonly requestId: string
  readonly startedMs: number
  readonly method: string
  readonly path: string
  readonly query: string
  route: string | undefined = undefined
  responseLength: number | undefined = undefined
  extraHeaders: Header[] | undefined = undefined
  tellError: ((error: OrionError) => Answer) | undefined = undefined
  shownLimit: ShownLimit | undefined = undefined
  cors: CorsPolicy
  readonly #request: Request
  readonly #sockets: Sockets | undefined
  readonly #clientAddress: ClientAddress
  #clientIp: string | undefined

  constructor(request: Request, sockets: Sockets | undefined, options: EdgeOptions) {
    const asked = request.headers.get('x-request-id')
    this.id = options.newId()
    this.requestId = asked !== null && saneRequestId.test(asked) ? asked : this.id
    this.startedMs = options.clock.monotonic()
    this.cors = options.cors
    this.#clientAddress = options.clientAddress
    this.method = request.method
    const { url } = request
    const pathAt = pathStart(url)
    const queryAt = url.indexOf('?', pathAt)
    this.path = pathAt === -1 ? '' : queryAt === -1 ? url.slice(pathAt) : url.slice(pathAt, queryAt)
    this.query = queryAt === -1 ? '' : url.slice(queryAt + 1)
    this.#request = request
    this.#sockets = sockets
  }

  addHeader(name: string, value: string): void {
    this.extraHeaders ??= []
    this.extraHeaders.push([name, value])
  }

  /** Of two limits that have as much left the later one, which may be the one that refuses. */
  showLimit(limit: ShownLimit): void {
    if (this.shownLimit === undefined || limit.remaining <= this.shownLimit.remaining) this.shownLimit = limit
  }

  clientIp(): string {
    this.#clientIp ??= this.#clientAddress(this.peer() ?? LOOPBACK, this.#request.headers)
    return this.#clientIp
  }

  peer(): string | undefined {
    if (this.#sockets === undefined) return undefined
    return this.#sockets.requestIP(this.#request)?.address ?? 'a closed connection'
  }
}

/** Where the path begins in an absolute url; -1 when the url is not one, which is what a malformed Host makes of it. */
function pathStart(url: string): number {
  if (url.startsWith('http://')) return url.indexOf('/', 'http://'.length)
  if (url.startsWith('https://')) return url.indexOf('/', 'https://'.length)
  return -1
}
