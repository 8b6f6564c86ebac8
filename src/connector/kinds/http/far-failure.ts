import { HttpFault } from '../../egress/http-fault.ts'
import type { HttpAnswer, HttpRequest } from '../../egress/http-message.ts'
import { ConnectorError, unavailable } from '../../failure.ts'
import { maskText } from '../../secret-text.ts'
import { retryAfterSecs } from './retry-after.ts'

const EXCERPT_BYTES = 512
/** Of what an answer repeats of a request, anything this long may be a credential. */
const SECRET_LENGTH = 6
const OPEN_HEADERS: ReadonlySet<string> = new Set(['accept', 'accept-encoding', 'content-type', 'user-agent'])

/** The connector that a call is over. */
interface Asker {
  readonly name: string
  /** What is secret in its config. */
  readonly secrets: readonly string[]
}

/** A status that is not 2xx. 408, 429 and 5xx may pass; only 408 and 5xx say that the far side is unwell. */
export function statusFailure(
  { name: connector, secrets }: Asker,
  request: HttpRequest,
  { status, headers, body }: HttpAnswer,
  nowMs: number,
): ConnectorError {
  const isUnwell = status >= 500 || status === 408
  const message = `The system behind connector '${connector}' answered with status ${status}`
  const said = excerptOf(body, request, secrets)
  return new ConnectorError('UPSTREAM_ERROR', message, {
    note: `${lineOf(request)}: ${status}${said === '' ? '' : `: ${said}`}`,
    details: [
      { path: 'status', code: 'UPSTREAM_STATUS', message: `the far side answered ${status}`, got: status },
    ],
    isUnwell,
    isPassing: isUnwell || status === 429,
    retryAfterSecs:
      status === 429 || status === 503 ? retryAfterSecs(headers['retry-after'], nowMs) : undefined,
  })
}

/** An exchange without an answer. What is neither a fault nor a ConnectorError is a defect, given back as it is. */
export function faultFailure(
  connector: string,
  request: HttpRequest,
  error: unknown,
  timeoutMs: number,
): unknown {
  if (!(error instanceof HttpFault)) return error
  const note = `${lineOf(request)}: ${error.message}`
  const options = { note, cause: error }
  switch (error.kind) {
    case 'aborted':
      return new ConnectorError(
        'TIMEOUT_ERROR',
        `The HTTP request over connector '${connector}' timed out after ${timeoutMs}ms`,
        options,
      )
    case 'stale':
    case 'cut':
      return unavailable(connector, note, { cause: error })
    case 'invalid':
      return unreadable(connector, 'answered with something that is not HTTP', { ...options, isUnwell: true })
    case 'too-large':
      return unreadable(connector, 'answered with more than its connector takes', options)
    case 'redirect':
      return unreadable(connector, 'redirects to where it must not', options)
    default:
      return error.kind satisfies never
  }
}

/** The answer is there, and nobody can use it: asking again would not help. */
export function unreadable(
  connector: string,
  what: string,
  options: { note: string; cause?: unknown; isUnwell?: boolean },
): ConnectorError {
  return new ConnectorError('UPSTREAM_ERROR', `The system behind connector '${connector}' ${what}`, {
    isPassing: false,
    ...options,
  })
}

/** Method and URL, without its query. */
export function lineOf({ method, origin, path }: HttpRequest): string {
  return `${method} ${maskText(`${origin.text}${path.split('?')[0]}`)}`
}

function excerptOf(body: Uint8Array, request: HttpRequest, secrets: readonly string[]): string {
  const text = new TextDecoder().decode(body.subarray(0, EXCERPT_BYTES))
  const flat = text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim()
  return maskText(withoutSecrets(flat, request, secrets))
}

/** Far sides like to repeat what they were sent. */
function withoutSecrets(text: string, { headers, path }: HttpRequest, secrets: readonly string[]): string {
  const sent = [
    ...secrets,
    ...Object.entries(headers).flatMap(([name, value]) =>
      OPEN_HEADERS.has(name) ? [] : [value, ...value.split(' ')],
    ),
    ...new URLSearchParams(path.split('?')[1]).values(),
  ]
  return sent
    .filter(value => value.length >= SECRET_LENGTH)
    .toSorted((one, other) => other.length - one.length)
    .reduce((shown, value) => shown.replaceAll(value, '******'), text)
}
