import { isObject, type Json } from '../../std/json.ts'

/** A text, and whether a colon follows it, which makes it a key. */
const TEXT = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g

/** Whether an object in the text has a key twice; `value` is what the text says, where the last of them counts. */
export function hasRepeatedKeys(text: string, value: Json): boolean {
  let written = 0
  for (const [, colon] of text.matchAll(TEXT)) if (colon !== undefined) written++
  return written !== keysIn(value)
}

function keysIn(value: Json): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + keysIn(item), 0)
  if (!isObject(value)) return 0
  const keys = Object.keys(value)
  return keys.reduce((sum, key) => sum + keysIn(value[key] ?? null), keys.length)
}
