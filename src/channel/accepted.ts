import type { Json } from '../std/json.ts'

/** Null, false, 0, "" and [] refuse a request, everything else accepts it, `{}` too (contract 8.4). */
export function isAccepted(value: Json): boolean {
  if (Array.isArray(value)) return value.length > 0
  return typeof value === 'object' && value !== null ? true : Boolean(value)
}
