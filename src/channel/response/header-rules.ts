/** Headers that a workflow may set unless its channel says otherwise. */
export const USUAL_HEADERS: readonly string[] = [
  'content-type',
  'location',
  'cache-control',
  'etag',
  'last-modified',
  'retry-after',
  'content-language',
  'link',
]

/** What belongs to the connection (RFC 9110, 7.6.1), to the length of the body, or to the server. */
const RESERVED = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-encoding',
  'content-length',
  'content-range',
  'date',
  'age',
  'idempotent-replayed',
  'x-request-id',
  'x-content-type-options',
  'x-frame-options',
  'content-security-policy',
  'referrer-policy',
  'permissions-policy',
])
const RESERVED_PREFIXES = ['x-orion-', 'ratelimit-', 'access-control-']

/** Whether a header, by its lower-case name, is never set by a workflow, whatever its channel allows. */
export function isReservedHeader(name: string): boolean {
  return RESERVED.has(name) || RESERVED_PREFIXES.some(prefix => name.startsWith(prefix))
}

/** Neither a line break nor another control character but the tab, and nothing beyond latin1 (RFC 9110, 5.5). */
export function isHeaderValue(value: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value)
}
