/** What the server writes itself, now or in a later version: a caller cannot put words into its mouth. */
const RESERVED = new Set([
  'params',
  'query',
  'headers',
  'cookies',
  'http_method',
  'auth',
  'identity',
  'oauth',
  'trigger',
  'vars',
  'channel',
  'progress',
  'attempt',
  'idempotency_key',
])

/** Whether a key of `metadata` is the server's. */
export function isReserved(key: string): boolean {
  return RESERVED.has(key) || key.startsWith('_orion') || key.startsWith('kafka_')
}
