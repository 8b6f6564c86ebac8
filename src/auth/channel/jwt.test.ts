import { describe, expect, test } from 'bun:test'
import { constants, createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { jwtVerify } from 'jose'
import type { JsonObject } from '../../std/json.ts'
import type { JwtAuth } from './definition.ts'
import { jwtVerifier } from './jwt.ts'
import { presented, promptVerdict, withOneBitChanged } from './test-presented.ts'
import { SECRET, type Signer, signed, signers } from './test-tokens.ts'
import type { Verdict } from './verifier.ts'

const NOW_SECS = 1_700_000_000
const CLAIMS: JsonObject = { sub: 'ann', exp: NOW_SECS + 60 }
const SIGNERS = signers()
const HS: Signer = { algorithm: 'HS256', signing: Buffer.from(SECRET), key: SECRET }

const MISSING: Verdict = { kind: 'refused', challenge: 'Bearer' }
const INVALID: Verdict = { kind: 'refused', challenge: 'Bearer error="invalid_token"' }
const EXPIRED: Verdict = {
  kind: 'refused',
  challenge: 'Bearer error="invalid_token", error_description="token expired"',
}

function accepting(signer: Pick<Signer, 'algorithm' | 'key'>, rest: Partial<JwtAuth> = {}): JwtAuth {
  const { algorithm, key } = signer
  return { mode: 'jwt', algorithms: [algorithm], jwt_keys: [{ algorithm, key }], ...rest }
}

function verdictOn(token: string | undefined, auth: JwtAuth, nowSecs = NOW_SECS): Verdict {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return promptVerdict(jwtVerifier(auth), presented(headers), Buffer.from(''), nowSecs * 1000)
}

function verified(claims: JsonObject): Verdict {
  return { kind: 'verified', identity: { mode: 'jwt', claims } }
}

function base64url(value: string | object): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
}

/** A token with any header and payload, signed with {@link SECRET}. */
function handmade(header: string | object, payload: string | object): string {
  const input = `${base64url(header)}.${base64url(payload)}`
  return `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`
}

/** Examples of RFC 7515, appendices A.2 and A.3. */
const RFC_PAYLOAD =
  'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ'
const RFC_CLAIMS = { iss: 'joe', exp: 1_300_819_380, 'http://example.com/is_root': true }
const RFC_EXAMPLES = [
  {
    algorithm: 'RS256',
    key: JSON.stringify({
      kty: 'RSA',
      n: 'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ',
      e: 'AQAB',
    }),
    token: `eyJhbGciOiJSUzI1NiJ9.${RFC_PAYLOAD}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw`,
  },
  {
    algorithm: 'ES256',
    key: JSON.stringify({
      kty: 'EC',
      crv: 'P-256',
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
    }),
    token: `eyJhbGciOiJFUzI1NiJ9.${RFC_PAYLOAD}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q`,
  },
] as const

describe.each(RFC_EXAMPLES.map(example => [example.algorithm, example] as const))(
  'the %s example of RFC 7515',
  (_, example) => {
    test('verifies until it expires', () => {
      const auth = accepting(example, { leeway_secs: 0 })
      expect(verdictOn(example.token, auth, RFC_CLAIMS.exp - 1)).toEqual(verified(RFC_CLAIMS))
      expect(verdictOn(example.token, auth, RFC_CLAIMS.exp)).toEqual(EXPIRED)
    })

    test('does not with any bit changed', () => {
      const verifier = jwtVerifier(accepting(example))
      for (const token of withOneBitChanged(example.token)) {
        const headers = presented({ authorization: `Bearer ${token}` })
        const { kind } = promptVerdict(verifier, headers, Buffer.from(''), (RFC_CLAIMS.exp - 1) * 1000)
        expect({ token, kind }).toEqual({ token, kind: 'refused' })
      }
    })
  },
)

describe.each(SIGNERS.map(signer => [signer.algorithm, signer] as const))('%s', (_, signer) => {
  test('tokens of jose verify', async () => {
    expect(verdictOn(await signed(signer, CLAIMS), accepting(signer))).toEqual(verified(CLAIMS))
  })

  test('no token with one bit of its signature changed does', async () => {
    const token = await signed(signer, CLAIMS)
    const at = token.lastIndexOf('.') + 1
    const slow = signer.algorithm === 'ES512' || signer.algorithm === 'ES384'
    const changed = withOneBitChanged(token.slice(at)).filter((_, index) => !slow || index % 16 === 0)
    const verifier = jwtVerifier(accepting(signer))
    for (const tail of changed) {
      const headers = presented({ authorization: `Bearer ${token.slice(0, at)}${tail}` })
      expect(verifier.verify(headers, Buffer.from(''), NOW_SECS * 1000)).toEqual(INVALID)
    }
  })

  test('no token of another algorithm does, whatever its header says', async () => {
    for (const other of SIGNERS) {
      if (other.algorithm === signer.algorithm) continue
      const [, payload, tail] = (await signed(other, CLAIMS)).split('.')
      const pretending = `${base64url({ alg: signer.algorithm })}.${payload}.${tail}`
      expect(verdictOn(await signed(other, CLAIMS), accepting(signer))).toEqual(INVALID)
      expect(verdictOn(pretending, accepting(signer))).toEqual(INVALID)
    }
  })

  test('the public key is no secret to sign with', () => {
    if (signer.key === SECRET) return
    for (const alg of ['HS256', 'HS384', 'HS512']) {
      const input = `${base64url({ alg })}.${base64url(CLAIMS)}`
      const mac = createHmac(`sha${alg.slice(2)}`, signer.key)
        .update(input)
        .digest('base64url')
      const secret = { algorithm: alg, key: SECRET } as const
      expect(verdictOn(`${input}.${mac}`, accepting(signer))).toEqual(INVALID)
      const both = accepting(signer, {
        algorithms: [signer.algorithm, 'HS256'],
        jwt_keys: [
          { algorithm: signer.algorithm, key: signer.key },
          { algorithm: 'HS256', key: secret.key },
        ],
      })
      expect(verdictOn(`${input}.${mac}`, both)).toEqual(INVALID)
    }
  })
})

test('the salt of PS256 is as long as its hash', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = String(publicKey.export({ type: 'spki', format: 'pem' }))
  const input = `${base64url({ alg: 'PS256' })}.${base64url(CLAIMS)}`
  const padding = constants.RSA_PKCS1_PSS_PADDING
  const kinds = [0, 20, 32, 64].map(saltLength => {
    const signature = sign('sha256', Buffer.from(input), { key: privateKey, padding, saltLength })
    return verdictOn(`${input}.${signature.toString('base64url')}`, accepting({ algorithm: 'PS256', key }))
      .kind
  })
  expect(kinds).toEqual(['refused', 'refused', 'verified', 'refused'])
})

test('whatever jose refuses is refused, and what it takes is taken', async () => {
  const time = fc.oneof(
    fc.integer({ min: NOW_SECS - 100, max: NOW_SECS + 100 }),
    fc.double({ noNaN: true, min: NOW_SECS - 40, max: NOW_SECS + 40 }),
    fc.constantFrom<string | boolean | null>('soon', true, null),
  )
  const name = fc.constantFrom('a', 'b', 'c')
  const claims = fc.record(
    {
      exp: time,
      nbf: time,
      iat: fc.constantFrom<number | string>(NOW_SECS, 'now'),
      iss: fc.oneof(name, fc.array(name)),
      aud: fc.oneof(name, fc.array(name), fc.constant(7)),
    },
    { requiredKeys: [] },
  )
  const rules = fc.record(
    { issuer: fc.oneof(name, fc.array(name, { minLength: 1 })), audience: fc.array(name, { minLength: 1 }) },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(claims, rules, async (payload, rule) => {
      const token = handmade({ alg: 'HS256' }, payload)
      const theirs = await jwtVerify(token, Buffer.from(SECRET), {
        algorithms: ['HS256'],
        requiredClaims: ['exp'],
        clockTolerance: 30,
        currentDate: new Date(NOW_SECS * 1000),
        ...rule,
      }).then(
        () => true,
        () => false,
      )
      expect(verdictOn(token, accepting(HS, rule)).kind === 'verified').toBe(theirs)
    }),
    { numRuns: 500 },
  )
})

describe('a token', () => {
  test('that is absent, or something of another scheme, is challenged', () => {
    expect(verdictOn(undefined, accepting(HS))).toEqual(MISSING)
    for (const authorization of ['Basic YTpi', 'Bearer', 'Bearer ', '']) {
      const headers = presented({ authorization })
      expect(jwtVerifier(accepting(HS)).verify(headers, Buffer.from(''), 0)).toEqual(MISSING)
    }
  })

  test('that is not required may be absent, and may not be bad', async () => {
    const auth = accepting(HS, { required: false })
    expect(verdictOn(undefined, auth)).toEqual({ kind: 'nobody' })
    expect(verdictOn(await signed(HS, CLAIMS), auth)).toEqual(verified(CLAIMS))
    expect(verdictOn('x', auth)).toEqual(INVALID)
    expect(verdictOn(await signed(HS, { exp: NOW_SECS - 31 }), auth)).toEqual(EXPIRED)
  })

  test.each([
    ['is no JWS', 'a.b'],
    ['has five parts', 'a.b.c.d.e'],
    ['has no signature', `${base64url({ alg: 'HS256' })}.${base64url(CLAIMS)}.`],
    ['has the algorithm none', `${base64url({ alg: 'none' })}.${base64url(CLAIMS)}.`],
    ['has the algorithm none and a signature', handmade({ alg: 'none' }, CLAIMS)],
    ['has an algorithm in other letters', handmade({ alg: 'hs256' }, CLAIMS)],
    ['has no algorithm', handmade({}, CLAIMS)],
    ['has an algorithm of the prototype', handmade({ alg: 'constructor' }, CLAIMS)],
    ['inherits its algorithm', handmade('{"__proto__":{"alg":"HS256"}}', CLAIMS)],
    ['has a list of algorithms', handmade({ alg: ['HS256'] }, CLAIMS)],
    ['asks for an extension', handmade({ alg: 'HS256', crit: ['exp'], exp: 1 }, CLAIMS)],
    ['asks for no extension', handmade({ alg: 'HS256', crit: [] }, CLAIMS)],
    ['has a number for a key id', handmade({ alg: 'HS256', kid: 1 }, CLAIMS)],
    ['has a header that is no object', handmade('["HS256"]', CLAIMS)],
    ['has a header that is no JSON', handmade('{', CLAIMS)],
    ['has claims that are no object', handmade({ alg: 'HS256' }, '[1]')],
    ['has claims that are no JSON', handmade({ alg: 'HS256' }, 'x')],
    ['has claims nested too deep', handmade({ alg: 'HS256' }, `{"a":${'['.repeat(200)}${']'.repeat(200)}}`)],
    ['is padded', `${handmade({ alg: 'HS256' }, CLAIMS)}=`],
    ['is in the other base 64', handmade({ alg: 'HS256' }, { ...CLAIMS, s: '???' }).replace('_', '/')],
    ['has spaces', handmade({ alg: 'HS256' }, CLAIMS).replace('.', ' .')],
    ['is too long', handmade({ alg: 'HS256' }, { ...CLAIMS, s: 'x'.repeat(8192) })],
  ])('that %s is refused', (_, token) => {
    expect(verdictOn(token, accepting(HS))).toEqual(INVALID)
  })

  test('of 8 KB is taken', () => {
    const token = handmade({ alg: 'HS256' }, { ...CLAIMS, s: 'x'.repeat(6000) })
    expect(token.length).toBeGreaterThan(8000)
    expect(verdictOn(token, accepting(HS)).kind).toBe('verified')
  })

  test('has integers and keys that are harmless', () => {
    const token = handmade(
      { alg: 'HS256' },
      `{"exp":${NOW_SECS + 60},"id":12345678901234567891,"__proto__":{"admin":true},"constructor":1}`,
    )
    const verdict = verdictOn(token, accepting(HS))
    if (verdict.kind !== 'verified') throw new Error('refused')
    const { claims } = verdict.identity
    if (typeof claims !== 'object' || claims === null) throw new Error('no claims')
    expect(Object.getPrototypeOf(claims)).toBe(Object.prototype)
    expect(Object.keys(claims)).toEqual(['exp', 'id', '__proto__', 'constructor'])
    expect(Object.entries(claims)[1]).toEqual(['id', 12345678901234567891n])
  })
})

describe('the time of a token', () => {
  const at = (claims: JsonObject, rest: Partial<JwtAuth> = {}) =>
    verdictOn(handmade({ alg: 'HS256' }, JSON.stringify(claims)), accepting(HS, rest))

  test.each([
    [undefined, 30],
    [0, 0],
    [300, 300],
  ])('may be off by leeway_secs (%p)', (leeway_secs, leeway) => {
    const rest = leeway_secs === undefined ? {} : { leeway_secs }
    expect(at({ exp: NOW_SECS - leeway + 1 }, rest).kind).toBe('verified')
    expect(at({ exp: NOW_SECS - leeway }, rest)).toEqual(EXPIRED)
    expect(at({ ...CLAIMS, nbf: NOW_SECS + leeway }, rest).kind).toBe('verified')
    expect(at({ ...CLAIMS, nbf: NOW_SECS + leeway + 1 }, rest)).toEqual(INVALID)
  })

  test('has to end, unless that is not required', () => {
    expect(at({ sub: 'ann' })).toEqual(INVALID)
    expect(at({ sub: 'ann' }, { require_exp: false }).kind).toBe('verified')
    expect(at({ exp: NOW_SECS - 31 }, { require_exp: false })).toEqual(EXPIRED)
    expect(at({ exp: null }, { require_exp: false })).toEqual(INVALID)
  })
})

describe('issuer and audience', () => {
  const from = (claims: JsonObject, rest: Partial<JwtAuth>) =>
    verdictOn(handmade({ alg: 'HS256' }, { ...CLAIMS, ...claims }), accepting(HS, rest)).kind

  test('have to be one of those that are declared', () => {
    expect(from({ iss: 'a' }, { issuer: 'a' })).toBe('verified')
    expect(from({ iss: 'b' }, { issuer: ['a', 'b'] })).toBe('verified')
    expect(from({ aud: ['x', 'b'] }, { audience: ['a', 'b'] })).toBe('verified')
    for (const iss of ['A', 'ab', '', null, ['a'], 1]) expect(from({ iss }, { issuer: 'a' })).toBe('refused')
    for (const aud of ['A', [], ['x'], null, [['a']]])
      expect(from({ aud }, { audience: 'a' })).toBe('refused')
    expect(from({}, { issuer: 'a' })).toBe('refused')
    expect(from({}, { audience: 'a' })).toBe('refused')
  })

  test('may be anything when none is declared', () => {
    expect(from({ iss: 'x', aud: 'y' }, {})).toBe('verified')
  })
})

describe('among several keys', () => {
  const other = 'another secret of sixty-four bytes, which is what HS512 wants...'
  const ring = (one: string | undefined, two: string | undefined): JwtAuth => ({
    mode: 'jwt',
    algorithms: ['HS256'],
    jwt_keys: [
      { algorithm: 'HS256', key: other, ...(one !== undefined && { kid: one }) },
      { algorithm: 'HS256', key: SECRET, ...(two !== undefined && { kid: two }) },
    ],
  })
  const kind = (kid: string | undefined, auth: JwtAuth) =>
    verdictOn(handmade({ alg: 'HS256', ...(kid !== undefined && { kid }) }, CLAIMS), auth).kind

  test('the one that the token names is used', () => {
    expect(kind('new', ring('old', 'new'))).toBe('verified')
    expect(kind('old', ring('old', 'new'))).toBe('refused')
    expect(kind('unknown', ring('old', 'new'))).toBe('refused')
  })

  test('those without a name serve tokens whose name is unknown', () => {
    expect(kind('unknown', ring('old', undefined))).toBe('verified')
    expect(kind('old', ring('old', undefined))).toBe('refused')
  })

  test('all are tried for a token that names none', () => {
    expect(kind(undefined, ring('old', 'new'))).toBe('verified')
    expect(kind(undefined, ring(undefined, undefined))).toBe('verified')
  })

  test('a JWK brings its name along', async () => {
    const [signer] = SIGNERS.filter(({ algorithm }) => algorithm === 'ES256')
    if (signer === undefined) throw new Error('no ES256')
    const jwk = { ...createPublicKey(signer.key).export({ format: 'jwk' }), kid: 'k1' }
    const auth = accepting({ ...signer, key: JSON.stringify(jwk) })
    expect(verdictOn(await signed(signer, CLAIMS, { kid: 'k1' }), auth).kind).toBe('verified')
    expect(verdictOn(await signed(signer, CLAIMS, { kid: 'k2' }), auth).kind).toBe('refused')
  })
})
