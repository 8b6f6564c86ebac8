import type { ChannelAuth } from '../../auth/channel/definition.ts'
import type { KeySets } from '../../auth/channel/key-sets.ts'
import { openVerifier } from '../../auth/channel/open-verifier.ts'
import type { Verdict } from '../../auth/channel/verifier.ts'
import { compileGuardLogic } from '../../channel/guard-logic.ts'
import { OrionError } from '../../errors.ts'
import { type Expression, ExpressionError, type Limits } from '../../expression/expression.ts'
import { isTruthy } from '../../expression/truth.ts'
import type { Clock } from '../../std/clock.ts'
import { isObject, type JsonObject, own, setOwn } from '../../std/json.ts'
import type { Telemetry } from '../../telemetry/telemetry.ts'
import type { Caller } from './caller.ts'
import type { AuthGuard } from './guards.ts'

interface AuthNeeds {
  readonly clock: Clock
  readonly limits: Limits
  readonly telemetry: Telemetry
  readonly keySets: KeySets
}

interface OpenAuth extends AuthGuard {
  /** Headers that carry credentials, lower-case. */
  readonly credentialHeaders: readonly string[]
}

/** Who may ask a channel (`config.auth`). Throws ExpressionError, or OrionError when a key cannot be read. */
export function openAuth(auth: ChannelAuth, { clock, limits, telemetry, keySets }: AuthNeeds): OpenAuth {
  const verifier = openVerifier(auth, keySets)
  const rule = auth.mode === 'jwt' ? auth.authorization_logic : undefined
  const mayAsk = rule === undefined ? undefined : compileGuardLogic(rule, 'condition', limits)
  const shownClaims = auth.mode === 'jwt' ? auth.claims_to_metadata : undefined
  const refuse = (code: 'UNAUTHORIZED' | 'FORBIDDEN', message: string, challenge: string): never => {
    telemetry.counters.increment('channel_auth')
    throw new OrionError(code, message, { headers: { 'www-authenticate': challenge } })
  }
  const admitted = (verdict: Verdict): Caller | undefined => {
    if (verdict.kind === 'nobody') return undefined
    // One message for every cause: which half was right is nobody's business.
    if (verdict.kind === 'refused') return refuse('UNAUTHORIZED', 'Authentication failed', verdict.challenge)
    const { identity } = verdict
    if (mayAsk !== undefined && !isGranted(mayAsk, identity)) {
      return refuse('FORBIDDEN', 'Not authorized', verifier.insufficient)
    }
    return { identity, shown: shownClaims === undefined ? identity : withClaims(identity, shownClaims) }
  }
  return {
    credentialHeaders: verifier.credentialHeaders,
    verify({ facts }, bytes) {
      const verdict = verifier.verify(facts, bytes, clock.now())
      return verdict instanceof Promise ? verdict.then(admitted) : admitted(verdict)
    },
  }
}

/** What cannot be decided is not granted. */
function isGranted(mayAsk: Expression, identity: JsonObject): boolean {
  try {
    return isTruthy(mayAsk.evaluate({ claims: identity.claims ?? {} }))
  } catch (error) {
    if (error instanceof ExpressionError) return false
    throw error
  }
}

/** The identity with these claims alone. */
function withClaims(identity: JsonObject, names: readonly string[]): JsonObject {
  const all = identity.claims
  const claims: JsonObject = {}
  if (isObject(all)) {
    for (const name of names) {
      const value = own(all, name)
      if (value !== undefined) setOwn(claims, name, value)
    }
  }
  return { ...identity, claims }
}
