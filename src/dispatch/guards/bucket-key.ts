import { createHash } from 'node:crypto'
import type { Json } from '../../std/json.ts'

/** A longer key is told apart by its digest. */
const MAX_KEY_CHARACTERS = 128

/**
 * The bucket of what `key_logic` gives: a text as it is, every other value by its JSON text; keys of different types are
 * different keys. Undefined for null and the empty text, which name nobody.
 */
export function bucketKey(value: Json): string | undefined {
  if (value === null || value === '') return undefined
  return bounded(typeof value === 'string' ? `text ${value}` : `json ${JSON.stringify(value)}`)
}

/** The bucket of an address where other requests have keys of their own. */
export function addressKey(address: string): string {
  return `address ${address}`
}

export const SHARED_KEY = 'shared'

function bounded(key: string): string {
  if (key.length <= MAX_KEY_CHARACTERS) return key
  return `digest ${createHash('sha256').update(key).digest('base64')}`
}
