import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { SignJWT } from 'jose'
import type { JsonObject } from '../../std/json.ts'
import type { JwtAlgorithm } from './definition.ts'

/** A key to sign with, and what a channel is told of it. */
export interface Signer {
  readonly algorithm: JwtAlgorithm
  readonly signing: KeyObject | Uint8Array
  /** The `key` of `jwt_keys`. */
  readonly key: string
}

export const SECRET = 'a secret of sixty-four bytes, which is what HS512 has for a key.'

function pair({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }) {
  return { signing: privateKey, key: String(publicKey.export({ type: 'spki', format: 'pem' })) }
}

/** One signer for each algorithm. */
export function signers(): readonly Signer[] {
  const rsa = pair(generateKeyPairSync('rsa', { modulusLength: 2048 }))
  const secret = { signing: Buffer.from(SECRET), key: SECRET }
  const curve = (namedCurve: string) => pair(generateKeyPairSync('ec', { namedCurve }))
  return [
    { algorithm: 'HS256', ...secret },
    { algorithm: 'HS384', ...secret },
    { algorithm: 'HS512', ...secret },
    { algorithm: 'RS256', ...rsa },
    { algorithm: 'RS384', ...rsa },
    { algorithm: 'RS512', ...rsa },
    { algorithm: 'PS256', ...rsa },
    { algorithm: 'PS384', ...rsa },
    { algorithm: 'PS512', ...rsa },
    { algorithm: 'ES256', ...curve('P-256') },
    { algorithm: 'ES384', ...curve('P-384') },
    { algorithm: 'ES512', ...curve('P-521') },
    { algorithm: 'EdDSA', ...pair(generateKeyPairSync('ed25519')) },
  ]
}

/** A token as the library `jose` makes it. */
export function signed(
  { algorithm, signing }: Signer,
  claims: JsonObject,
  header: Readonly<Record<string, string>> = {},
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: algorithm, ...header }).sign(signing)
}
