/**
 * An origin as browsers send it (RFC 6454): scheme, host and port in lower case, without a path and without the usual
 * port of the scheme; `null` is the origin of pages that have none. Undefined for what is no origin.
 */
export function webOrigin(text: string): string | undefined {
  const lower = text.toLowerCase()
  if (lower === 'null') return lower
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/\s?#@\\]+\/?$/.test(lower)) return undefined
  const bare = lower.endsWith('/') ? lower.slice(0, -1) : lower
  // Only of the schemes of the web a URL knows the origin; those of apps and extensions are sent as they are.
  return /^https?:/.test(bare) ? URL.parse(bare)?.origin : bare
}
