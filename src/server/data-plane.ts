import type { Dispatch } from '../dispatch/dispatch.ts'
import type { Offers } from '../dispatch/offers.ts'
import type { Snapshot } from '../dispatch/snapshot.ts'
import { runAnswer } from './answer.ts'
import { declaredLength } from './body.ts'
import type { Exchange, Plane } from './exchange.ts'
import { HttpArrival } from './http-arrival.ts'

export interface DataPlaneOptions {
  /** What answers a request that begins at this moment; it answers it to the end. */
  readonly snapshot: () => Snapshot
  readonly dispatch: Dispatch
  readonly maxBodyBytes: number
}

const PREFIX_LENGTH = '/api/v1/data/'.length

/**
 * Traffic: every path under `/api/v1/data/` but the traces. Declared length, then route, then body, then dispatch.
 * Rejects with what `errorAnswer` turns into an answer.
 */
export function dataPlane({ snapshot, dispatch, maxBodyBytes }: DataPlaneOptions): Plane {
  return async (request, exchange) => {
    // Paths of channels are raw input, which never becomes a label.
    exchange.route = '/api/v1/data/*'
    const declared = declaredLength(request, maxBodyBytes)
    const match = snapshot().routes.resolve(exchange.method, exchange.path.slice(PREFIX_LENGTH))
    const channel = match.target
    const arrival = new HttpArrival(request, exchange, {
      params: match.params,
      asked: channel.definition === undefined ? undefined : asked(request, exchange),
      declaredBytes: declared,
      maxBodyBytes,
    })
    return runAnswer(exchange, await dispatch(channel, arrival))
  }
}

/** What a request wants to know of its own run; most channels do not let it ask. */
function asked({ headers }: Request, { query }: Exchange): Offers {
  const profile =
    headers.get('x-orion-profile') === '1' ||
    (query.includes('profile') && new URLSearchParams(query).get('profile') === '1')
  return { explain: headers.get('x-orion-explain') === '1', profile }
}
