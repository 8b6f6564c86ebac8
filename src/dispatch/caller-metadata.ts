import { isObject, type Json, type JsonObject, own, setOwn } from '../std/json.ts'

/** What the server writes itself, now or in a later version: a caller cannot put words into its mouth. */
const RESERVED = new Set([
  'params',
  'query',
  'headers',
  'cookies',
  'http_method',
  'auth',
  'identity',
  'oauth',
  'trigger',
  'vars',
  'channel',
  'progress',
  'attempt',
  'idempotency_key',
])

/** The caller's `metadata` without reserved keys, as an object of its own; anything but an object is nothing. */
export function callerMetadata(metadata: Json | undefined): JsonObject {
  const kept: JsonObject = {}
  if (!isObject(metadata)) return kept
  for (const key of Object.keys(metadata)) {
    if (!isReserved(key)) setOwn(kept, key, own(metadata, key) ?? null)
  }
  return kept
}

/** Whether a key of `metadata` is the server's. */
export function isReserved(key: string): boolean {
  return RESERVED.has(key) || key.startsWith('_orion') || key.startsWith('kafka_')
}
