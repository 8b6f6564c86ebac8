import { hash, timingSafeEqual } from 'node:crypto'

/** SHA-256 of a key. */
export function keyDigest(key: string): Buffer {
  return hash('sha256', key, 'buffer')
}

/**
 * Whether one of the digests is that of the key. All of them are compared, in constant time, so that neither length nor
 * order of the keys shows.
 */
export function isKnown(asked: Buffer, digests: readonly Buffer[]): boolean {
  let found = false
  for (const known of digests) found = timingSafeEqual(known, asked) || found
  return found
}
