import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'
import { isObject, type JsonObject, own } from '../../std/json.ts'
import type { JwtAlgorithm } from './definition.ts'
import { ALGORITHMS, type SignatureAlgorithm } from './jwt-algorithms.ts'

/** A key that tokens are checked with. */
export interface JwtKey {
  readonly key: KeyObject
  /** The `kid` of a JWK; undefined when it has none. */
  readonly kid: string | undefined
}

/** Why a text is no key of its algorithm. Never quotes the text. */
export interface KeyProblem {
  readonly problem: string
  readonly expected: string
}

const MIN_RSA_BITS = 2048
const CURVES: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
}

/** Reads the key of an algorithm: a secret, or a public key as PEM (SPKI, PKCS #1, certificate) or JWK (RFC 7517). */
export function readJwtKey(name: JwtAlgorithm, text: string): JwtKey | KeyProblem {
  const algorithm = ALGORITHMS[name]
  return algorithm.keyKind === 'secret'
    ? readSecret(name, algorithm, text)
    : readPublic(name, algorithm, text)
}

/** A public key taken for a secret is known to everybody (RFC 8725, 3.1). */
function readSecret(name: string, { minSecretBytes }: SignatureAlgorithm, text: string): JwtKey | KeyProblem {
  const expected = `a secret of at least ${minSecretBytes} bytes`
  if (isPem(text) || jwkOf(text) !== undefined) {
    return { problem: `looks like a key as PEM or JWK; ${name} takes a shared secret`, expected }
  }
  const bytes = Buffer.from(text)
  if (bytes.length < minSecretBytes) {
    return { problem: `is ${bytes.length} bytes long, too short for ${name} (RFC 7518, 3.2)`, expected }
  }
  return { key: createSecretKey(bytes), kid: undefined }
}

function readPublic(name: string, algorithm: SignatureAlgorithm, text: string): JwtKey | KeyProblem {
  const expected = `a public key as PEM or JWK: ${kindOf(algorithm)}`
  const jwk = jwkOf(text)
  if (/PRIVATE KEY-----/.test(text) || (jwk !== undefined && Object.hasOwn(jwk, 'd'))) {
    return { problem: 'is a private key, which belongs to the signer alone', expected }
  }
  const stated = jwk && own(jwk, 'alg')
  if (stated !== undefined && stated !== name) return { problem: `is a JWK of another algorithm`, expected }
  const key = jwk === undefined ? publicKey(isPem(text) ? text : undefined) : publicKey(jwk)
  if (key === undefined) return { problem: 'cannot be read', expected }
  const problem = unfit(key, algorithm)
  if (problem !== undefined) return { problem, expected }
  const kid = jwk && own(jwk, 'kid')
  return { key, kid: typeof kid === 'string' ? kid : undefined }
}

function publicKey(source: string | JsonObject | undefined): KeyObject | undefined {
  if (source === undefined) return undefined
  try {
    return typeof source === 'string'
      ? createPublicKey(source)
      : createPublicKey({ key: source, format: 'jwk' })
  } catch {
    return undefined
  }
}

function unfit(key: KeyObject, { keyKind, curve }: SignatureAlgorithm): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  if (type !== keyKind) return `is a key of another kind (${type})`
  const bits = details?.modulusLength ?? 0
  if (keyKind === 'rsa' && bits < MIN_RSA_BITS) return `is an RSA key of ${bits} bits, which is too short`
  if (curve !== undefined && details?.namedCurve !== curve) {
    return `is a key on another curve (${CURVES[details?.namedCurve ?? ''] ?? 'unknown'})`
  }
  return undefined
}

function kindOf({ keyKind, curve }: SignatureAlgorithm): string {
  if (keyKind === 'rsa') return `RSA of at least ${MIN_RSA_BITS} bits`
  return curve === undefined ? 'Ed25519' : `elliptic curve ${CURVES[curve]}`
}

function isPem(text: string): boolean {
  return text.includes('-----BEGIN ')
}

function jwkOf(text: string): JsonObject | undefined {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) && Object.hasOwn(value, 'kty') ? value : undefined
  } catch {
    return undefined
  }
}
