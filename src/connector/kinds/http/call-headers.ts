import { isObject, type Json, type JsonObject, own } from '../../../std/json.ts'
import type { HttpHeaders } from '../../egress/http-message.ts'
import type { Named } from './client.ts'
import { isForbiddenHeader } from './forbidden-headers.ts'

/** The headers of a connector, names in lower case. */
export function connectorHeaders(config: JsonObject): HttpHeaders {
  const headers = own(config, 'headers')
  if (!isObject(headers)) return {}
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !isForbiddenHeader(name))
      .map(([name, value]: [string, Json]) => [name.toLowerCase(), String(value)]),
  )
}

/** One header per name: the task's over what is sent anyway. */
export function callHeaders(
  usual: HttpHeaders,
  contentType: string | undefined,
  signIn: string | undefined,
  task: Named,
): HttpHeaders {
  const headers: Record<string, string> = { ...usual }
  if (contentType !== undefined) headers['content-type'] ??= contentType
  if (signIn !== undefined) headers.authorization = signIn
  for (const [name, value] of task) {
    if (value === undefined) delete headers[name]
    else headers[name] = value
  }
  return headers
}
