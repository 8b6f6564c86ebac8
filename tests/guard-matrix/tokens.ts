import { createHmac } from 'node:crypto'
import type { JsonObject } from '../../src/std/json.ts'

/** A moment at which tokens are good. */
export const NOW_SECS = 1_700_000_000

const SECRET = 'a secret of the tests, and long enough for HS256'

/** What a channel checks tokens with. */
export const JWT: JsonObject = {
  mode: 'jwt',
  algorithms: ['HS256'],
  jwt_keys: [{ algorithm: 'HS256', key: SECRET }],
}

/** A token of these claims that is good for a minute. */
export function token(claims: JsonObject, header: JsonObject = { alg: 'HS256' }, secret = SECRET): string {
  const parts = [header, { exp: NOW_SECS + 60, ...claims }].map(part => base64(JSON.stringify(part)))
  const input = parts.join('.')
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

export function bearer(claims: JsonObject): Record<string, string> {
  return { authorization: `Bearer ${token(claims)}` }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64url')
}
