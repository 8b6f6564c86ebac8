import { isObject, type Json, type JsonObject, own } from '../../std/json.ts'
import { DEFAULT_SCOPE } from '../../storage/scope.ts'
import type { Facts, WayIn } from '../arrival.ts'

/** What of verified claims changes from one token of a caller to the next. */
const PASSING_CLAIMS = new Set(['iat', 'exp', 'nbf', 'jti', 'auth_time'])

/**
 * The key of a request in all of this server: SHA-256 in hex, so that neither length nor content of what clients send
 * matters. It is of one channel and one caller: nobody is told of, or given, what is another's, and no client has the key
 * of a task.
 */
export function requestKey(
  channelId: string,
  auth: JsonObject | undefined,
  idempotencyKey: string,
  origin: WayIn = 'http',
): string {
  const caller = origin === 'http' ? callerOf(auth) : [origin, callerOf(auth)]
  const whose = JSON.stringify(['idempotency key', DEFAULT_SCOPE.tenant, channelId, caller])
  // JSON has no line break.
  return Bun.SHA256.hash(`${whose}\n${idempotencyKey}`, 'hex')
}

/** What makes two requests the same one: SHA-256 in hex. */
export function fingerprintOf({ method, path, rawQuery }: Facts, bytes: Uint8Array): string {
  return new Bun.SHA256().update(`${method}\n${path}\n${rawQuery}\n`).update(bytes).digest('hex')
}

/** The same of two calls, which have no more than what they send. */
export function fingerprintOfCall(data: Json): string {
  return Bun.SHA256.hash(`channel_call\n${JSON.stringify(data)}`, 'hex')
}

/** Who a verified caller is, whatever token or time he comes with. */
function callerOf(auth: JsonObject | undefined): Json {
  if (auth === undefined) return null
  const claims = own(auth, 'claims')
  if (!isObject(claims)) return ['caller', own(auth, 'mode') ?? null, own(auth, 'key_id') ?? null]
  const sub = own(claims, 'sub')
  return sub === undefined ? lasting(claims) : ['sub', own(claims, 'iss') ?? null, sub]
}

/** In an order of its own. */
function lasting(members: JsonObject): Json {
  const entries = Object.entries(members).filter(([name]) => !PASSING_CLAIMS.has(name))
  return ['members', ...entries.sort(([one], [other]) => (one < other ? -1 : 1))]
}
