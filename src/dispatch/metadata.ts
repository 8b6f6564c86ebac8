import { CREDENTIAL_HEADERS } from '../channel/credential-headers.ts'
import { type Json, type JsonObject, setOwn } from '../std/json.ts'
import type { Facts } from './arrival.ts'
import { callerMetadata } from './caller-metadata.ts'
import { cookiesOf } from './request-cookies.ts'
import type { ChannelRuntime } from './snapshot.ts'

const MASK = '******'

/**
 * What a workflow knows of the request (contract 8.3): the caller's own keys, then what the server says. Only what the
 * channel's workflow and guards may look at is copied. `auth` is who was verified.
 */
export function metadataOf(
  { reads, masks, cookies, vars }: ChannelRuntime,
  facts: Facts,
  fromCaller: Json | undefined,
  auth: JsonObject | undefined,
): JsonObject {
  const metadata = callerMetadata(fromCaller)
  metadata.http_method = facts.method
  const { params } = facts
  if (reads.params && params !== undefined) metadata.params = { ...params }
  if (reads.query && facts.rawQuery !== '') {
    const query = facts.query()
    if (Object.keys(query).length > 0) metadata.query = query
  }
  if (reads.headers) metadata.headers = masked(facts.headers(), masks)
  if (cookies !== undefined) {
    const sent = cookiesOf(facts.header('cookie'), cookies)
    if (sent !== undefined) metadata.cookies = sent
  }
  if (auth !== undefined) metadata.auth = auth
  if (vars !== undefined) metadata.vars = vars
  return metadata
}

/** `more` names the headers that carry this channel's own credentials, lower-case. */
function masked(headers: JsonObject, more: ReadonlySet<string>): JsonObject {
  const values: JsonObject = {}
  for (const name of Object.keys(headers)) {
    const hidden = CREDENTIAL_HEADERS.has(name) || more.has(name)
    setOwn(values, name, hidden ? MASK : (headers[name] ?? null))
  }
  return values
}
