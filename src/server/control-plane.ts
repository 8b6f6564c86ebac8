import { Elysia } from 'elysia'
import type { AdminAccess } from '../auth/admin-access.ts'
import { ANONYMOUS, type Principal } from '../auth/principal.ts'
import type { Preflight } from '../channel/cors/policy.ts'
import { OrionError } from '../errors.ts'
import { parseJsonInTurns } from '../std/parse-json.ts'
import { errorAnswer, jsonAnswer, plainAnswer, type ReportFailure } from './answer.ts'
import { declaredLength, isJsonContentType, readBody } from './body.ts'
import type { Exchange, Plane } from './exchange.ts'
import { preflightAnswer, preflightOf } from './preflight.ts'
import type { Reply, Route } from './route.ts'
import { methodsByPath } from './route-index.ts'

interface ControlPlaneOptions {
  readonly routes: readonly Route[]
  readonly access: AdminAccess
  onWrongKey(exchange: Exchange): void
  readonly maxBodyBytes: number
  readonly report: ReportFailure
}

interface Pending {
  readonly request: Request
  readonly exchange: Exchange
  readonly by: Principal
}

type MethodsOf = (path: string) => readonly string[]

const ADMIN_PREFIX = '/api/v1/admin'

/** Admin, docs and health: everything that is not traffic. */
export function controlPlane(options: ControlPlaneOptions): Plane {
  const { routes, access, report } = options
  const pending = new WeakMap<Request, Pending>()
  const answer = (ticket: Request, run: (call: Pending) => Response | Promise<Response>) => {
    const call = pending.get(ticket)
    if (call === undefined) throw new Error('A request reached the router without passing the edge')
    return run(call)
  }

  const app = new Elysia({ aot: false, normalize: false, strictPath: true })
  for (const route of routes) {
    app.route(route.method, route.path.replaceAll(/\{(\w+)\}/g, ':$1'), ({ request }) =>
      answer(request, call => runRoute(route, call, options)),
    )
  }
  const methodsOf: MethodsOf = methodsByPath(routes)
  app.onError(({ request, error, code }) =>
    answer(request, ({ exchange }) =>
      errorAnswer(exchange, code === 'NOT_FOUND' ? unrouted(exchange, methodsOf) : error, report),
    ),
  )

  return async (request, exchange) => {
    const asked = preflightOf(exchange, request)
    if (asked !== undefined) return grant(exchange, asked, methodsOf(exchange.path))
    const by = exchange.path.startsWith(ADMIN_PREFIX)
      ? await access(request, exchange.peer(), () => options.onWrongKey(exchange))
      : ANONYMOUS
    const ticket = ticketFor(exchange)
    // Elysia would read a fixed path as an id when it has another method.
    const methods = methodsOf(exchange.path)
    if (methods.length > 0 && !methods.includes(routedMethod(exchange))) throw unrouted(exchange, methodsOf)
    pending.set(ticket, { request, exchange, by })
    return app.handle(ticket)
  }
}

/** Browsers send no key with a preflight, so it comes before the check of who asks. */
function grant(exchange: Exchange, asked: Preflight, methods: readonly string[]): Response {
  if (methods.length === 0) throw notFound(exchange)
  return preflightAnswer(exchange, asked, withHead(methods))
}

/**
 * What Elysia routes: the path as the edge cut it, under a host of our own. Its router finds the path by counting
 * characters of the url, which a short `Host` moves, and reads bodies by itself, without our limit.
 */
function ticketFor(exchange: Exchange): Request {
  const url = `http://orion.invalid${exchange.path}`
  const ticket = new Request(url, { method: routedMethod(exchange) })
  // Bun leaves `..` and `\\` in the path of a request with a malformed Host; read here, they could pass the admin check.
  if (ticket.url !== url) throw new OrionError('BAD_REQUEST', 'The Host header or the path is malformed')
  return ticket
}

async function runRoute(route: Route, call: Pending, options: ControlPlaneOptions): Promise<Response> {
  const { request, exchange, by } = call
  exchange.route = route.path
  try {
    const params = pathParams(route.path, exchange.path)
    const maxBytes = Math.max(options.maxBodyBytes, route.maxBodyBytes ?? 0)
    const body = route.body === undefined ? undefined : await jsonBody(request, maxBytes)
    return toResponse(exchange, await route.run({ exchange, params, body, by }))
  } catch (error) {
    return errorAnswer(exchange, error, options.report)
  }
}

async function jsonBody(request: Request, maxBytes: number): Promise<unknown> {
  const bytes = await readBody(request, declaredLength(request, maxBytes), maxBytes)
  if (bytes.byteLength > 0 && !isJsonContentType(request.headers.get('content-type'))) {
    throw new OrionError(
      'UNSUPPORTED_MEDIA_TYPE',
      'Content-Type must be application/json for requests with a body',
    )
  }
  return parseJsonInTurns(bytes)
}

function toResponse(exchange: Exchange, reply: Reply): Response {
  if (reply instanceof Response) return reply
  if ('body' in reply) return jsonAnswer(exchange, reply.status, JSON.stringify(reply.body))
  if ('json' in reply) return jsonAnswer(exchange, reply.status, reply.json)
  return plainAnswer(exchange, 204, null)
}

function pathParams(pattern: string, path: string): Record<string, string> {
  const params: Record<string, string> = {}
  const segments = path.split('/')
  for (const [at, part] of pattern.split('/').entries()) {
    if (part.startsWith('{')) params[part.slice(1, -1)] = decodeSegment(segments[at] ?? '')
  }
  return params
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new OrionError('BAD_REQUEST', `The path segment "${segment}" is not valid percent-encoded UTF-8`)
  }
}

function routedMethod({ method }: Exchange): string {
  return method === 'HEAD' ? 'GET' : method
}

function unrouted(exchange: Exchange, methodsOf: MethodsOf): OrionError {
  const methods = methodsOf(exchange.path)
  if (methods.length === 0) return notFound(exchange)
  const allow = withHead(methods).join(', ')
  return new OrionError('METHOD_NOT_ALLOWED', `${exchange.path} answers ${allow}, not ${exchange.method}`, {
    headers: { allow },
  })
}

function withHead(methods: readonly string[]): readonly string[] {
  return methods.includes('GET') ? ['GET', 'HEAD', ...methods.filter(method => method !== 'GET')] : methods
}

function notFound(exchange: Exchange): OrionError {
  return new OrionError('NOT_FOUND', `No route ${exchange.method} ${exchange.path.slice(0, 200)}`)
}
