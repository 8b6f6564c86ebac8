import { describe, expect, test } from 'bun:test'
import type { ChannelAuth, JwtAuth } from '../../auth/channel/definition.ts'
import { noKeySets } from '../../auth/channel/test-key-sets.ts'
import { SECRET, signed } from '../../auth/channel/test-tokens.ts'
import { testLimits } from '../../engine/test-run.ts'
import type { Json, JsonObject } from '../../std/json.ts'
import { recorded } from '../../telemetry/test-telemetry.ts'
import { testArrival } from '../test-arrival.ts'
import { answering, openRoom, refusal, serving } from '../test-room.ts'
import { openAuth } from './auth.ts'

const NOW_SECS = 1_700_000_000
const { telemetry } = recorded()
const clock = { now: () => NOW_SECS * 1000, monotonic: () => 0 }
const NEEDS = {
  clock,
  keySets: noKeySets(clock),
  limits: testLimits,
  telemetry,
}

const JWT: JwtAuth = {
  mode: 'jwt',
  algorithms: ['HS256'],
  jwt_keys: [{ algorithm: 'HS256', key: SECRET }],
}
const CLAIMS: JsonObject = { sub: 'ann', exp: NOW_SECS + 60, roles: ['teacher'], 'https://x/a.b': 1 }

async function bearer(claims: JsonObject = CLAIMS): Promise<Record<string, string>> {
  const token = await signed({ algorithm: 'HS256', signing: Buffer.from(SECRET), key: SECRET }, claims)
  return { authorization: `Bearer ${token}` }
}

async function caller(auth: ChannelAuth, headers: Record<string, string>) {
  return openAuth(auth, NEEDS).verify(testArrival({ headers }), Buffer.from(''))
}

test('every refusal says the same, is challenged and counted', async () => {
  const before = telemetry.counters.snapshot().channel_auth
  const refused = [
    await refusal(caller(JWT, {})),
    await refusal(caller(JWT, { authorization: 'Bearer x' })),
    await refusal(caller(JWT, await bearer({ exp: NOW_SECS - 100 }))),
    await refusal(caller({ mode: 'api_key', keys: ['k'] }, { authorization: 'Bearer x' })),
    await refusal(caller({ mode: 'hmac', secret: 's' }, { 'x-signature': 'x' })),
  ]
  expect(refused.map(({ code, message }) => [code, message])).toEqual(
    refused.map(() => ['UNAUTHORIZED', 'Authentication failed']),
  )
  expect(refused.map(({ headers }) => headers?.['www-authenticate'])).toEqual([
    'Bearer',
    'Bearer error="invalid_token"',
    'Bearer error="invalid_token", error_description="token expired"',
    'Bearer',
    'Signature',
  ])
  expect(telemetry.counters.snapshot().channel_auth - before).toBe(refused.length)
})

test('nobody is let in as nobody', async () => {
  expect(await caller({ ...JWT, required: false }, {})).toBeUndefined()
})

describe('authorization_logic', () => {
  const ask = async (authorization_logic: Json, claims = CLAIMS) =>
    caller({ ...JWT, authorization_logic }, await bearer(claims))

  test('lets in whoever it is true for', async () => {
    const rule = { in: ['teacher', { var: 'claims.roles' }] }
    expect((await ask(rule))?.identity).toEqual({ mode: 'jwt', claims: CLAIMS })
  })

  test.each([
    ['is false', { in: ['admin', { var: 'claims.roles' }] }],
    ['is null', { var: 'claims.nothing' }],
    ['is empty', { filter: [{ var: 'claims.roles' }, false] }],
    ['fails', { throw: 'no' }],
    ['looks beside the claims', { var: 'sub' }],
  ])('is 403 when it %s', async (_, rule) => {
    const before = telemetry.counters.snapshot().channel_auth
    const { code, message, headers } = await refusal(ask(rule))
    expect([code, message]).toEqual(['FORBIDDEN', 'Not authorized'])
    expect(headers).toEqual({ 'www-authenticate': 'Bearer error="insufficient_scope"' })
    expect(telemetry.counters.snapshot().channel_auth - before).toBe(1)
  })

  test('is not asked about a bad token, nor about nobody', async () => {
    const auth = { ...JWT, required: false, authorization_logic: false }
    expect((await refusal(caller(auth, { authorization: 'Bearer x' }))).code).toBe('UNAUTHORIZED')
    expect(await caller(auth, {})).toBeUndefined()
  })
})

describe('claims_to_metadata', () => {
  test('names what workflows see; guards know all of it', async () => {
    const auth = { ...JWT, claims_to_metadata: ['sub', 'https://x/a.b', 'nothing', '__proto__', 'toString'] }
    expect(await caller(auth, await bearer())).toEqual({
      identity: { mode: 'jwt', claims: CLAIMS },
      shown: { mode: 'jwt', claims: { sub: 'ann', 'https://x/a.b': 1 } },
    })
  })

  test('may name none', async () => {
    const found = await caller({ ...JWT, claims_to_metadata: [] }, await bearer())
    expect(found?.shown).toEqual({ mode: 'jwt', claims: {} })
  })

  test('left out shows them all', async () => {
    expect((await caller(JWT, await bearer()))?.shown).toEqual({ mode: 'jwt', claims: CLAIMS })
  })

  test('does not keep authorization_logic from seeing the others', async () => {
    const auth = { ...JWT, claims_to_metadata: ['sub'], authorization_logic: { var: 'claims.roles' } }
    expect((await caller(auth, await bearer()))?.shown).toEqual({ mode: 'jwt', claims: { sub: 'ann' } })
  })
})

test('the headers with credentials are those of the mode', () => {
  const headers = (auth: ChannelAuth) => openAuth(auth, NEEDS).credentialHeaders
  expect(headers({ mode: 'api_key', keys: ['k'], header: 'X-My-Key' })).toEqual(['x-my-key'])
  expect(headers({ mode: 'hmac', secret: 's', scheme: 'github' })).toEqual(['x-hub-signature-256'])
  expect(headers(JWT)).toEqual(['authorization'])
})

test('a key that cannot be read opens nothing: the guard does not open', () => {
  const auth: JwtAuth = { ...JWT, jwt_keys: [{ algorithm: 'HS256', key: 'short' }] }
  expect(() => openAuth(auth, NEEDS)).toThrow('A key of HS256 is 5 bytes long')
})

test('a stored channel whose key cannot be read is quarantined, never served unguarded', async () => {
  const auth = { ...JWT, jwt_keys: [{ algorithm: 'HS256', key: 'short' }] }
  await using room = await openRoom({
    workflows: [answering('a', 1)],
    channels: [serving('a', { config: { auth } })],
  })
  const error = await refusal(room.send('a'))
  expect([error.code, error.message]).toEqual(['SERVICE_UNAVAILABLE', expect.stringContaining('quarantined')])
})
