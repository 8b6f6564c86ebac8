/** What kind of thing a content type names; `other` is what no channel reads. */
export type MediaKind = 'json' | 'xml' | 'form' | 'text' | 'other'

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const MEDIA_TYPE = new RegExp(`^\\s*(${TOKEN})/(${TOKEN})\\s*(?:;|$)`)
const CHARSET = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;"]*))/i

/** Upper and lower case are the same (RFC 9110, 8.3.1). */
export function mediaKind(contentType: string | null): MediaKind {
  if (contentType === null) return 'other'
  const parts = MEDIA_TYPE.exec(contentType)
  if (parts === null) return 'other'
  const type = (parts[1] ?? '').toLowerCase()
  const subtype = (parts[2] ?? '').toLowerCase()
  if (type === 'application' && (subtype === 'json' || isSuffixed(subtype, '+json'))) return 'json'
  if (isSuffixed(subtype, '+xml')) return 'xml'
  if (subtype === 'xml' && (type === 'application' || type === 'text')) return 'xml'
  if (type === 'application' && subtype === 'x-www-form-urlencoded') return 'form'
  return type === 'text' ? 'text' : 'other'
}

/** The `charset` parameter in lower case; undefined when there is none. */
export function charsetOf(contentType: string): string | undefined {
  const found = CHARSET.exec(contentType)
  return found === null ? undefined : (found[1] ?? found[2] ?? '').toLowerCase()
}

function isSuffixed(subtype: string, suffix: string): boolean {
  return subtype.length > suffix.length && subtype.endsWith(suffix)
}
