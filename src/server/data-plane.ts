import type { Dispatch } from '../dispatch/dispatch.ts'
import type { Offers, Snapshot } from '../dispatch/snapshot.ts'
import { runAnswer } from './answer.ts'
import { declaredLength, readBody } from './body.ts'
import { readEnvelope } from './data-plane-envelope.ts'
import { metadataOf } from './data-plane-metadata.ts'
import type { Exchange, Plane } from './exchange.ts'

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
    const body = await readBody(request, declared, maxBodyBytes)
    const envelope = readEnvelope(body, request.headers)
    const { data, metadata } = envelope instanceof Promise ? await envelope : envelope
    const channel = match.target
    const work = {
      id: exchange.id,
      payload: data,
      metadata: metadataOf(metadata, request, exchange, match),
      asked: channel.definition === undefined ? undefined : asked(request, exchange),
    }
    const pending = dispatch(channel, work)
    const answer = typeof pending === 'string' ? pending : await pending
    return runAnswer(exchange, answer, channel.workflowVersion)
  }
}

/** What a request wants to know of its own run; most channels do not let it ask. */
function asked({ headers }: Request, { query }: Exchange): Offers {
  const profile =
    headers.get('x-orion-profile') === '1' ||
    (query.includes('profile') && new URLSearchParams(query).get('profile') === '1')
  return { explain: headers.get('x-orion-explain') === '1', profile }
}
