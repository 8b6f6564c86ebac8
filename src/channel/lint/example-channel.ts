import type { JsonObject } from '../../std/json.ts'

/** A channel of examples, without the name and route that do not matter there. */
export function guardedBy(config: JsonObject, fields: JsonObject = {}): JsonObject {
  return { channel_type: 'sync', ...fields, config }
}
