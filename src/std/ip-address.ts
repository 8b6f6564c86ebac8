import { isIP } from 'node:net'

/**
 * The one spelling of an IP address: IPv6 in lower case and compressed (RFC 5952), without a zone; an IPv4 address that is
 * mapped into IPv6 is that IPv4 address. Undefined for everything else.
 */
export function canonicalAddress(text: string): string | undefined {
  const kind = isIP(text)
  if (kind === 4) return text
  if (kind !== 6) return undefined
  const zoneAt = text.indexOf('%')
  const url = URL.parse(`http://[${zoneAt === -1 ? text : text.slice(0, zoneAt)}]/`)
  if (url === null) return undefined
  const address = url.hostname.slice(1, -1)
  const mapped = MAPPED.exec(address)
  return mapped === null ? address : dotted(mapped[1], mapped[2])
}

const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/

function dotted(...words: readonly (string | undefined)[]): string {
  const numbers = words.map(word => Number.parseInt(word ?? '0', 16))
  return numbers.flatMap(number => [number >> 8, number & 0xff]).join('.')
}
