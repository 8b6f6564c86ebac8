import { describe, expect, test } from 'bun:test'
import { generateKeyPairSync } from 'node:crypto'
import type { Detail } from '../../errors.ts'
import type { Json, JsonObject } from '../../std/json.ts'
import { authProblems } from './check-auth.ts'
import { SECRET, signers } from './test-tokens.ts'

/** Paths and codes of what is wrong; no detail may quote a word that begins with `zz-`. */
function problems(auth: Json): string[] {
  const found: readonly Detail[] = authProblems(auth, 'auth')
  expect(JSON.stringify(found)).not.toContain('zz-')
  expect(JSON.stringify(found)).not.toContain('BEGIN')
  return found.map(({ path, code }) => `${path} ${code}`)
}

describe('api_key', () => {
  const keys = (...texts: Json[]) => problems({ mode: 'api_key', keys: texts })

  test('takes plain keys and digests', () => {
    expect(keys('k', 'with space', `sha256:${'0aB9'.repeat(16)}`)).toEqual([])
  })

  test.each(['sha256:', 'sha256:zz-0', `sha256:${'0'.repeat(63)}`, `sha256:${'0'.repeat(65)}`])(
    'knows that %p was to be a digest',
    key => {
      expect(keys('k', key)).toEqual(['auth.keys[1] INVALID_FORMAT'])
    },
  )

  test.each([' zz-k', 'zz-k ', 'zz-\n', 'zz-ü', 'zz-\t1'])('refuses %p, which no header can carry', key => {
    expect(keys(key)).toEqual(['auth.keys[0] INVALID_FORMAT'])
  })

  test('refuses a key that stands there twice, and references that nothing can resolve', () => {
    expect(keys('zz-k', 'zz-k')).toEqual(['auth.keys[1] DUPLICATE'])
    expect(keys('env://zz-NAME')).toEqual(['auth.keys[0] INVALID_FORMAT'])
    expect(keys('a env://zz_NAME')).toEqual(['auth.keys[0] INVALID_FORMAT'])
    expect(keys('vault://zz/NAME')).toEqual(['auth.keys[0] NOT_AVAILABLE'])
    expect(keys('env://zz_NAME')).toEqual([])
  })
})

describe('hmac', () => {
  const hmac = (rest: JsonObject) => problems({ mode: 'hmac', secret: 'zz-secret', ...rest })

  test.each(['stripe', 'slack'])('takes a tolerance for %s', scheme => {
    expect(hmac({ scheme, tolerance_secs: 60 })).toEqual([])
  })

  test('refuses a tolerance where no time is told', () => {
    expect(hmac({ tolerance_secs: 60 })).toEqual(['auth.tolerance_secs INVALID_FORMAT'])
    expect(hmac({ scheme: 'github', tolerance_secs: 60 })).toEqual(['auth.tolerance_secs INVALID_FORMAT'])
    expect(hmac({ scheme: 'github' })).toEqual([])
  })

  test('refuses what later versions do by name', () => {
    expect(hmac({ preset: 'zoom', secrets: [] })).toEqual([
      'auth.secrets NOT_AVAILABLE',
      'auth.preset NOT_AVAILABLE',
    ])
    expect(problems({ mode: 'hmac', secret: 'vault://zz-x' })).toEqual(['auth.secret NOT_AVAILABLE'])
  })
})

describe('jwt', () => {
  const SIGNERS = signers()
  const jwt = (algorithm: string, key: string) =>
    problems({ mode: 'jwt', algorithms: [algorithm], jwt_keys: [{ algorithm, key }] })
  const badKey = ['auth.jwt_keys[0].key INVALID_FORMAT']

  function pems(kind: { publicKey: unknown; privateKey: unknown }): { pub: string; priv: string } {
    return { pub: String(kind.publicKey), priv: String(kind.privateKey) }
  }
  const PEM = {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  } as const

  test.each(SIGNERS.map(signer => [signer.algorithm, signer] as const))(
    '%s takes its own kind of key and no other',
    (algorithm, own) => {
      expect(jwt(algorithm, own.key)).toEqual([])
      const family = (name: string) => (/^(RS|PS)/.test(name) ? 'RSA' : /^HS/.test(name) ? 'HS' : name)
      for (const other of SIGNERS) {
        const fits = family(other.algorithm) === family(algorithm)
        expect({ other, problems: jwt(algorithm, other.key) }).toEqual({
          other,
          problems: fits ? [] : badKey,
        })
      }
    },
  )

  test.each(['HS256', 'HS384', 'HS512'])('%s takes a secret of the size of its hash', name => {
    const bytes = Number(name.slice(2)) / 8
    expect(jwt(name, 's'.repeat(bytes))).toEqual([])
    expect(jwt(name, 's'.repeat(bytes - 1))).toEqual(badKey)
    expect(jwt(name, 'ü'.repeat(bytes / 2))).toEqual([])
  })

  test('a secret looks like no key that everybody knows', () => {
    const { pub, priv } = pems(generateKeyPairSync('ed25519', PEM))
    for (const key of [pub, priv, `zz-${pub}`, JSON.stringify({ kty: 'oct', k: SECRET })]) {
      expect(jwt('HS256', key)).toEqual(badKey)
    }
  })

  test('private keys are refused as PEM and as JWK', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const encodings = [
      String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
      String(privateKey.export({ type: 'sec1', format: 'pem' })),
      JSON.stringify(privateKey.export({ format: 'jwk' })),
    ]
    for (const key of encodings) {
      expect(jwt('ES256', key)).toEqual(badKey)
      expect(
        authProblems({ mode: 'jwt', algorithms: [], jwt_keys: [{ algorithm: 'ES256', key }] }, 'a'),
      ).toContainEqual(expect.objectContaining({ message: expect.stringContaining('private key') }))
    }
  })

  test('public keys are PEM of all three kinds, and JWK', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    expect(jwt('RS256', String(publicKey.export({ type: 'pkcs1', format: 'pem' })))).toEqual([])
    expect(jwt('RS256', `\n ${JSON.stringify(publicKey.export({ format: 'jwk' }))}`)).toEqual([])
    expect(jwt('RS256', CERTIFICATE)).toEqual([])
    const ofAnother = { ...publicKey.export({ format: 'jwk' }), alg: 'RS512' }
    expect(jwt('RS256', JSON.stringify(ofAnother))).toEqual(badKey)
  })

  test('an RSA key has at least 2048 bits', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    expect(jwt('RS256', String(publicKey.export({ type: 'spki', format: 'pem' })))).toEqual(badKey)
    expect(jwt('PS256', JSON.stringify({ kty: 'RSA', n: 'AQAB', e: 'AQAB' }))).toEqual(badKey)
    expect(jwt('PS256', JSON.stringify({ kty: 'RSA', n: '!!', e: 'AQAB' }))).toEqual(badKey)
  })

  test.each([
    'zz-text',
    '{',
    '{}',
    '{"kty":"oct","x":"zz-"}',
    '{"kty":"EC","crv":"P-256","x":"AAAA","y":"AQAB"}',
    '-----BEGIN PUBLIC KEY-----\nzz-\n-----END PUBLIC KEY-----',
  ])('%p is no public key', key => {
    for (const algorithm of ['RS256', 'ES256', 'EdDSA']) expect(jwt(algorithm, key)).toEqual(badKey)
  })

  test('every algorithm has a key, every key an algorithm', () => {
    const auth = {
      mode: 'jwt',
      algorithms: ['HS256', 'ES256', 'HS256'],
      jwt_keys: [
        { algorithm: 'HS256', key: SECRET },
        { algorithm: 'HS512', key: SECRET },
      ],
    }
    expect(problems(auth)).toEqual([
      'auth.algorithms[1] INVALID_FORMAT',
      'auth.algorithms[2] DUPLICATE',
      'auth.jwt_keys[1].algorithm INVALID_FORMAT',
    ])
  })

  test('takes keys from a URL, https unless private ones are allowed, and none for secrets', () => {
    const jwt = (rest: object) => problems({ mode: 'jwt', algorithms: ['RS256'], ...rest })
    expect(jwt({ jwks_url: 'https://id.example/jwks' })).toEqual([])
    expect(jwt({ jwks_url: 'http://keycloak:8080/jwks', jwks_allow_private: true })).toEqual([])
    for (const url of [
      'http://id.example/jwks',
      'ftp://id',
      'jwks',
      'https://u:p@id.example/',
      'https://a b/',
    ]) {
      expect(jwt({ jwks_url: url })).toEqual(['auth.jwks_url INVALID_FORMAT'])
    }
    expect(jwt({})).toEqual(['auth.jwt_keys REQUIRED', 'auth.algorithms[0] INVALID_FORMAT'])
    expect(jwt({ algorithms: ['HS256'], jwks_url: 'https://id.example/jwks' })).toEqual([
      'auth.algorithms[0] INVALID_FORMAT',
    ])
  })

  test('refuses what later versions do by name', () => {
    const auth = {
      mode: 'jwt',
      algorithms: ['HS256'],
      jwt_keys: [{ algorithm: 'HS256', key: 'vault://zz-NAME', key_encoding: 'hex' }],
      source: 'env',
    }
    expect(problems(auth)).toEqual([
      'auth.source NOT_AVAILABLE',
      'auth.jwt_keys[0].key_encoding NOT_AVAILABLE',
      'auth.jwt_keys[0].key NOT_AVAILABLE',
    ])
  })
})

test('what does not fit the schema is left to it', () => {
  for (const auth of [undefined, null, 'x', [], {}, { mode: 'x' }, { mode: 1, keys: 2 }]) {
    expect(authProblems(auth, 'auth')).toEqual([])
  }
  for (const mode of ['api_key', 'hmac', 'jwt']) {
    for (const value of [1, null, 'x', {}, [1, null, {}, [], { algorithm: 1, key: 2 }, { algorithm: 'x' }]]) {
      expect(problems({ mode, keys: value, secret: value, algorithms: value, jwt_keys: value })).toEqual([])
    }
  }
})

const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIC+TCCAeGgAwIBAgIUfm1ghcyb5sooO3yfqW24Gl/uZhEwDQYJKoZIhvcNAQEL
BQAwDDEKMAgGA1UEAwwBeDAeFw0yNjExMjExMjQ1MjZaFw0zNjExMTgxMjQ1MjZa
MAwxCjAIBgNVBAMMAXgwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQC4
iFih9xXgenH0RsXU7WdPw+i51AOu7xKxBNlMRQIiLwICNlvLnAX2NkRGgUjbDi+x
+SoIrrlcaZsr6sgB4i+PwdoJWQabjTvZG6mUQJ7PoFS2QXMTPi6IqETQbq1nXXCV
6wimTQ4IYjjPmKABKdyZvTNtfcKz04rBKLqvy6wQ8yPSwDFywzxfRV1pZqZ7ytkZ
agfk5wka85wtv2CrirImqZonQzvERF/hM86AAZ5s+PnWrW43Qwsf7PuUfM//YW7T
CLrOH3/PUYydz0WSWt4vzlwGUy3TWoy37+gibUbROFiGgXpMt9eJZVGsHsXm9cyc
4J9xF/CJUT9U/PGAE45/AgMBAAGjUzBRMB0GA1UdDgQWBBSEDkkrDXvuO9Egp7rQ
NhlucuTjrjAfBgNVHSMEGDAWgBSEDkkrDXvuO9Egp7rQNhlucuTjrjAPBgNVHRMB
Af8EBTADAQH/MA0GCSqGSIb3DQEBCwUAA4IBAQCrTBXRUyAhEItdEWPtQyYtZNKm
6k3XRLjrizdzKA701f7VnQKr3QKRz2c3zB3120q42ewJxK5pqP9zGcmd9A23MGrF
NQMWqpBXcTAQ+bRO/GhUvMmbCiN2ieWgxnRMO4X7LTQgPgG2XNy5Ij46EWGbHMb5
3WpfbUYyYNtZ7VtNZIoPvMrZnf3nZW/CRryar228Jiyj6qZKSWrdFVUGHsTA9qvS
h5wOsrkpUZjhXEw55pmw8mrVA0P+8dRBnKshUy40P5ZwfQ18u5HcQgNPDuyO4dBk
J5mn27Plc+xkLQXHKI/CD+o+kExHSmzXCqn08Ossl/40SZsG3PuDJ7NXPoQW
-----END CERTIFICATE-----`
