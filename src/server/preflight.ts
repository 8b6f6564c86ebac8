import type { Preflight } from '../channel/cors/policy.ts'
import { plainAnswer } from './answer.ts'
import type { Exchange } from './exchange.ts'

/** What a browser asks with an OPTIONS before a request of a page; any other OPTIONS is a method like others. */
export function preflightOf({ method }: Exchange, { headers }: Request): Preflight | undefined {
  if (method !== 'OPTIONS') return undefined
  const origin = headers.get('origin')
  const asked = headers.get('access-control-request-method')
  if (origin === null || asked === null) return undefined
  return { origin, method: asked, headers: headers.get('access-control-request-headers') }
}

/** Grants what may be; a page that may not ask gets an answer that grants nothing. */
export function preflightAnswer(exchange: Exchange, asked: Preflight, methods: readonly string[]): Response {
  const { cors } = exchange
  return plainAnswer(exchange, 204, null, cors.allows(asked.origin) ? cors.granted(asked, methods) : {})
}
