import { timingSafeEqual } from 'node:crypto'

const HEX_LENGTH = 64
const VISIBLE_ASCII = /^[\x21-\x7e]*$/

/**
 * Whether a text is this SHA-256 digest in base 16 (all lower or all upper case) or base 64 (both alphabets, with or
 * without padding). The digest has one spelling in each of them, so that no bit of the text can change.
 */
export function isSignature(text: string, digest: Buffer): boolean {
  const expected = spelled(text, digest)
  if (expected.length !== text.length || !VISIBLE_ASCII.test(text)) return false
  return timingSafeEqual(Buffer.from(expected), Buffer.from(text))
}

/** The digest in the spelling that the text seems to have. */
function spelled(text: string, digest: Buffer): string {
  if (text.length === HEX_LENGTH) {
    const hex = digest.toString('hex')
    return text === text.toUpperCase() ? hex.toUpperCase() : hex
  }
  const base64 = digest.toString(/[-_]/.test(text) ? 'base64url' : 'base64')
  const bare = base64.replace('=', '')
  return text.endsWith('=') ? `${bare}=` : bare
}
