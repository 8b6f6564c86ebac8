import { describe, expect, test } from 'bun:test'
import type { JsonObject } from '../std/json.ts'
import { keepMaskedChannel, maskChannelConfig, withoutSecret } from './masking.ts'

const MASK = '******'

describe('a configuration as anybody may see it', () => {
  const shown = (auth: JsonObject[string]) => maskChannelConfig({ auth }).auth ?? null

  test('hides each key, and not how many there are', () => {
    expect(shown({ mode: 'api_key', header: 'X-Key', keys: ['a', 'b'] })).toEqual({
      mode: 'api_key',
      header: 'X-Key',
      keys: [MASK, MASK],
    })
  })

  test('hides the secret of signatures', () => {
    const open = { mode: 'hmac', scheme: 'slack', signature_prefix: 'v0=', tolerance_secs: 60 }
    expect(shown({ ...open, secret: 's' })).toEqual({ ...open, secret: MASK })
  })

  test('hides secrets of tokens, and shows public keys', () => {
    const open = {
      mode: 'jwt',
      algorithms: ['HS256', 'ES256'],
      issuer: ['a'],
      audience: 'b',
      leeway_secs: 1,
      require_exp: true,
      required: false,
      authorization_logic: { '==': [{ var: 'claims.secret' }, 'x'] },
      claims_to_metadata: ['sub'],
    }
    const publicKey = { algorithm: 'ES256', key: '-----BEGIN PUBLIC KEY-----', kid: 'd' }
    expect(shown({ ...open, jwt_keys: [{ algorithm: 'HS256', key: 's', kid: 'k' }, publicKey] })).toEqual({
      ...open,
      jwt_keys: [{ algorithm: 'HS256', key: MASK, kid: 'k' }, publicKey],
    })
  })

  test.each([
    ['secret text', MASK],
    [['s'], MASK],
    [{ keys: 's' }, { keys: MASK }],
    [{ keys: [['s'], { k: 's' }] }, { keys: [MASK, MASK] }],
    [
      { secret: { s: 1 }, secrets: ['s'], token: 's' },
      { secret: MASK, secrets: MASK, token: MASK },
    ],
    [{ jwt_keys: 's' }, { jwt_keys: MASK }],
    [{ jwt_keys: ['s', [1]] }, { jwt_keys: [MASK, MASK] }],
    [{ jwt_keys: [{ key: 's', other: 's' }] }, { jwt_keys: [{ key: MASK, other: MASK }] }],
    [
      { jwt_keys: [{ algorithm: 'RS256', key: '-----BEGIN PRIVATE KEY-----' }] },
      { jwt_keys: [{ algorithm: 'RS256', key: MASK }] },
    ],
    [
      { jwt_keys: [{ algorithm: 'ES256', key: '{"kty":"EC","d" :"s"}' }] },
      { jwt_keys: [{ algorithm: 'ES256', key: MASK }] },
    ],
  ])('hides what does not fit, too: %p', (auth, expected) => {
    expect(shown(auth)).toEqual(expected)
  })

  test('touches nothing beside auth', () => {
    const config = { validation_logic: { '==': ['a', MASK] }, tracing: { secret: 's', keys: ['k'] } }
    expect(maskChannelConfig(config)).toEqual(config)
    expect(keepMaskedChannel(config, undefined)).toEqual({ config, problems: [] })
  })
})

describe('a mask that is sent back', () => {
  const kept = (auth: JsonObject, stored: JsonObject | undefined) => {
    const { config, problems } = keepMaskedChannel({ auth }, stored && { auth: stored })
    return { auth: config.auth, problems: problems.map(({ path }) => path) }
  }

  test('keeps what is stored', () => {
    const cases: JsonObject[] = [
      { mode: 'api_key', keys: ['a', 'b'] },
      { mode: 'hmac', secret: 's' },
      {
        mode: 'jwt',
        jwt_keys: [
          { algorithm: 'HS256', key: 's' },
          { algorithm: 'RS256', key: 'public' },
        ],
      },
    ]
    for (const auth of cases) {
      const shown = maskChannelConfig({ auth })
      expect(keepMaskedChannel(shown, { auth })).toEqual({ config: { auth }, problems: [] })
    }
  })

  test.each([
    [['new', MASK], ['a'], ['new', 'a']],
    [[MASK, 'new'], ['a'], ['a', 'new']],
    [
      ['new', MASK, MASK],
      ['a', 'b'],
      ['new', 'b', 'a'],
    ],
    [
      ['new', MASK],
      ['a', 'b'],
      ['new', 'b'],
    ],
    [[MASK], ['a', 'b'], ['a']],
  ])('of %p over %p is %p: each stored key once', (keys, stored, expected) => {
    expect(kept({ mode: 'api_key', keys }, { keys: stored })).toEqual({
      auth: { mode: 'api_key', keys: expected },
      problems: [],
    })
  })

  test('finds a secret of tokens by its key id, and else by its position', () => {
    const stored = [
      { algorithm: 'HS256', key: 's1', kid: '1' },
      { algorithm: 'HS256', key: 's2', kid: '2' },
    ]
    const two = { algorithm: 'HS256', key: MASK, kid: '2' }
    expect(kept({ jwt_keys: [two] }, { jwt_keys: stored }).auth).toEqual({ jwt_keys: [stored[1] ?? null] })
    const renamed = { algorithm: 'HS256', key: MASK, kid: '3' }
    expect(kept({ jwt_keys: [renamed] }, { jwt_keys: stored }).auth).toEqual({
      jwt_keys: [{ algorithm: 'HS256', key: 's1', kid: '3' }],
    })
  })

  test('with nothing behind it is told by its place', () => {
    expect(kept({ keys: ['new', MASK], secret: MASK }, undefined).problems).toEqual([
      'config.auth.keys[1]',
      'config.auth.secret',
    ])
    expect(kept({ keys: [MASK, MASK] }, { keys: ['a'] }).problems).toEqual(['config.auth.keys[1]'])
    expect(kept({ jwt_keys: [{ algorithm: 'HS256', key: MASK }] }, { secret: 's' }).problems).toEqual([
      'config.auth.jwt_keys[0].key',
    ])
  })

  test('never brings a secret to a place where it could be read', () => {
    const stored = { jwt_keys: [{ algorithm: 'HS256', key: 's' }], secret: 's' }
    const asked = { issuer: MASK, jwt_keys: [{ algorithm: 'RS256', key: MASK, kid: MASK }] }
    expect(JSON.stringify(kept(asked, stored).auth)).not.toContain('"s"')
  })
})

describe('a problem', () => {
  const got = (path: string) => withoutSecret({ path, code: 'TYPE_MISMATCH', message: 'm', got: 'x' }).got

  test.each([
    'config.auth',
    'config.auth.keys',
    'config.auth.keys[3]',
    'config.auth.secret',
    'config.auth.sekret',
    'config.auth.jwt_keys',
    'config.auth.jwt_keys[0]',
    'config.auth.jwt_keys[0].key',
    'config.auth.modes',
    'config.auth.header_key',
  ])('at %s quotes nothing', path => {
    expect(got(path)).toBeUndefined()
  })

  test.each([
    'config.auth.mode',
    'config.auth.algorithms[0]',
    'config.auth.authorization_logic.==[0]',
    'config.auth.jwt_keys[0].algorithm',
    'config.authority',
    'config.timeout_ms',
    'name',
  ])('at %s quotes what was sent', path => {
    expect(got(path)).toBe('x')
  })
})
