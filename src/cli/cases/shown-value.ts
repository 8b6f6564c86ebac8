import type { Json } from '../../std/json.ts'
import { isTooLarge } from '../../std/json-size.ts'

/** Characters of a value that a report quotes. */
const MAX_CHARS = 2000

/** A value of a run as a report holds it: one that is too long is told to be so. */
export function shownValue(value: Json): Json {
  return isTooLarge(value, MAX_CHARS) ? `(longer than ${MAX_CHARS} characters)` : value
}

/** The same as text; undefined is nothing at all. */
export function shownText(value: Json | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(shownValue(value))
}
