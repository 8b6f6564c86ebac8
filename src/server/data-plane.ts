import type { RouteMatch } from '../channel/route-table.ts'
import { errorAnswer } from '../dispatch/answer.ts'
import type { Dispatch } from '../dispatch/dispatch.ts'
import type { Offers } from '../dispatch/offers.ts'
import type { ChannelRuntime, Snapshot } from '../dispatch/snapshot.ts'
import { OrionError } from '../errors.ts'
import { runAnswer } from './answer.ts'
import { declaredLength } from './body.ts'
import type { Exchange, Plane } from './exchange.ts'
import { HttpArrival } from './http-arrival.ts'
import type { PlatformLimit } from './platform-limit.ts'
import { preflightAnswer, preflightOf } from './preflight.ts'

export interface DataPlaneOptions {
  /** What answers a request that begins at this moment; it answers it to the end. */
  readonly snapshot: () => Snapshot
  readonly dispatch: Dispatch
  /** Counts requests to channels that have no limit of their own, and to none; undefined is no limit. */
  readonly limit: PlatformLimit | undefined
  readonly maxBodyBytes: number
}

const PREFIX_LENGTH = '/api/v1/data/'.length

/**
 * Traffic: every path under `/api/v1/data/` but the traces. Declared length, then route, then the platform's limit, then
 * preflights or dispatch.
 * Rejects with what `errorAnswer` turns into an answer.
 */
export function dataPlane({ snapshot, dispatch, limit, maxBodyBytes }: DataPlaneOptions): Plane {
  return async (request, exchange) => {
    // Paths of channels are raw input, which never becomes a label.
    exchange.route = '/api/v1/data/*'
    const preflight = preflightOf(exchange, request)
    const { routes } = snapshot()
    let declared: number | undefined
    let match: RouteMatch<ChannelRuntime>
    try {
      declared = lengthOf(request, exchange, routes, maxBodyBytes)
      match = routes.resolve(preflight?.method ?? exchange.method, exchange.path.slice(PREFIX_LENGTH))
    } catch (error) {
      limit?.(exchange)
      throw error
    }
    const channel = match.target
    tellErrorsOf(channel, exchange)
    if (channel.cors !== undefined) exchange.cors = channel.cors
    // A limit of the channel's own counts its requests, which preflights are not.
    if (preflight !== undefined || channel.guards.rateLimit === undefined) limit?.(exchange)
    const arrival = new HttpArrival(request, exchange, {
      params: match.params,
      asked: channel.offers.explain || channel.offers.profile ? asked(request, exchange) : undefined,
      declaredBytes: declared,
      maxBodyBytes,
    })
    if (preflight !== undefined) {
      channel.guards.origin?.check(arrival)
      return preflightAnswer(exchange, preflight, [preflight.method])
    }
    return runAnswer(exchange, await dispatch(channel, arrival))
  }
}

/** A body that is too large is refused before anything else is looked at, but in the words of its channel. */
function lengthOf(
  request: Request,
  exchange: Exchange,
  routes: Snapshot['routes'],
  maxBodyBytes: number,
): number | undefined {
  try {
    return declaredLength(request, maxBodyBytes)
  } catch (tooLarge) {
    try {
      tellErrorsOf(routes.resolve(exchange.method, exchange.path.slice(PREFIX_LENGTH)).target, exchange)
    } catch (error) {
      // No channel, so that nobody has words of his own.
      if (!(error instanceof OrionError)) throw error
    }
    throw tooLarge
  }
}

/** From here on errors are told as the channel wants them, if it has words of its own. */
function tellErrorsOf(channel: ChannelRuntime, exchange: Exchange): void {
  if (channel.errorBodies === undefined) return
  exchange.tellError = error =>
    errorAnswer(error, { channel, id: exchange.id, requestId: exchange.requestId })
}

/** What a request wants to know of its own run; most channels do not let it ask. */
function asked({ headers }: Request, { query }: Exchange): Offers {
  const profile =
    headers.get('x-orion-profile') === '1' ||
    (query.includes('profile') && new URLSearchParams(query).get('profile') === '1')
  return { explain: headers.get('x-orion-explain') === '1', profile }
}
