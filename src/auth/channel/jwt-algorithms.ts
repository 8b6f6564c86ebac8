import { constants, createHmac, type KeyObject, timingSafeEqual, verify } from 'node:crypto'
import type { JwtAlgorithm } from './definition.ts'

/** What keys of an algorithm are. */
export type KeyKind = 'secret' | 'rsa' | 'ec' | 'ed25519'

/** How signatures of one algorithm are checked (RFC 7518, 3; RFC 8037, 3.1). */
export interface SignatureAlgorithm {
  readonly keyKind: KeyKind
  /** Of a secret (RFC 7518, 3.2). */
  readonly minSecretBytes: number
  /** Of an elliptic curve key, as node:crypto calls it. */
  readonly curve: string | undefined
  /** Never throws: a signature of another form is a wrong one. */
  check(key: KeyObject, input: Uint8Array, signature: Uint8Array): boolean
}

type Bits = '256' | '384' | '512'

function hs(bits: Bits): SignatureAlgorithm {
  return {
    keyKind: 'secret',
    minSecretBytes: Number(bits) / 8,
    curve: undefined,
    check(key, input, signature) {
      const expected = createHmac(`sha${bits}`, key).update(input).digest()
      return expected.length === signature.length && timingSafeEqual(expected, signature)
    },
  }
}

function rs(bits: Bits): SignatureAlgorithm {
  return {
    keyKind: 'rsa',
    minSecretBytes: 0,
    curve: undefined,
    check: (key, input, signature) => verify(`sha${bits}`, input, key, signature),
  }
}

function ps(bits: Bits): SignatureAlgorithm {
  const padding = constants.RSA_PKCS1_PSS_PADDING
  const saltLength = constants.RSA_PSS_SALTLEN_DIGEST
  return {
    keyKind: 'rsa',
    minSecretBytes: 0,
    curve: undefined,
    check: (key, input, signature) => verify(`sha${bits}`, input, { key, padding, saltLength }, signature),
  }
}

function es(bits: Bits, curve: string): SignatureAlgorithm {
  return {
    keyKind: 'ec',
    minSecretBytes: 0,
    curve,
    check: (key, input, signature) =>
      verify(`sha${bits}`, input, { key, dsaEncoding: 'ieee-p1363' }, signature),
  }
}

const eddsa: SignatureAlgorithm = {
  keyKind: 'ed25519',
  minSecretBytes: 0,
  curve: undefined,
  check: (key, input, signature) => verify(null, input, key, signature),
}

export const ALGORITHMS: Readonly<Record<JwtAlgorithm, SignatureAlgorithm>> = {
  HS256: hs('256'),
  HS384: hs('384'),
  HS512: hs('512'),
  RS256: rs('256'),
  RS384: rs('384'),
  RS512: rs('512'),
  PS256: ps('256'),
  PS384: ps('384'),
  PS512: ps('512'),
  ES256: es('256', 'prime256v1'),
  ES384: es('384', 'secp384r1'),
  ES512: es('512', 'secp521r1'),
  EdDSA: eddsa,
}
