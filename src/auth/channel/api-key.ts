import { credentialOf } from '../authorization.ts'
import { isKnown, keyDigest } from '../key-digests.ts'
import type { ApiKeyAuth } from './definition.ts'
import type { Refused, Verifier } from './verifier.ts'

const DIGEST_PREFIX = 'sha256:'
const DIGEST = /^sha256:[0-9a-f]{64}$/i

/** True for `sha256:` with anything but a digest behind it. */
export function isBrokenDigest(key: string): boolean {
  return key.startsWith(DIGEST_PREFIX) && !DIGEST.test(key)
}

/** Any of the keys opens. */
export function apiKeyVerifier({ keys, header = 'Authorization', scheme }: ApiKeyAuth): Verifier {
  const name = header.toLowerCase()
  const word = (scheme ?? (name === 'authorization' ? 'Bearer' : '')).trimEnd()
  const digests = keys.map(digestOf)
  const challenge = word === '' ? 'ApiKey' : word
  const refused: Refused = { kind: 'refused', challenge }
  return {
    credentialHeaders: [name],
    insufficient: challenge,
    verify(presented) {
      const value = presented.header(name)
      const key = word === '' ? value : credentialOf(value, word)
      if (key === null || key === undefined) return refused
      const digest = keyDigest(key)
      if (!isKnown(digest, digests)) return refused
      const key_id = `key-${digest.toString('hex', 0, 8)}`
      return { kind: 'verified', identity: { mode: 'api_key', key_id } }
    },
  }
}

function digestOf(key: string): Buffer {
  return DIGEST.test(key) ? Buffer.from(key.slice(DIGEST_PREFIX.length), 'hex') : keyDigest(key)
}
