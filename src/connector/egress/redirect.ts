import { HttpFault } from './http-fault.ts'
import { type HttpAnswer, type HttpHeaders, type HttpRequest, originOf } from './http-message.ts'

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
/** What goes along to another origin: nothing that says who asks. */
const HARMLESS: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'content-type',
  'user-agent',
  'traceparent',
])

/**
 * The request that an answer sends us on with; undefined when it does not. Throws HttpFault for a place that must not be
 * gone to.
 */
export function redirected(
  request: HttpRequest,
  { status, headers: { location } }: HttpAnswer,
): HttpRequest | undefined {
  if (!REDIRECTS.has(status) || typeof location !== 'string') return undefined
  const url = URL.parse(location, `${request.origin.text}${request.path}`)
  if (url === null) throw new HttpFault('redirect', 'it redirects to something that is no URL')
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new HttpFault('redirect', `it redirects to "${url.protocol}"`)
  }
  if (url.protocol === 'http:' && request.origin.isTls) {
    throw new HttpFault('redirect', 'it redirects from https to http')
  }
  const isSame = url.origin === request.origin.text
  const headers = isSame ? request.headers : pick(request.headers, name => HARMLESS.has(name))
  const there = { origin: originOf(url), path: `${url.pathname}${url.search}` }
  if (!becomesGet(status, request.method)) return { ...request, ...there, headers }
  return {
    method: 'GET',
    ...there,
    headers: pick(headers, name => !name.startsWith('content-')),
    body: undefined,
  }
}

/** As browsers have it (Fetch, 4.4). */
function becomesGet(status: number, method: string): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD'
  return (status === 301 || status === 302) && method === 'POST'
}

function pick(headers: HttpHeaders, isKept: (name: string) => boolean): HttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => isKept(name)))
}
