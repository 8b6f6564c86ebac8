/** Whatever has secrets says so by one of these words. */
const MAY_HOLD_SECRETS = /"(?:connector_type|auth)"/
/** A text, or the beginning of one that does not end on its line; with what makes it a key. */
const TEXT = /"((?:[^"\\\n]|\\.)*)("?)(\s*:)?/gu

/**
 * A text whose parts cannot be told, to quote lines of it: where secrets may be, every text that is no key reads `*`.
 * Everything else stays in its place.
 */
export function hideTexts(text: string): string {
  if (!MAY_HOLD_SECRETS.test(text)) return text
  return text.replace(TEXT, (whole, inner: string, quote: string, colon: string | undefined) =>
    colon === undefined ? `"${'*'.repeat([...inner].length)}${quote}` : whole,
  )
}
