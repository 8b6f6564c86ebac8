import type { RouteMatch } from '../channel/route-table.ts'
import type { Dispatch } from '../dispatch/dispatch.ts'
import type { ChannelRuntime, Snapshot } from '../dispatch/snapshot.ts'
import { jsonAnswer } from './answer.ts'
import { readBody, refuseDeclaredLength } from './body.ts'
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
 * Throws, or rejects with, what `errorAnswer` turns into an answer.
 */
export function dataPlane(options: DataPlaneOptions): Plane {
  return (request, exchange) => {
    // Paths of channels are raw input, which never becomes a label.
    exchange.route = '/api/v1/data/*'
    refuseDeclaredLength(request, options.maxBodyBytes)
    const { routes } = options.snapshot()
    return answer(
      request,
      exchange,
      routes.resolve(exchange.method, exchange.path.slice(PREFIX_LENGTH)),
      options,
    )
  }
}

async function answer(
  request: Request,
  exchange: Exchange,
  match: RouteMatch<ChannelRuntime>,
  { dispatch, maxBodyBytes }: DataPlaneOptions,
): Promise<Response> {
  const { data, metadata } = readEnvelope(await readBody(request, maxBodyBytes), request.headers)
  const channel = match.target
  const pending = dispatch(channel, {
    payload: data,
    metadata: metadataOf(metadata, request, exchange, match),
  })
  const body = typeof pending === 'string' ? pending : await pending
  const { workflowVersion } = channel
  if (workflowVersion === null) return jsonAnswer(exchange, 200, body)
  return jsonAnswer(exchange, 200, body, { 'x-orion-workflow-version': `${workflowVersion}` })
}
