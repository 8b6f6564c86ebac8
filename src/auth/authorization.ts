/**
 * The credential in the value of `Authorization` (RFC 9110, 11.6.2): the scheme is compared without regard to case, one
 * or more spaces follow it. Undefined when there is no value, another scheme, or nothing behind the scheme.
 */
export function credentialOf(value: string | null, scheme: string): string | undefined {
  if (value === null || value.charCodeAt(scheme.length) !== SPACE) return undefined
  if (value.slice(0, scheme.length).toLowerCase() !== scheme.toLowerCase()) return undefined
  let start = scheme.length
  while (value.charCodeAt(start) === SPACE) start++
  return start === value.length ? undefined : value.slice(start)
}

const SPACE = 0x20
