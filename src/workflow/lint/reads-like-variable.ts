import type { Json } from '../../std/json.ts'

const CONTEXT_PATH = /^(?:data|metadata|temp_data)(?:\.[^\s.]+)+$/

/** A text that was probably meant as a variable. */
export function readsLikeVariable(value: Json): value is string {
  return typeof value === 'string' && CONTEXT_PATH.test(value)
}
