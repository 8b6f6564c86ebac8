/** Headers that say how a message is sent, which is not for who writes it. */
const FORBIDDEN: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

export function isForbiddenHeader(name: string): boolean {
  return FORBIDDEN.has(name.toLowerCase())
}
