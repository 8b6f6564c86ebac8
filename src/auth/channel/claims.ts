import { type Json, type JsonObject, own } from '../../std/json.ts'

/** What the registered claims of a token have to say (RFC 7519, 4.1). */
export interface ClaimRules {
  /** Undefined accepts any. */
  readonly issuers: ReadonlySet<Json> | undefined
  readonly audiences: ReadonlySet<Json> | undefined
  readonly leewaySecs: number
  readonly requireExp: boolean
}

export function claimsVerdict(
  claims: JsonObject,
  rules: ClaimRules,
  nowSecs: number,
): 'accepted' | 'expired' | 'refused' {
  const exp = numericDate(claims, 'exp')
  const nbf = numericDate(claims, 'nbf')
  const iat = numericDate(claims, 'iat')
  if (Number.isNaN(exp) || Number.isNaN(nbf) || Number.isNaN(iat)) return 'refused'
  if (exp === undefined && rules.requireExp) return 'refused'
  if (!isFor(claims, rules)) return 'refused'
  if (nbf !== undefined && nbf > nowSecs + rules.leewaySecs) return 'refused'
  if (exp !== undefined && exp <= nowSecs - rules.leewaySecs) return 'expired'
  return 'accepted'
}

/** Seconds since the Unix epoch; NaN for anything but a number. */
function numericDate(claims: JsonObject, name: string): number | undefined {
  const value = own(claims, name)
  if (value === undefined) return undefined
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN
}

function isFor(claims: JsonObject, { issuers, audiences }: ClaimRules): boolean {
  if (issuers !== undefined && !issuers.has(own(claims, 'iss') ?? null)) return false
  if (audiences === undefined) return true
  const aud = own(claims, 'aud') ?? null
  return Array.isArray(aud) ? aud.some(one => audiences.has(one)) : audiences.has(aud)
}
