import { type IncomingMessage, request } from 'node:http'
import type { Dialler } from './dialler.ts'
import type { DiallingAgent } from './http-agent.ts'
import { aborted, faultOf, HttpFault, tooLarge } from './http-fault.ts'

/** A request as it goes out. */
export interface HttpRequest {
  readonly method: string
  /** http or https, without credentials. */
  readonly url: URL
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | undefined
}

export interface HttpAnswer {
  readonly status: number
  /** Names in lower case; what came several times is one text, cookies are a list. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: Uint8Array
}

export interface ExchangeLimits {
  /** Of the body as it comes over the wire. */
  readonly maxBytes: number
  readonly signal: AbortSignal
}

/** How a request leaves. */
export interface Way {
  readonly agent: DiallingAgent
  readonly dialler: Dialler
  readonly isElsewhere: boolean
}

/**
 * One request and its whole answer, over a connection that is kept for the next one. Rejects with HttpFault, or with the
 * ConnectorError of the dialler.
 */
export function exchange(
  asked: HttpRequest,
  way: Way,
  { maxBytes, signal }: ExchangeLimits,
): Promise<HttpAnswer> {
  if (signal.aborted) return Promise.reject(aborted())
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>()
  const { url, method, body } = asked
  const isTls = url.protocol === 'https:'
  const options = {
    ...way,
    dialSignal: signal,
    isTls,
    method,
    host: url.hostname,
    port: url.port === '' ? (isTls ? 443 : 80) : Number(url.port),
    path: `${url.pathname}${url.search}`,
    headers: framed(asked),
    setHost: false,
  }
  const sent = request(options)
  const leave = () => sent.destroy(aborted())
  const settle = () => signal.removeEventListener('abort', leave)
  const fail = (error: unknown) => {
    settle()
    reject(faultOf(error, sent.reusedSocket))
    sent.destroy()
  }
  sent.on('error', fail)
  sent.once('upgrade', (_, socket) => {
    socket.destroy()
    fail(new HttpFault('invalid', 'it switched to another protocol'))
  })
  sent.once('response', answer => {
    if (declaredBytes(answer, method) > maxBytes) return fail(tooLarge(maxBytes))
    collect(answer, maxBytes, fail, received => {
      settle()
      resolve({ status: answer.statusCode ?? 0, headers: headersOf(answer), body: received })
    })
  })
  signal.addEventListener('abort', leave, { once: true })
  sent.end(body)
  return promise
}

/** The body is sent whole, so its length is known; a request without one that might have one says so. */
function framed({ method, url, headers, body }: HttpRequest): Record<string, string> {
  const all: Record<string, string> = { host: url.host, ...headers }
  if (body !== undefined) all['content-length'] = String(body.byteLength)
  else if (method === 'POST' || method === 'PUT' || method === 'PATCH') all['content-length'] = '0'
  return all
}

function collect(
  answer: IncomingMessage,
  maxBytes: number,
  fail: (error: unknown) => void,
  done: (body: Uint8Array) => void,
): void {
  const chunks: Uint8Array[] = []
  let bytes = 0
  answer.on('data', (chunk: Uint8Array) => {
    bytes += chunk.byteLength
    if (bytes <= maxBytes) chunks.push(chunk)
    else fail(tooLarge(maxBytes))
  })
  const cut = () => fail(new HttpFault('cut', 'the connection was closed in the middle of its answer'))
  answer.on('error', fail)
  answer.once('aborted', cut)
  answer.once('end', () => {
    if (!answer.complete) cut()
    else done(chunks.length === 1 ? (chunks[0] ?? EMPTY) : Buffer.concat(chunks, bytes))
  })
}

const EMPTY = new Uint8Array(0)

/** What it says of its length; of what is not sent it says nothing that counts. */
function declaredBytes({ statusCode, headers }: IncomingMessage, method: string): number {
  return method === 'HEAD' || statusCode === 304 ? 0 : Number(headers['content-length'] ?? 0)
}

function headersOf({ headers }: IncomingMessage): HttpAnswer['headers'] {
  const read: Record<string, string | readonly string[]> = Object.create(null)
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) read[name] = value
  return read
}
