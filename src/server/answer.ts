import type { Answer } from '../dispatch/answer.ts'
import { type ErrorCode, errorBody, OrionError } from '../errors.ts'
import { isBodiless } from '../std/bodiless.ts'
import type { Exchange } from './exchange.ts'

/** On every answer of both planes (contract 1.5); the docs page alone has a content policy of its own. */
const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'strict-origin-when-cross-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
} as const

/** Told of every failure whose cause only the log may see; writes the line and the counter. */
export type ReportFailure = (exchange: Exchange, failure: Failure) => void

export interface Failure {
  readonly code: ErrorCode
  /** False for what nobody expected: a throw that is not an OrionError. */
  readonly expected: boolean
  readonly cause: unknown
}

const jsonHeaders = new Headers({ 'content-type': 'application/json', ...securityHeaders })

/** Answers `body`, which is JSON text already, with the headers that every answer carries. */
export function jsonAnswer(
  exchange: Exchange,
  status: number,
  body: string,
  extraHeaders?: Readonly<Record<string, string>>,
): Response {
  exchange.responseLength = Buffer.byteLength(body)
  // Copying a prepared Headers costs half of reading an object literal.
  const response = new Response(body, { status, headers: jsonHeaders })
  stamp(response, exchange)
  if (extraHeaders !== undefined) {
    for (const name in extraHeaders) response.headers.set(name, extraHeaders[name] ?? '')
  }
  return response
}

/** Headers of the answers of each workflow version: copied ones cost less than those that are set one by one. */
const runHeaders = new Map<number | null, Headers>([[null, jsonHeaders]])
const MAX_RUN_HEADERS = 1000

/** Answers what a channel answers; says which version of the workflow it was, if any ran. */
export function runAnswer(exchange: Exchange, answer: Answer): Response {
  const { status, body, workflowVersion, contentType, headers } = answer
  const hasBody = !isBodiless(status)
  exchange.responseLength = hasBody ? Buffer.byteLength(body) : 0
  const prepared = runHeaders.get(workflowVersion) ?? headersOfVersion(workflowVersion)
  const response = new Response(hasBody ? body : null, { status, headers: prepared })
  if (!hasBody) response.headers.delete('content-type')
  else if (contentType !== undefined) response.headers.set('content-type', contentType)
  if (headers !== undefined) for (const [name, value] of headers) response.headers.append(name, value)
  stamp(response, exchange)
  return response
}

/** What every answer to this exchange carries. */
function stamp(response: Response, { requestId, extraHeaders, shownLimit }: Exchange): void {
  response.headers.set('x-request-id', requestId)
  if (shownLimit !== undefined) {
    response.headers.set('ratelimit-limit', `${shownLimit.limit}`)
    response.headers.set('ratelimit-remaining', `${shownLimit.remaining}`)
    response.headers.set('ratelimit-reset', `${shownLimit.resetSecs}`)
  }
  if (extraHeaders === undefined) return
  for (const [name, value] of extraHeaders) response.headers.append(name, value)
}

function headersOfVersion(workflowVersion: number | null): Headers {
  const headers = new Headers(jsonHeaders)
  headers.set('x-orion-workflow-version', `${workflowVersion}`)
  if (runHeaders.size < MAX_RUN_HEADERS) runHeaders.set(workflowVersion, headers)
  return headers
}

/** Answers JSON text in pieces, each made when the client is ready for it; its length is not known before. */
export function streamedAnswer(exchange: Exchange, pieces: AsyncIterable<string>): Response {
  const iterator = pieces[Symbol.asyncIterator]()
  const bytes = new TextEncoder()
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await iterator.next()
        if (done === true) controller.close()
        else controller.enqueue(bytes.encode(value))
      },
      async cancel() {
        await iterator.return?.()
      },
    },
    { highWaterMark: 0 },
  )
  const response = new Response(body, { status: 200, headers: jsonHeaders })
  stamp(response, exchange)
  return response
}

/** Answers something that is not JSON (docs page, nothing at all) with the headers of every answer; `headers` win. */
export function plainAnswer(
  exchange: Exchange,
  status: number,
  body: Blob | null,
  headers: Readonly<Record<string, string>> = {},
): Response {
  exchange.responseLength = body?.size ?? 0
  const response = new Response(body, { status, headers: { ...securityHeaders, ...headers } })
  stamp(response, exchange)
  return response
}

/**
 * The one place that turns a throw into an answer: `{"error":{"code","message","request_id","details"?}}`, or what
 * the channel has in its place.
 * What is not an OrionError is a defect: the caller learns nothing of it, `report` everything.
 */
export function errorAnswer(exchange: Exchange, error: unknown, report: ReportFailure): Response {
  if (!(error instanceof OrionError)) {
    report(exchange, { code: 'INTERNAL_ERROR', expected: false, cause: error })
    return told(exchange, new OrionError('INTERNAL_ERROR', 'An internal error occurred'))
  }
  // A refusal of ours that says everything (503 without a cause) and what the caller did wrong need no line each.
  if (error.status >= 500 && (error.status !== 503 || error.cause !== undefined)) {
    report(exchange, { code: error.code, expected: true, cause: error.cause ?? error })
  }
  return told(exchange, error)
}

function told(exchange: Exchange, error: OrionError): Response {
  if (exchange.tellError !== undefined) return runAnswer(exchange, exchange.tellError(error))
  return jsonAnswer(exchange, error.status, errorBody(error, exchange.requestId), error.headers)
}
