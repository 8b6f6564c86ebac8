import { readReference } from '../../config/reference.ts'
import type { Detail } from '../../errors.ts'
import { isObject, type Json, type JsonObject, own } from '../../std/json.ts'
import { notAvailable } from '../../versioning/not-available.ts'
import { isBrokenDigest } from './api-key.ts'
import { keySetProblems } from './check-key-set.ts'
import { JWT_ALGORITHMS, type JwtAlgorithm } from './definition.ts'
import { readJwtKey } from './jwt-key.ts'
import { tellsTime } from './webhook-schemes.ts'

/** Keys of later versions: what a channel asks for and does not get would leave it open in another way than it says. */
const LATER_KEYS: Readonly<Record<string, readonly string[]>> = {
  hmac: ['secrets', 'preset', 'algorithm', 'message', 'encoding', 'timestamp', 'signature_key'],
  jwt: ['source', 'max_token_bytes'],
}
const LATER_JWT_KEYS = ['key_encoding']
/** Places of later versions to find a secret in. */
const LATER_REFERENCE = /^(?:var|vault):\/\//
const IN_LOGIC = 'authorization_logic'

/**
 * What the schema of `auth` cannot say; what does not fit the schema is left to it. No detail holds anything of a key or
 * a secret.
 */
export function authProblems(auth: Json | undefined, path: string): Detail[] {
  if (!isObject(auth)) return []
  return [...modeProblems(auth, path), ...referenceProblems(auth, path)]
}

/** References that nothing could resolve. What they lead to is known when the channel is loaded. */
function referenceProblems(value: Json, path: string, isLogic = false): Detail[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, at) => referenceProblems(item, `${path}[${at}]`, isLogic))
  }
  if (isObject(value)) {
    return Object.entries(value).flatMap(([key, member]) =>
      referenceProblems(member, `${path}.${key}`, isLogic || key === IN_LOGIC),
    )
  }
  if (typeof value !== 'string') return []
  if (LATER_REFERENCE.test(value)) return [notAvailable(path, 'a reference of this kind', EXPECTED)]
  const reference = readReference(value)
  if (reference === undefined) return []
  if ('problem' in reference) return [wrongReference(path, reference.problem)]
  return isLogic ? [wrongReference(path, 'a reference cannot stand in an expression')] : []
}

const EXPECTED = 'env://NAME, file:///PATH or secret://NAME'

function wrongReference(path: string, message: string): Detail {
  return { path, code: 'INVALID_FORMAT', message, expected: EXPECTED }
}

/** What is known when the channel is loaded, if not here. */
function isLookedUp(text: string): boolean {
  return LATER_REFERENCE.test(text) || readReference(text) !== undefined
}

function modeProblems(auth: JsonObject, path: string): Detail[] {
  const mode = own(auth, 'mode')
  const later = typeof mode === 'string' ? laterProblems(auth, LATER_KEYS[mode] ?? [], path) : []
  if (mode === 'api_key') return keyProblems(listOf(auth, 'keys'), `${path}.keys`)
  if (mode === 'hmac') return [...later, ...hmacProblems(auth, path)]
  if (mode === 'jwt') return [...later, ...jwtProblems(auth, path)]
  return []
}

function keyProblems(keys: readonly Json[], path: string): Detail[] {
  return keys.flatMap((key, at): Detail[] => {
    if (typeof key !== 'string') return []
    const place = `${path}[${at}]`
    if (isLookedUp(key)) return []
    if (isBrokenDigest(key)) {
      const expected = '"sha256:" and 64 hexadecimal digits'
      return [{ path: place, code: 'INVALID_FORMAT', message: 'begins like a digest and is none', expected }]
    }
    if (!/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(key)) {
      const message = 'cannot be sent in a header'
      const expected = 'visible ASCII without spaces at its ends'
      return [{ path: place, code: 'INVALID_FORMAT', message, expected }]
    }
    return keys.indexOf(key) === at
      ? []
      : [{ path: place, code: 'DUPLICATE', message: 'the same key stands before' }]
  })
}

function hmacProblems(auth: JsonObject, path: string): Detail[] {
  const scheme = own(auth, 'scheme')
  const named = typeof scheme === 'string' ? scheme : undefined
  const idle = own(auth, 'tolerance_secs') !== undefined && !tellsTime(named)
  const message = 'only requests of the schemes stripe and slack tell when they were signed'
  const expected = 'scheme "stripe" or "slack", or no tolerance_secs'
  return idle ? [{ path: `${path}.tolerance_secs`, code: 'INVALID_FORMAT', message, expected }] : []
}

function jwtProblems(auth: JsonObject, path: string): Detail[] {
  const algorithms = listOf(auth, 'algorithms')
  const entries = listOf(auth, 'jwt_keys')
  const keyed = entries.map(entry => (isObject(entry) ? own(entry, 'algorithm') : undefined))
  const hasSet = own(auth, 'jwks_url') !== undefined
  return [
    ...keySetProblems(auth, path),
    ...algorithms.flatMap((name, at) =>
      isAlgorithm(name) ? algorithmProblems(name, at, { algorithms, keyed, hasSet }, path) : [],
    ),
    ...entries.flatMap((entry, at) =>
      isObject(entry) ? entryProblems(entry, algorithms, `${path}.jwt_keys[${at}]`) : [],
    ),
  ]
}

interface Signing {
  readonly algorithms: readonly Json[]
  /** Algorithms of `jwt_keys`. */
  readonly keyed: readonly (Json | undefined)[]
  readonly hasSet: boolean
}

function algorithmProblems(
  name: JwtAlgorithm,
  at: number,
  { algorithms, keyed, hasSet }: Signing,
  path: string,
): Detail[] {
  const place = `${path}.algorithms[${at}]`
  if (algorithms.indexOf(name) !== at) {
    return [{ path: place, code: 'DUPLICATE', message: `"${name}" is listed twice`, got: name }]
  }
  // A set that everybody can read has no secrets.
  if (keyed.includes(name) || (hasSet && !name.startsWith('HS'))) return []
  const message = `no key of jwt_keys is for "${name}"`
  return [{ path: place, code: 'INVALID_FORMAT', message, expected: 'an algorithm with a key', got: name }]
}

function entryProblems(entry: JsonObject, algorithms: readonly Json[], path: string): Detail[] {
  const later = laterProblems(entry, LATER_JWT_KEYS, path)
  const name = own(entry, 'algorithm')
  const key = own(entry, 'key')
  if (!isAlgorithm(name)) return later
  const unlisted: Detail = {
    path: `${path}.algorithm`,
    code: 'INVALID_FORMAT',
    message: `"${name}" is not in algorithms, so that the key would never be used`,
    expected: 'one of algorithms',
    got: name,
  }
  return [
    ...later,
    ...(algorithms.includes(name) ? [] : [unlisted]),
    ...(typeof key === 'string' ? jwtKeyProblems(name, key, `${path}.key`) : []),
  ]
}

function jwtKeyProblems(name: JwtAlgorithm, key: string, path: string): Detail[] {
  if (isLookedUp(key)) return []
  const read = readJwtKey(name, key)
  if (!('problem' in read)) return []
  return [{ path, code: 'INVALID_FORMAT', message: read.problem, expected: read.expected }]
}

function laterProblems(object: JsonObject, keys: readonly string[], path: string): Detail[] {
  return keys.filter(key => Object.hasOwn(object, key)).map(key => notAvailable(`${path}.${key}`, `"${key}"`))
}

function listOf(object: JsonObject, key: string): readonly Json[] {
  const value = own(object, key)
  return Array.isArray(value) ? value : []
}

function isAlgorithm(name: Json | undefined): name is JwtAlgorithm {
  return JWT_ALGORITHMS.some(known => known === name)
}
