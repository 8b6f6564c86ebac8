import type { Json, JsonObject } from '../../std/json.ts'

/** Steps of examples, without the ids and names that do not matter there. */

/** Brings the payload in as `data.<target>`. */
export function parsing(target: string): JsonObject {
  return { function: { name: 'parse_json', input: { source: 'payload', target } } }
}

export function mapping(path: string, logic: Json): JsonObject {
  return { function: { name: 'map', input: { mappings: [{ path, logic }] } } }
}

export function logging(message: Json): JsonObject {
  return { function: { name: 'log', input: { message } } }
}

export function loggingIf(condition: Json): JsonObject {
  return { condition, ...logging('yes') }
}
