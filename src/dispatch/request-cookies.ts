import { type JsonObject, setOwn } from '../std/json.ts'

/** A longer value is no value. */
const MAX_BYTES = 4096

/**
 * The cookies of a `cookie` header (RFC 6265, 5.4) that are on the list, by name, as they came. Of several of one name
 * the first counts; one that is empty or too long is absent. Undefined when none is left.
 */
export function cookiesOf(header: string | null, wanted: ReadonlySet<string>): JsonObject | undefined {
  if (header === null) return undefined
  const cookies: JsonObject = {}
  const seen = new Set<string>()
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=')
    const name = pair.slice(0, Math.max(at, 0)).trim()
    if (!wanted.has(name) || seen.has(name)) continue
    seen.add(name)
    const value = pair.slice(at + 1).trim()
    if (value !== '' && Buffer.byteLength(value) <= MAX_BYTES) setOwn(cookies, name, value)
  }
  return Object.keys(cookies).length === 0 ? undefined : cookies
}
