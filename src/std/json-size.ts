import type { Json } from './json.ts'

/** Containers within containers that a value may have before it counts as too large. */
const MAX_DEPTH = 500

/**
 * Whether the JSON text of a value, each level indented by so many spaces, is longer than `maxChars`, or so deep that
 * writing it would exhaust the stack. Values share parts, so that a small one may have an endless text: this stops
 * counting as soon as it is sure. Counts each scalar short, so a text near the limit may pass.
 */
export function isTooLarge(value: Json, maxChars: number, indent = 0): boolean {
  return remaining(value, maxChars, 0, indent) < 0
}

/** What is left of `chars` after the JSON text of a value; negative when it is too large. */
export function roomAfter(value: Json, chars: number): number {
  return remaining(value, chars, 0, 0)
}

function remaining(value: Json, chars: number, depth: number, indent: number): number {
  if (typeof value === 'string') return chars - value.length - 2
  if (typeof value === 'bigint') return chars - String(value).length
  if (typeof value !== 'object' || value === null) return chars - 1
  if (depth >= MAX_DEPTH) return -1
  let left = chars - 1
  const perEntry = indent === 0 ? 1 : 2 + indent * (depth + 1)
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length && left >= 0; at++)
      left = remaining(value[at] ?? null, left - perEntry, depth + 1, indent)
    return left
  }
  for (const key in value) {
    if (left < 0) return left
    left = remaining(value[key] ?? null, left - key.length - 3 - perEntry, depth + 1, indent)
  }
  return left
}
