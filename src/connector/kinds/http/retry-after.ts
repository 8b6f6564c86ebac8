const MOST_SECS = 86_400

/** Seconds that `retry-after` asks to wait for: a number of them, or a date (RFC 9110, 10.2.3). */
export function retryAfterSecs(
  value: string | readonly string[] | undefined,
  nowMs: number,
): number | undefined {
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  if (/^\d+$/.test(text)) return Math.min(Number(text), MOST_SECS)
  const dateMs = /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(dateMs)) return undefined
  return Math.min(Math.max(0, Math.ceil((dateMs - nowMs) / 1000)), MOST_SECS)
}
