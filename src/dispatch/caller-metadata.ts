import { isReserved } from '../channel/reserved-metadata.ts'
import { isObject, type Json, type JsonObject, own, setOwn } from '../std/json.ts'

/** The caller's `metadata` without reserved keys, as an object of its own; anything but an object is nothing. */
export function callerMetadata(metadata: Json | undefined): JsonObject {
  const kept: JsonObject = {}
  if (!isObject(metadata)) return kept
  for (const key of Object.keys(metadata)) {
    if (!isReserved(key)) setOwn(kept, key, own(metadata, key) ?? null)
  }
  return kept
}
