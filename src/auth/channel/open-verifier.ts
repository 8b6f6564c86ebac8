import { apiKeyVerifier } from './api-key.ts'
import type { ChannelAuth } from './definition.ts'
import { hmacVerifier } from './hmac.ts'
import { jwtVerifier } from './jwt.ts'
import type { Verifier } from './verifier.ts'

/** What checks the callers of a channel. Throws when a key cannot be read, which the channel's check tells. */
export function openVerifier(auth: ChannelAuth): Verifier {
  switch (auth.mode) {
    case 'api_key':
      return apiKeyVerifier(auth)
    case 'hmac':
      return hmacVerifier(auth)
    case 'jwt':
      return jwtVerifier(auth)
    default:
      return auth satisfies never
  }
}
