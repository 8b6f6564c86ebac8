import { OrionError } from '../../errors.ts'
import type { Awaitable } from '../../std/awaitable.ts'
import type { Json, JsonObject } from '../../std/json.ts'
import { credentialOf } from '../authorization.ts'
import { type ClaimRules, claimsVerdict } from './claims.ts'
import type { JwtAlgorithm, JwtAuth } from './definition.ts'
import { ALGORITHMS, type SignatureAlgorithm } from './jwt-algorithms.ts'
import { type JwtKey, readJwtKey } from './jwt-key.ts'
import type { KeySet } from './key-set.ts'
import { readToken } from './token.ts'
import { NOBODY, type Refused, type Verdict, type Verifier } from './verifier.ts'

const DEFAULT_LEEWAY_SECS = 30

/** Challenges as RFC 6750, 3 has them; of all reasons only expiry is told, which a client mends by itself. */
const MISSING: Refused = { kind: 'refused', challenge: 'Bearer' }
const INVALID: Refused = { kind: 'refused', challenge: 'Bearer error="invalid_token"' }
const EXPIRED: Refused = {
  kind: 'refused',
  challenge: 'Bearer error="invalid_token", error_description="token expired"',
}
const INSUFFICIENT = 'Bearer error="insufficient_scope"'

/** The keys of one algorithm. */
interface KeyRing {
  readonly algorithm: JwtAlgorithm
  /** Whether its keys are shared secrets. */
  readonly isSecret: boolean
  readonly check: SignatureAlgorithm['check']
  readonly keys: readonly JwtKey[]
}

/**
 * Tokens in `Authorization: Bearer`, checked as RFC 8725 has it: the algorithm is one of the allowed ones, and a key
 * serves the algorithm that it is declared for alone. `keySet` is what is behind `jwks_url`, if there is one. Throws when a key cannot be read, which the channel's check tells.
 */
export function jwtVerifier(auth: JwtAuth, keySet?: Pick<KeySet, 'keys'>): Verifier {
  const rings = keyRings(auth)
  const rules: ClaimRules = {
    issuers: setOf(auth.issuer),
    audiences: setOf(auth.audience),
    leewaySecs: auth.leeway_secs ?? DEFAULT_LEEWAY_SECS,
    requireExp: auth.require_exp ?? true,
  }
  const absent = (auth.required ?? true) ? MISSING : NOBODY
  return {
    credentialHeaders: ['authorization'],
    insufficient: INSUFFICIENT,
    verify(presented, _, nowMs) {
      const text = credentialOf(presented.header('authorization'), 'Bearer')
      if (text === undefined) return absent
      const claims = signedClaims(text, rings, keySet)
      return claims instanceof Promise
        ? claims.then(known => judged(known, rules, nowMs))
        : judged(claims, rules, nowMs)
    },
  }
}

function judged(claims: JsonObject | undefined, rules: ClaimRules, nowMs: number): Verdict {
  if (claims === undefined) return INVALID
  const verdict = claimsVerdict(claims, rules, nowMs / 1000)
  if (verdict !== 'accepted') return verdict === 'expired' ? EXPIRED : INVALID
  return { kind: 'verified', identity: { mode: 'jwt', claims } }
}

/** The claims of a token that one of the keys has signed. */
function signedClaims(
  text: string,
  rings: ReadonlyMap<string, KeyRing>,
  keySet: Pick<KeySet, 'keys'> | undefined,
): Awaitable<JsonObject | undefined> {
  const token = readToken(text)
  const ring = token && rings.get(token.algorithm)
  if (token === undefined || ring === undefined) return undefined
  const { input, signature, kid } = token
  const claimsBy = (keys: readonly JwtKey[]) =>
    keys.some(({ key }) => ring.check(key, input, signature)) ? token.claims() : undefined
  const known = claimsBy(routed(kid, ring.keys))
  if (known !== undefined || keySet === undefined || ring.isSecret) return known
  const keys = keySet.keys(kid, ring.algorithm)
  return keys instanceof Promise ? keys.then(claimsBy) : claimsBy(keys)
}

/** Those with the token's `kid`, or when there are none those without; all of them for a token without. */
function routed(kid: string | undefined, keys: readonly JwtKey[]): readonly JwtKey[] {
  if (kid === undefined) return keys
  const named = keys.filter(key => key.kid === kid)
  return named.length > 0 ? named : keys.filter(key => key.kid === undefined)
}

function keyRings({ algorithms, jwt_keys = [] }: JwtAuth): ReadonlyMap<string, KeyRing> {
  return new Map(
    algorithms.map(name => {
      const keys = jwt_keys.filter(({ algorithm }) => algorithm === name).map(keyOf)
      const { check, keyKind } = ALGORITHMS[name]
      return [name, { algorithm: name, isSecret: keyKind === 'secret', check, keys }]
    }),
  )
}

function keyOf({ algorithm, key, kid }: NonNullable<JwtAuth['jwt_keys']>[number]): JwtKey {
  const read = readJwtKey(algorithm, key)
  if ('problem' in read) throw new OrionError('INTERNAL_ERROR', `A key of ${algorithm} ${read.problem}`)
  return { key: read.key, kid: kid ?? read.kid }
}

function setOf(names: string | readonly string[] | undefined): ReadonlySet<Json> | undefined {
  if (names === undefined) return undefined
  return new Set(typeof names === 'string' ? [names] : names)
}
