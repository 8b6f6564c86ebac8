import type { Detail } from '../../errors.ts'
import { type JsonObject, own } from '../../std/json.ts'

/** Where the keys of a `jwt` are, and that it has some. */
export function keySetProblems(auth: JsonObject, path: string): Detail[] {
  const text = own(auth, 'jwks_url')
  const place = `${path}.jwks_url`
  if (text === undefined) {
    if (own(auth, 'jwt_keys') !== undefined) return []
    const message = 'jwt_keys or jwks_url is missing: tokens are checked with nothing'
    return [{ path: `${path}.jwt_keys`, code: 'REQUIRED', message, expected: 'jwt_keys, jwks_url or both' }]
  }
  if (typeof text !== 'string' || text === '') return []
  const isHttpAllowed = own(auth, 'jwks_allow_private') === true
  const expected = isHttpAllowed ? 'an https or http URL' : 'an https URL, or http with jwks_allow_private'
  const url = /^https?:\/\/[^\s\\]+$/i.test(text) ? URL.parse(text) : null
  if (url === null) {
    return [{ path: place, code: 'INVALID_FORMAT', message: 'is no URL of keys', expected }]
  }
  if (url.username !== '' || url.password !== '') {
    return [{ path: place, code: 'INVALID_FORMAT', message: 'has credentials in it', expected }]
  }
  if (url.protocol === 'https:' || isHttpAllowed) return []
  const message = 'is http, where anybody on the way can put keys of his own'
  return [{ path: place, code: 'INVALID_FORMAT', message, expected }]
}
