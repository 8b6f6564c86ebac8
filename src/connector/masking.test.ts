import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Json, JsonObject } from '../std/json.ts'
import { keepMasked, maskConfig } from './masking.ts'
import { MASK } from './secret-text.ts'

function kept(config: JsonObject, stored?: JsonObject): JsonObject {
  const result = keepMasked(config, stored)
  expect(result.problems).toEqual([])
  return result.config
}

describe('masked', () => {
  test('every value of headers', () => {
    expect(maskConfig({ headers: { 'X-Api-Key': 'k', accept: 'json', n: 5, l: ['a'] } })).toEqual({
      headers: { 'X-Api-Key': MASK, accept: MASK, n: MASK, l: MASK },
    })
    expect(maskConfig({ Headers: 'a: b' })).toEqual({ Headers: MASK })
  })

  test('everything in auth but what names the method, the user and the header', () => {
    expect(
      maskConfig({
        auth: {
          type: 'basic',
          username: 'u',
          password: 'p',
          header: 'X-Key',
          key: 'k',
          token: 7,
          secret: { deep: 1 },
          surprise: 'x',
        },
      }),
    ).toEqual({
      auth: {
        type: 'basic',
        username: 'u',
        password: MASK,
        header: 'X-Key',
        key: MASK,
        token: MASK,
        secret: MASK,
        surprise: MASK,
      },
    })
    expect(maskConfig({ auth: 'Bearer x' })).toEqual({ auth: MASK })
  })

  test('a connection string whole', () => {
    expect(maskConfig({ connection_string: 'postgres://db/ledger' })).toEqual({ connection_string: MASK })
  })

  test.each([
    'password',
    'secret',
    'api_key',
    'token',
    'Password',
    'apiKey',
    'API-KEY',
    'client_secret',
    'accessToken',
    'secret_access_key',
    'private-key',
    'credentials',
    'passphrase',
  ])('what is under %p, at the top and deeper', name => {
    expect(maskConfig({ [name]: 's', sasl: { [name]: ['s'] }, list: [{ [name]: null }] })).toEqual({
      [name]: MASK,
      sasl: { [name]: MASK },
      list: [{ [name]: MASK }],
    })
  })

  test('user and password inside any URL, with the host left to see', () => {
    expect(
      maskConfig({
        url: 'redis://u:p@cache.example.com:6379/1',
        brokers: ['sasl://:p@b1:9092', 'b2:9092'],
        base_path: 'https://u@h/x',
      }),
    ).toEqual({
      url: `redis://${MASK}:${MASK}@cache.example.com:6379/1`,
      brokers: [`sasl://:${MASK}@b1:9092`, 'b2:9092'],
      base_path: `https://${MASK}@h/x`,
    })
  })

  test('what is no secret stays', () => {
    const config = {
      type: 'http',
      url: 'https://pay.example.com/v1?page=2&keyword=x',
      method: 'POST',
      retry: { max_retries: 3, retry_delay_ms: 100 },
      allow_private_urls: false,
      provider: null,
      brokers: ['b1:9092'],
    }
    expect(maskConfig(config)).toEqual(config)
  })

  test('a key named like a prototype is a key', () => {
    const config = JSON.parse('{"__proto__": {"password": "p"}, "constructor": "c"}')
    expect(JSON.stringify(maskConfig(config))).toBe('{"__proto__":{"password":"******"},"constructor":"c"}')
  })
})

describe('kept', () => {
  const stored = {
    url: 'https://u:p@pay.example.com/?api_key=k&page=1',
    headers: { Authorization: 'Bearer abc', Accept: 'json' },
    auth: { type: 'basic', username: 'u', password: 'p4' },
    brokers: ['sasl://a:1@b1', 'sasl://c:2@b2', 'b3'],
  }

  test('what was read masked and is sent back unchanged is what is stored', () => {
    expect(kept(maskConfig(stored), stored)).toEqual(stored)
  })

  test('what is sent in clear replaces what is stored', () => {
    const fresh = { ...stored, auth: { type: 'basic', username: 'w', password: 'new' } }
    expect(kept(fresh, stored)).toEqual(fresh)
  })

  test('a URL may change around its secrets', () => {
    const url = `https://${MASK}:${MASK}@pay2.example.com/v2?page=9&api_key=${MASK}`
    expect(kept({ url }, stored)).toEqual({ url: 'https://u:p@pay2.example.com/v2?page=9&api_key=k' })
    expect(kept({ url: `https://other:${MASK}@h/` }, stored)).toEqual({ url: 'https://other:p@h/' })
  })

  test('names of headers are the same in upper and lower case', () => {
    expect(kept({ headers: { authorization: MASK } }, stored)).toEqual({
      headers: { authorization: 'Bearer abc' },
    })
  })

  test('items follow their masked text to another position, else they keep their position', () => {
    const brokers = ['b3', `sasl://${MASK}:${MASK}@b2`, `sasl://${MASK}:${MASK}@b1`]
    expect(kept({ brokers }, stored)).toEqual({ brokers: ['b3', 'sasl://c:2@b2', 'sasl://a:1@b1'] })
    expect(kept({ brokers: [`sasl://${MASK}:${MASK}@b9`] }, stored)).toEqual({ brokers: ['sasl://a:1@b9'] })
  })

  test('a mask with nothing behind it is refused by its name', () => {
    const config = {
      url: `https://${MASK}:${MASK}@h/?token=${MASK}`,
      headers: { 'X-New': MASK },
      auth: { type: 'bearer', token: MASK },
      password: MASK,
      topic: MASK,
      brokers: ['b', `//${MASK}@b`],
    }
    for (const before of [undefined, {}, { url: 'https://h/', topic: 'plain', auth: 'x' }]) {
      const { problems } = keepMasked(config, before)
      expect(problems.map(({ path, code }) => `${path} ${code}`)).toEqual([
        'config.url INVALID_FORMAT',
        'config.headers.X-New INVALID_FORMAT',
        'config.auth.token INVALID_FORMAT',
        'config.password INVALID_FORMAT',
        'config.topic INVALID_FORMAT',
        'config.brokers[1] INVALID_FORMAT',
      ])
    }
    expect(keepMasked({ password: MASK }, undefined).problems[0]?.message).toBe(
      'config.password is masked (******), and no secret is stored there to keep; send the secret itself',
    )
  })

  test('a mask keeps nothing that was never masked', () => {
    expect(keepMasked({ topic: MASK }, { topic: 'orders' }).problems).toMatchObject([
      { path: 'config.topic' },
    ])
  })

  test('another kind of sign-in keeps no secret of the one before', () => {
    const bearer = { auth: { type: 'bearer', token: MASK } }
    expect(
      keepMasked(bearer, { auth: { type: 'basic', username: 'u', password: 'p' } }).problems,
    ).toMatchObject([{ path: 'config.auth.token' }])
  })

  test('stars that are no mask are ordinary text', () => {
    const config = { base_path: 'a******b', topic: '*****', provider: '*******' }
    expect(kept(config)).toEqual(config)
  })
})

/** Texts that begin so are secrets; none of them may be seen. */
const secret = fc
  .string({ minLength: 1, maxLength: 8 })
  .map(tail => `S3CRET${tail.replaceAll(/[^\w.~-]/g, '')}`)
const host = fc.constantFrom('h', 'a.example.com:8080', '[::1]:6379', 'b1:9092,b2:9092')
const scheme = fc.constantFrom('https', 'redis', 'mongodb+srv', 'HTTP')
const url = fc
  .record({ scheme, user: fc.option(secret), password: fc.option(secret), host, query: fc.option(secret) })
  .map(({ scheme, user, password, host, query }) => {
    const login =
      user === null && password === null ? '' : `${user ?? ''}${password === null ? '' : `:${password}`}@`
    return `${scheme}://${login}${host}/x${query === null ? '' : `?page=1&Access_Token=${query}`}`
  })
const secretName = fc.constantFrom('password', 'API_KEY', 'token', 'clientSecret', 'connection_string')
const openName = fc.constantFrom('url', 'base_path', 'region', 'sasl', 'brokers', 'a')
const configs: fc.Arbitrary<JsonObject> = fc.letrec<{ value: Json; members: JsonObject }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    url,
    fc.constantFrom<Json>('plain', '', null, 5, true),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('members'),
  ),
  members: fc
    .tuple(
      fc.dictionary(openName, tie('value'), { maxKeys: 3 }),
      fc.dictionary(secretName, fc.oneof(secret, fc.array(secret)), { maxKeys: 2 }),
      fc.option(fc.dictionary(fc.constantFrom('x-a', 'X-B'), secret)),
      fc.option(fc.record({ type: fc.constant('basic'), username: fc.constant('u'), password: secret })),
    )
    .map(([open, secrets, headers, auth]) => ({
      ...open,
      ...secrets,
      ...(headers && { headers }),
      ...(auth && { auth }),
    })),
})).members

test('no secret of any configuration is in its view, and the view sent back is what is stored', () => {
  fc.assert(
    fc.property(configs, config => {
      const view = maskConfig(config)
      expect(JSON.stringify(view)).not.toContain('S3CRET')
      expect(kept(view, config)).toEqual(config)
      expect(maskConfig(view)).toEqual(view)
    }),
    { numRuns: 500 },
  )
})
