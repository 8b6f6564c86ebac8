import { createHmac, createSecretKey } from 'node:crypto'
import type { HmacAuth } from './definition.ts'
import { isSignature } from './signature.ts'
import type { Refused, Verifier } from './verifier.ts'
import { readSigned, webhookScheme } from './webhook-schemes.ts'

const DEFAULT_TOLERANCE_SECS = 300
const REFUSED: Refused = { kind: 'refused', challenge: 'Signature' }

/** Whoever has the secret signs; what the signature is of depends on the scheme. */
export function hmacVerifier(auth: HmacAuth): Verifier {
  const scheme = webhookScheme(auth.scheme)
  const name = (auth.header ?? scheme.header).toLowerCase()
  const prefix = auth.signature_prefix ?? scheme.prefix
  const toleranceMs = (auth.tolerance_secs ?? DEFAULT_TOLERANCE_SECS) * 1000
  const secret = createSecretKey(Buffer.from(auth.secret))
  return {
    credentialHeaders: [name],
    insufficient: REFUSED.challenge,
    verify(presented, body, nowMs) {
      const signed = readSigned(scheme, presented.header(name), prefix, presented)
      if (signed === undefined) return REFUSED
      const { before, atSecs, signatures } = signed
      // What is too old costs no digest of its body.
      if (atSecs !== undefined && Math.abs(nowMs - atSecs * 1000) > toleranceMs) return REFUSED
      const digest = createHmac('sha256', secret).update(before).update(body).digest()
      let found = false
      for (const signature of signatures) found = isSignature(signature, digest) || found
      return found ? { kind: 'verified', identity: { mode: 'hmac' } } : REFUSED
    },
  }
}
