import { CREDENTIAL_HEADERS } from '../channel/credential-headers.ts'
import { type Json, type JsonObject, setOwn } from '../std/json.ts'
import type { Arrival, Facts } from './arrival.ts'
import { callerMetadata } from './caller-metadata.ts'
import { cookiesOf } from './request-cookies.ts'
import type { ChannelRuntime } from './snapshot.ts'

const MASK = '******'

/**
 * What a workflow knows of the request (contract 8.3): the caller's own keys, then what the server says. Only what the
 * channel's workflow and guards may look at is copied. `auth` is who was verified.
 */
function metadataOf(
  { reads, masks, cookies, vars }: Pick<ChannelRuntime, 'reads' | 'masks' | 'cookies' | 'vars'>,
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

/** The same of work that may have been started by a task: that shows who called whom. */
export function shownMetadata(
  channel: ChannelRuntime,
  { facts, called }: Arrival,
  fromCaller: Json | undefined,
  auth: JsonObject | undefined,
): JsonObject {
  if (called === undefined) return metadataOf(channel, facts, fromCaller, auth)
  const { reads, cookies, vars } = channel
  const { chain, masks, parentId } = called
  const metadata = metadataOf({ reads, cookies, vars, masks }, facts, fromCaller, auth)
  metadata._orion_call_depth = chain.length - 1
  metadata._orion_call_chain = [...chain]
  metadata._orion_call_parent = parentId
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
