import { isObject, type Json, type JsonObject, own, setOwn } from '../std/json.ts'
import type { Context } from './message.ts'

/**
 * Who may change what: the context and the objects at its three roots belong to one run and are changed in place;
 * everything below them is shared (with the payload, with literals of compiled rules, with recorded changes) and never
 * changes, so a write copies the containers on its way.
 */
export const ROOTS = ['data', 'metadata', 'temp_data'] as const
export type Root = (typeof ROOTS)[number]

export function rootNamed(key: string): Root | undefined {
  return ROOTS.find(root => root === key)
}

/** A root's value as something of its own, that later writes do not reach. */
export function copyOfRoot(value: Json): Json {
  return isObject(value) ? { ...value } : value
}

/** The context as it is now, which later writes do not reach. */
export function snapshot(context: Context): Context {
  const copy: Context = { ...context }
  for (const root of ROOTS) copy[root] = copyOfRoot(context[root])
  return copy
}

/** Two objects merge key by key, one level deep; anything else replaces. */
export function mergeRoot(context: Context, root: Root, value: Json): void {
  const current = context[root]
  if (isObject(current) && isObject(value)) context[root] = merged(current, value)
  else context[root] = copyOfRoot(value)
}

/** Keys that are added to an object one by one in less time than the object takes to be copied. */
const FEW_KEYS = 64

function merged(current: JsonObject, value: JsonObject): JsonObject {
  const keys = Object.keys(value)
  if (keys.length > FEW_KEYS) return { ...current, ...value }
  for (const key of keys) setOwn(current, key, own(value, key) ?? null)
  return current
}
