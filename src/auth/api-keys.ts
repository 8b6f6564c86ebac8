import { OrionError } from '../errors.ts'
import { credentialOf } from './authorization.ts'
import { isKnown, keyDigest } from './key-digests.ts'
import type { Principal } from './principal.ts'

/** Checks the key of a request; throws UNAUTHORIZED, as a WrongKey when there was one and it is wrong. */
export type KeyCheck = (headers: Headers) => Principal

/** A key that is not one of ours: the only refusal that is slowed down. */
export class WrongKey extends OrionError {
  constructor(headers: Readonly<Record<string, string>>) {
    super('UNAUTHORIZED', 'Invalid API key', { headers })
  }
}

/** Visible ASCII, spaces and tabs: what the reference takes as the text of a header. */
const asciiText = /^[\t\x20-\x7e]*$/

/**
 * Any of `keys` opens (contract 1.8). `headerName` is `Authorization`, which then carries `Bearer <key>`, or a name of
 * one's own, which carries the key alone.
 */
export function apiKeys(keys: readonly string[], headerName: string): KeyCheck {
  const digests = keys.map(keyDigest)
  const bearer = headerName.toLowerCase() === 'authorization'
  const refusalHeaders: Record<string, string> = bearer
    ? { 'www-authenticate': 'Bearer realm="orion-admin"' }
    : {}
  return headers => {
    const value = headers.get(headerName)
    if (value === null || !asciiText.test(value)) {
      throw new OrionError('UNAUTHORIZED', `Missing ${headerName} header`, { headers: refusalHeaders })
    }
    const key = bearer ? bearerToken(value, refusalHeaders) : value
    if (!isKnown(keyDigest(key), digests)) throw new WrongKey(refusalHeaders)
    return { name: `${key.slice(0, 8)}...` }
  }
}

function bearerToken(value: string, headers: Readonly<Record<string, string>>): string {
  const token = credentialOf(value, 'Bearer')
  if (token !== undefined) return token
  throw new OrionError('UNAUTHORIZED', "Authorization header must use 'Bearer <token>' format", { headers })
}
