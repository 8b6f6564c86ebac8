import { OrionError } from '../errors.ts'
import { apiKeys, WrongKey } from './api-keys.ts'
import type { BackOff } from './back-off.ts'
import { isFromLoopback, type Peer } from './loopback.ts'
import { ANONYMOUS, type Principal } from './principal.ts'

export interface AdminAccessOptions {
  /** Empty when no key is set: then loopback peers only. */
  readonly keys: readonly string[]
  /** Header that carries the key. */
  readonly header: string
  /** Without a key, answer everybody. */
  readonly allowOpen: boolean
}

/**
 * Lets an admin request in as somebody, or throws UNAUTHORIZED or FORBIDDEN. `onWrongKey` hears of a wrong key at once,
 * before its answer is held back.
 */
export type AdminAccess = (
  request: Request,
  peer: Peer,
  onWrongKey: () => void,
) => Principal | Promise<Principal>

/** A right key is never held back, a wrong one longer each time. */
export function adminAccess(options: AdminAccessOptions, backOff: BackOff): AdminAccess {
  if (options.keys.length === 0) return keyless(options.allowOpen)
  const check = apiKeys(options.keys, options.header)
  return (request, peer = 'in process', onWrongKey) => {
    try {
      const principal = check(request.headers)
      backOff.forgive(peer)
      return principal
    } catch (error) {
      if (!(error instanceof WrongKey)) throw error
      onWrongKey()
      return backOff.holdBack(peer, request.signal).then(() => Promise.reject(error))
    }
  }
}

function keyless(allowOpen: boolean): AdminAccess {
  return (request, peer) => {
    if (allowOpen || isFromLoopback(peer, request.headers)) return ANONYMOUS
    throw new OrionError(
      'FORBIDDEN',
      'Refused an admin request that does not come straight from this machine, because no admin key is set; ' +
        'set admin_auth.enabled = true and admin_auth.api_keys (ORION_ADMIN_AUTH__ENABLED, ' +
        'ORION_ADMIN_AUTH__API_KEYS), or admin_auth.allow_open = true to answer everybody',
    )
  }
}
