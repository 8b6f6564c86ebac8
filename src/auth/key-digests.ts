import { timingSafeEqual } from 'node:crypto'

/** SHA-256 of a key. */
export function keyDigest(key: string): Uint8Array {
  return Bun.SHA256.hash(key)
}

/**
 * Whether one of the digests is that of the key. All of them are compared, in constant time, so that neither length nor
 * order of the keys shows.
 */
export function isKnown(asked: Uint8Array, digests: readonly Uint8Array[]): boolean {
  let found = false
  for (const known of digests) found = timingSafeEqual(known, asked) || found
  return found
}
