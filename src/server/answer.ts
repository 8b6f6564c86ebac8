import { type ErrorCode, OrionError } from '../errors.ts'
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
  response.headers.set('x-request-id', exchange.requestId)
  if (extraHeaders !== undefined) {
    for (const name in extraHeaders) response.headers.set(name, extraHeaders[name] ?? '')
  }
  return response
}

/** Headers of the answers of each workflow version: copied ones cost less than those that are set one by one. */
const runHeaders = new Map<number | null, Headers>([[null, jsonHeaders]])
const MAX_RUN_HEADERS = 1000

/** Answers a run that succeeded; says which version of the workflow answered, if any did. */
export function runAnswer(exchange: Exchange, body: string, workflowVersion: number | null): Response {
  exchange.responseLength = Buffer.byteLength(body)
  const headers = runHeaders.get(workflowVersion) ?? headersOfVersion(workflowVersion)
  const response = new Response(body, { status: 200, headers })
  response.headers.set('x-request-id', exchange.requestId)
  return response
}

function headersOfVersion(workflowVersion: number | null): Headers {
  const headers = new Headers(jsonHeaders)
  headers.set('x-orion-workflow-version', `${workflowVersion}`)
  if (runHeaders.size < MAX_RUN_HEADERS) runHeaders.set(workflowVersion, headers)
  return headers
}

/** Answers something that is not JSON (docs page, nothing at all) with the headers of every answer; `headers` win. */
export function plainAnswer(
  exchange: Exchange,
  status: number,
  body: Blob | null,
  headers: Readonly<Record<string, string>> = {},
): Response {
  exchange.responseLength = body?.size ?? 0
  return new Response(body, {
    status,
    headers: { ...securityHeaders, ...headers, 'x-request-id': exchange.requestId },
  })
}

/**
 * The one place that turns a throw into an answer: `{"error":{"code","message","request_id","details"?}}`.
 * What is not an OrionError is a defect: the caller learns nothing of it, `report` everything.
 */
export function errorAnswer(exchange: Exchange, error: unknown, report: ReportFailure): Response {
  if (!(error instanceof OrionError)) {
    report(exchange, { code: 'INTERNAL_ERROR', expected: false, cause: error })
    return envelope(exchange, new OrionError('INTERNAL_ERROR', 'An internal error occurred'))
  }
  // A refusal of ours that says everything (503 without a cause) and what the caller did wrong need no line each.
  if (error.status >= 500 && (error.status !== 503 || error.cause !== undefined)) {
    report(exchange, { code: error.code, expected: true, cause: error.cause ?? error })
  }
  return envelope(exchange, error)
}

function envelope(exchange: Exchange, error: OrionError): Response {
  const body = {
    error: {
      code: error.code,
      message: error.message,
      request_id: exchange.requestId,
      details: error.details,
    },
  }
  return jsonAnswer(exchange, error.status, JSON.stringify(body), error.headers)
}
