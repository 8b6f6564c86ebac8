import type { RouteMatch } from '../channel/route-table.ts'
import { callerMetadata } from '../dispatch/caller-metadata.ts'
import type { ChannelRuntime } from '../dispatch/snapshot.ts'
import { type Json, type JsonObject, setOwn } from '../std/json.ts'
import type { Exchange } from './exchange.ts'

/** Headers whose values nobody behind the edge gets to see. */
const CREDENTIALS = new Set(['authorization', 'cookie'])

/**
 * What a workflow knows of the request (contract 8.3): the caller's own keys, then what the server says. Only what the
 * channel's workflow may look at is copied.
 */
export function metadataOf(
  fromCaller: Json | undefined,
  request: Request,
  exchange: Exchange,
  { target, params }: RouteMatch<ChannelRuntime>,
): JsonObject {
  const metadata = callerMetadata(fromCaller)
  metadata.http_method = exchange.method
  const { reads } = target
  if (reads.params && params !== undefined) metadata.params = { ...params }
  if (reads.query && exchange.query !== '') {
    const query = queryObject(exchange.query)
    if (Object.keys(query).length > 0) metadata.query = query
  }
  if (reads.headers) metadata.headers = headersObject(request.headers, exchange.requestId)
  return metadata
}

/** The last value of a name wins. */
function queryObject(query: string): JsonObject {
  const values: JsonObject = {}
  for (const [name, value] of new URLSearchParams(query)) setOwn(values, name, value)
  return values
}

function headersObject(headers: Headers, requestId: string): JsonObject {
  const values: JsonObject = {}
  for (const [name, value] of headers) setOwn(values, name, CREDENTIALS.has(name) ? '******' : value)
  values['x-request-id'] = requestId
  return values
}
