import { isObject, type Json, type JsonObject, own } from '../../../std/json.ts'
import type { Named } from './client.ts'
import { isForbiddenHeader } from './forbidden-headers.ts'

/** The headers of a connector, names in lower case. */
export function connectorHeaders(config: JsonObject): ReadonlyMap<string, string> {
  const headers = own(config, 'headers')
  if (!isObject(headers)) return new Map()
  return new Map(
    Object.entries(headers)
      .filter(([name]) => !isForbiddenHeader(name))
      .map(([name, value]: [string, Json]) => [name.toLowerCase(), String(value)]),
  )
}

/** One header per name: the task's over the sign-in's over the connector's over what is usual. */
export function callHeaders(
  usual: Readonly<Record<string, string>>,
  connector: ReadonlyMap<string, string>,
  signIn: readonly [name: string, value: string] | undefined,
  task: Named,
): Record<string, string> {
  const headers: Record<string, string> = Object.assign(Object.create(null), usual)
  for (const [name, value] of connector) headers[name] = value
  if (signIn !== undefined) headers[signIn[0]] = signIn[1]
  for (const [name, value] of task) {
    if (value === undefined) delete headers[name]
    else headers[name] = value
  }
  return headers
}
