import { excerpt } from '../../std/excerpt.ts'
import type { Json } from '../../std/json.ts'

/** Beyond this an integer is told by its size: writing a long one takes long. */
const LARGEST_WRITTEN = 2n ** 512n

/** A value as a detail shows it: a scalar cut short, the kind of anything else. */
export function glimpse(value: Json): Json {
  switch (typeof value) {
    case 'string':
      return excerpt(value)
    case 'bigint':
      return value < LARGEST_WRITTEN && value > -LARGEST_WRITTEN
        ? excerpt(String(value))
        : 'a very long integer'
    case 'object':
      if (value === null) return null
      return Array.isArray(value) ? 'an array' : 'an object'
    default:
      return value
  }
}

/** A value of a schema in words: texts in quotes. */
export function spelled(value: Json): string {
  return typeof value === 'string' ? JSON.stringify(excerpt(value)) : String(glimpse(value))
}

/** Choices that a detail lists; more of them help nobody. */
const MAX_LISTED = 10

/** "one of a, b, c", cut where it gets long. */
export function choices(words: readonly string[]): string {
  if (words.length === 1) return words[0] ?? ''
  const rest = words.length - MAX_LISTED
  return `one of ${words.slice(0, MAX_LISTED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}
