import { apiKeyVerifier } from './api-key.ts'
import type { ChannelAuth, JwtAuth } from './definition.ts'
import { hmacVerifier } from './hmac.ts'
import { jwtVerifier } from './jwt.ts'
import type { KeySet } from './key-set.ts'
import type { KeySets } from './key-sets.ts'
import type { Verifier } from './verifier.ts'

/** What checks the callers of a channel. Throws when a key cannot be read, which the channel's check tells. */
export function openVerifier(auth: ChannelAuth, keySets: KeySets): Verifier {
  switch (auth.mode) {
    case 'api_key':
      return apiKeyVerifier(auth)
    case 'hmac':
      return hmacVerifier(auth)
    case 'jwt':
      return jwtVerifier(auth, keySetOf(auth, keySets))
    default:
      return auth satisfies never
  }
}

function keySetOf({ jwks_url: url, jwks_allow_private }: JwtAuth, keySets: KeySets): KeySet | undefined {
  return url === undefined ? undefined : keySets.of(url, jwks_allow_private ?? false)
}
