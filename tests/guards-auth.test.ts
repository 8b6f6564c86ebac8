import { describe, expect, test } from 'bun:test'
import { createHash, createHmac, generateKeyPairSync } from 'node:crypto'
import { SECRET, signed } from '../src/auth/channel/test-tokens.ts'
import type { Json, JsonObject } from '../src/std/json.ts'
import { type App, openApp } from './harness/app.ts'
import type { Answer } from './harness/client.ts'
import { expectEnvelope } from './harness/envelope.ts'
import { channel, mapTask, workflow } from './harness/samples.ts'

const NOW_SECS = 1_700_000_000
const CLOCK = { now: () => NOW_SECS * 1000, monotonic: () => performance.now() }
const CLAIMS: JsonObject = { sub: 'ann', exp: NOW_SECS + 60, roles: ['teacher'] }

type Headers = Record<string, string>

function hmac(text: string): string {
  return createHmac('sha256', 'zz-hook').update(text).digest('hex')
}

async function bearer(claims: JsonObject = CLAIMS): Promise<Headers> {
  const token = await signed({ algorithm: 'HS256', signing: Buffer.from(SECRET), key: SECRET }, claims)
  return { authorization: `Bearer ${token}` }
}

const JWT = { mode: 'jwt', algorithms: ['HS256'], jwt_keys: [{ algorithm: 'HS256', key: SECRET }] }
const KEY_ID = `key-${createHash('sha256').update('zz-key').digest('hex').slice(0, 16)}`

interface Mode {
  readonly auth: JsonObject
  /** What a caller sends with this body. */
  credentials(body: string): Headers | Promise<Headers>
  /** What somebody else sends. */
  wrong(body: string): Headers
  readonly known: JsonObject
  readonly challenge: string
}

const MODES: Readonly<Record<string, Mode>> = {
  'a bearer key': {
    auth: { mode: 'api_key', keys: ['zz-key'] },
    credentials: () => ({ authorization: 'Bearer zz-key' }),
    wrong: () => ({ authorization: 'Bearer zz-kez' }),
    known: { mode: 'api_key', key_id: KEY_ID },
    challenge: 'Bearer',
  },
  'a key in a header of its own': {
    auth: { mode: 'api_key', keys: ['zz-key'], header: 'X-Partner' },
    credentials: () => ({ 'x-partner': 'zz-key' }),
    wrong: () => ({ 'x-partner': 'Bearer zz-key' }),
    known: { mode: 'api_key', key_id: KEY_ID },
    challenge: 'ApiKey',
  },
  'a signature': {
    auth: { mode: 'hmac', secret: 'zz-hook' },
    credentials: body => ({ 'x-signature': hmac(body) }),
    wrong: body => ({ 'x-signature': hmac(`${body} `) }),
    known: { mode: 'hmac' },
    challenge: 'Signature',
  },
  'a signature of GitHub': {
    auth: { mode: 'hmac', secret: 'zz-hook', scheme: 'github' },
    credentials: body => ({ 'x-hub-signature-256': `sha256=${hmac(body)}` }),
    wrong: body => ({ 'x-hub-signature-256': hmac(body) }),
    known: { mode: 'hmac' },
    challenge: 'Signature',
  },
  'a signature of Stripe': {
    auth: { mode: 'hmac', secret: 'zz-hook', scheme: 'stripe' },
    credentials: body => ({ 'stripe-signature': `t=${NOW_SECS},v1=${hmac(`${NOW_SECS}.${body}`)}` }),
    wrong: body => ({ 'stripe-signature': `t=${NOW_SECS - 301},v1=${hmac(`${NOW_SECS - 301}.${body}`)}` }),
    known: { mode: 'hmac' },
    challenge: 'Signature',
  },
  'a signature of Slack': {
    auth: { mode: 'hmac', secret: 'zz-hook', scheme: 'slack' },
    credentials: body => slack(NOW_SECS, body),
    wrong: body => slack(NOW_SECS + 301, body),
    known: { mode: 'hmac' },
    challenge: 'Signature',
  },
  'a token': {
    auth: JWT,
    credentials: () => bearer(),
    wrong: () => ({ authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' }),
    known: { mode: 'jwt', claims: CLAIMS },
    challenge: 'Bearer error="invalid_token"',
  },
}

function slack(atSecs: number, body: string): Headers {
  return {
    'x-slack-request-timestamp': `${atSecs}`,
    'x-slack-signature': `v0=${hmac(`v0:${atSecs}:${body}`)}`,
  }
}

/** An app with one channel, `guarded`, that answers what its workflow knows of the request. */
async function openGuarded(auth: JsonObject): Promise<App> {
  const app = await openApp({ clock: CLOCK })
  await app.client.declare(
    workflow('guarded', [mapTask('m', { 'data.metadata': { var: 'metadata' } })]),
    channel('guarded', { config: { auth } }),
  )
  return app
}

function send(app: App, body: string, headers: Headers = {}): Promise<Answer> {
  return app.client.request('POST', '/api/v1/data/guarded', {
    body,
    headers: { 'content-type': 'application/json', ...headers },
  })
}

const BODY = '{"data":{"a":1}}'

function expectRefusal(answer: Answer, challenge: string): void {
  expectEnvelope(answer, 401, 'UNAUTHORIZED')
  expect(answer.at('error.message')).toBe('Authentication failed')
  expect(answer.headers.get('www-authenticate')).toBe(challenge)
}

describe.each(Object.entries(MODES))('%s', (_, { auth, credentials, wrong, known, challenge }) => {
  test('lets its owner in, and the workflow knows who that is', async () => {
    await using app = await openGuarded(auth)
    const answer = await send(app, BODY, await credentials(BODY))
    expect([answer.status, answer.at('data.metadata.auth')]).toEqual([200, known])
  })

  test('lets nobody else in; no run and no trace is left of them', async () => {
    await using app = await openGuarded(auth)
    expectRefusal(await send(app, BODY), challenge.replace(/ .*/, ''))
    expectRefusal(await send(app, BODY, wrong(BODY)), challenge)
    expect((await app.client.request('GET', '/api/v1/data/traces')).at('total')).toBe(0)
  })

  test('is checked before the body is looked at', async () => {
    await using app = await openGuarded(auth)
    expectRefusal(await send(app, '{', wrong('{')), challenge)
    expectEnvelope(await send(app, '{', await credentials('{')), 400, 'BAD_REQUEST')
  })

  test('is not shown to the workflow', async () => {
    await using app = await openGuarded(auth)
    const headers = await credentials(BODY)
    const answer = await send(app, BODY, headers)
    const [carrier] = Object.keys(headers).filter(name => !name.endsWith('timestamp'))
    expect(answer.at(`data.metadata.headers.${carrier}`)).toBe('******')
    for (const name of Object.keys(headers)) {
      if (!name.endsWith('timestamp')) expect(answer.text).not.toContain(headers[name] ?? '')
    }
    const traces = await app.client.request('GET', '/api/v1/data/traces')
    expect(traces.at('total')).toBe(1)
    expect(traces.text).not.toContain('zz-')
    expect((await app.log()).join('\n')).not.toContain('zz-')
  })

  test('cannot be forged in the metadata of a request', async () => {
    await using app = await openGuarded(auth)
    const forged = '{"data":{},"metadata":{"auth":{"mode":"forged","claims":{"sub":"root"}},"x":1}}'
    expectRefusal(await send(app, forged), challenge.replace(/ .*/, ''))
    const answer = await send(app, forged, await credentials(forged))
    expect(answer.at('data.metadata.auth')).toEqual(known)
    expect(answer.at('data.metadata.x')).toBe(1)
    expect(answer.text).not.toContain('root')
  })
})

describe('a token', () => {
  test('that is expired is told, other reasons are not', async () => {
    await using app = await openGuarded(JWT)
    const expired = await send(app, BODY, await bearer({ ...CLAIMS, exp: NOW_SECS - 31 }))
    expectRefusal(expired, 'Bearer error="invalid_token", error_description="token expired"')
    const early = await send(app, BODY, await bearer({ ...CLAIMS, nbf: NOW_SECS + 31 }))
    expectRefusal(early, 'Bearer error="invalid_token"')
    expectRefusal(await send(app, BODY, { authorization: 'Basic YTpi' }), 'Bearer')
  })

  test('that may be missing leaves no metadata.auth, forged or not', async () => {
    await using app = await openGuarded({ ...JWT, required: false })
    const answer = await send(app, '{"data":{},"metadata":{"auth":{"mode":"jwt"}}}')
    expect(answer.status).toBe(200)
    expect(Object.keys(Object(answer.at('data.metadata')))).not.toContain('auth')
    expectRefusal(await send(app, BODY, { authorization: 'Bearer x' }), 'Bearer error="invalid_token"')
  })

  test('without the rights is 403', async () => {
    await using app = await openGuarded({
      ...JWT,
      authorization_logic: { in: ['admin', { var: 'claims.roles' }] },
    })
    const answer = await send(app, BODY, await bearer())
    expectEnvelope(answer, 403, 'FORBIDDEN')
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope"')
    expect((await send(app, BODY, await bearer({ ...CLAIMS, roles: ['admin'] }))).status).toBe(200)
  })

  test('shows the workflow the claims that are listed', async () => {
    await using app = await openGuarded({ ...JWT, claims_to_metadata: ['sub'] })
    const answer = await send(app, BODY, await bearer())
    expect(answer.at('data.metadata.auth')).toEqual({ mode: 'jwt', claims: { sub: 'ann' } })
  })

  test('has its integers exactly', async () => {
    await using app = await openGuarded(JWT)
    const part = (value: string) => Buffer.from(value).toString('base64url')
    const input = `${part('{"alg":"HS256"}')}.${part(`{"exp":${NOW_SECS + 9},"id":12345678901234567891}`)}`
    const token = `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`
    const answer = await send(app, BODY, { authorization: `Bearer ${token}` })
    expect(answer.text).toContain('"id":12345678901234567891')
  })
})

test('a signature is hexadecimal in one case or base 64', async () => {
  await using app = await openGuarded({ mode: 'hmac', secret: 'zz-hook' })
  const hex = hmac(BODY)
  const base64 = Buffer.from(hex, 'hex').toString('base64')
  const mixed = hex.slice(0, 32) + hex.slice(32).toUpperCase()
  const statuses = []
  for (const text of [hex, hex.toUpperCase(), base64, mixed]) {
    statuses.push((await send(app, BODY, { 'x-signature': text })).status)
  }
  expect(statuses).toEqual([200, 200, 200, 401])
})

test('two Authorization headers are no credential', async () => {
  await using app = await openGuarded({ mode: 'api_key', keys: ['zz-key'] })
  const headers = new Headers([
    ['content-type', 'application/json'],
    ['authorization', 'Bearer zz-key'],
    ['authorization', 'Bearer zz-key'],
  ])
  const request = new Request('http://orion.test/api/v1/data/guarded', {
    method: 'POST',
    headers,
    body: BODY,
  })
  expect((await app.orion.fetch(request)).status).toBe(401)
})

describe('what is declared', () => {
  const create = (app: App, auth: Json) =>
    app.client.admin('POST', 'channels', channel('c', { config: { auth } }))

  test.each<[string, Json, JsonObject]>([
    [
      'an unknown mode',
      { mode: 'apikey', keys: ['zz-k'] },
      { path: 'config.auth.mode', suggestion: 'api_key' },
    ],
    ['no mode', { keys: ['zz-k'] }, { path: 'config.auth.mode', code: 'REQUIRED' }],
    ['no keys', { mode: 'api_key' }, { path: 'config.auth.keys', code: 'REQUIRED' }],
    [
      'an empty list of keys',
      { mode: 'api_key', keys: [] },
      { path: 'config.auth.keys', code: 'OUT_OF_RANGE' },
    ],
    [
      'a text for keys',
      { mode: 'api_key', keys: 'zz-k' },
      { path: 'config.auth.keys', code: 'TYPE_MISMATCH' },
    ],
    [
      'a number for a key',
      { mode: 'api_key', keys: [998877] },
      { path: 'config.auth.keys[0]', code: 'TYPE_MISMATCH' },
    ],
    [
      'a key of another mode',
      { mode: 'api_key', keys: ['zz-k'], headr: 'zz' },
      { path: 'config.auth.headr', code: 'UNKNOWN_KEY', suggestion: 'header' },
    ],
    [
      'a scheme that is no word',
      { mode: 'api_key', keys: ['zz-k'], scheme: 'Key=' },
      { path: 'config.auth.scheme', code: 'INVALID_FORMAT' },
    ],
    ['no secret', { mode: 'hmac' }, { path: 'config.auth.secret', code: 'REQUIRED' }],
    [
      'a number for a secret',
      { mode: 'hmac', secret: 998877 },
      { path: 'config.auth.secret', code: 'TYPE_MISMATCH' },
    ],
    [
      'an unknown scheme',
      { mode: 'hmac', secret: 'zz-s', scheme: 'strype' },
      { path: 'config.auth.scheme', code: 'INVALID_ENUM', suggestion: 'stripe' },
    ],
    [
      'an unknown algorithm',
      { ...JWT, algorithms: ['HS256', 'none'] },
      { path: 'config.auth.algorithms[1]', code: 'INVALID_ENUM' },
    ],
    [
      'a short secret',
      { ...JWT, jwt_keys: [{ algorithm: 'HS256', key: 'zz-short' }] },
      { path: 'config.auth.jwt_keys[0].key', code: 'INVALID_FORMAT' },
    ],
    [
      'logic that does not compile',
      { ...JWT, authorization_logic: { nope: [1], also: 2 } },
      { path: 'config.auth.authorization_logic', code: 'INVALID_LOGIC' },
    ],
    [
      'a leeway without end',
      { ...JWT, leeway_secs: 301 },
      { path: 'config.auth.leeway_secs', code: 'OUT_OF_RANGE' },
    ],
    ['a text', 'zz-text', { path: 'config.auth', code: 'TYPE_MISMATCH' }],
    ['a mask', { mode: 'hmac', secret: '******' }, { path: 'config.auth.secret', code: 'INVALID_FORMAT' }],
  ])('with %s is refused by its place, and nothing of it is quoted', async (_, auth, detail) => {
    await using app = await openApp()
    const answer = await create(app, auth)
    expectEnvelope(answer, 400, 'VALIDATION_ERROR')
    expect(answer.at('error.details')).toMatchObject([detail])
    expect(answer.text).not.toMatch(/zz-|998877/)
    expect((await app.log()).join('\n')).not.toMatch(/zz-|998877/)
    expect((await app.client.admin('GET', 'channels')).at('total')).toBe(0)
  })
})

const SECRETS: readonly { readonly auth: JsonObject; readonly shown: JsonObject }[] = [
  {
    auth: { mode: 'api_key', keys: ['zz-key', `sha256:${'0'.repeat(64)}`] },
    shown: { mode: 'api_key', keys: ['******', '******'] },
  },
  {
    auth: { mode: 'hmac', secret: 'zz-hook', scheme: 'github' },
    shown: { mode: 'hmac', secret: '******', scheme: 'github' },
  },
  {
    auth: { ...JWT, jwt_keys: [{ algorithm: 'HS256', key: `zz-${SECRET}`, kid: 'k' }] },
    shown: { ...JWT, jwt_keys: [{ algorithm: 'HS256', key: '******', kid: 'k' }] },
  },
]

describe.each(SECRETS.map(one => [String(one.auth.mode), one] as const))(
  'secrets of %s',
  (_, { auth, shown }) => {
    test('are masked wherever they could be read', async () => {
      await using app = await openApp()
      const { client } = app
      const texts: string[] = []
      const admin = async (method: string, path: string, body?: Json) => {
        const answer = await client.admin(method, path, body)
        texts.push(answer.text)
        return answer
      }
      await client.declare(workflow('c', [mapTask('m', { 'data.x': 1 })]))
      const created = await admin('POST', 'channels', channel('c', { config: { auth } }))
      expect(created.at('data.config.auth')).toEqual(shown)
      const updated = await admin('PUT', 'channels/c', { config: { auth, timeout_ms: 5 } })
      expect(updated.at('data.config.auth')).toEqual(shown)
      const active = await admin('PATCH', 'channels/c/status', { status: 'active' })
      expect(active.at('data.config.auth')).toEqual(shown)
      const second = await admin('POST', 'channels/c/versions')
      expect(second.at('data.config.auth')).toEqual(shown)
      expect((await admin('GET', 'channels/c')).at('data.config.auth')).toEqual(shown)
      expect((await admin('GET', 'channels')).at('data.0.config.auth')).toEqual(shown)
      const versions = await admin('GET', 'channels/c/versions')
      expect([versions.at('data.0.config.auth'), versions.at('data.1.config.auth')]).toEqual([shown, shown])
      await admin('PATCH', 'channels/c/status', { status: 'archived' })
      await admin('GET', 'engine/status')
      await admin('DELETE', 'channels/c')
      const audit = await admin('GET', 'audit-logs')
      expect(JSON.parse(String(audit.at('data.0.details'))).before.config.auth).toEqual(shown)
      expect(texts.filter(text => text.includes('zz-'))).toEqual([])
      expect((await app.log()).filter(line => line.includes('zz-'))).toEqual([])
    })

    test('are kept when the mask is sent back', async () => {
      await using app = await openApp()
      const { client } = app
      await client.admin('POST', 'channels', channel('c', { config: { auth } }))
      const answer = await client.admin('PUT', 'channels/c', { config: { auth: shown }, tags: ['x'] })
      expect([answer.status, answer.at('data.config.auth')]).toEqual([200, shown])
      const details = JSON.parse(
        String((await client.admin('GET', 'audit-logs?limit=1')).at('data.0.details')),
      )
      expect(details).toEqual({ before: { tags: [] }, after: { tags: ['x'] } })
    })
  },
)

describe('a channel that is edited as it reads', () => {
  test('opens to its keys as before, in the next version too', async () => {
    await using app = await openGuarded({ mode: 'api_key', keys: ['zz-old'] })
    const { client } = app
    const status = async (key: string) => (await send(app, BODY, { authorization: `Bearer ${key}` })).status
    await client.admin('POST', 'channels/guarded/versions')
    const config = (await client.admin('GET', 'channels/guarded')).at('data.config')
    await client.admin('PUT', 'channels/guarded', { config: { ...Object(config), timeout_ms: 999 } })
    await client.setStatus('channels', 'guarded', 'active')
    expect([await status('zz-old'), await status('******')]).toEqual([200, 401])

    await client.admin('POST', 'channels/guarded/versions')
    const keys = ['zz-new', '******']
    await client.admin('PUT', 'channels/guarded', { config: { auth: { mode: 'api_key', keys } } })
    await client.setStatus('channels', 'guarded', 'active')
    expect([await status('zz-old'), await status('zz-new'), await status('******')]).toEqual([200, 200, 401])
    await client.admin('POST', 'engine/reload')
    expect([await status('zz-old'), await status('zz-new'), await status('zz-key')]).toEqual([200, 200, 401])
  })

  test('keeps no secret of another mode', async () => {
    await using app = await openApp()
    const { client } = app
    await client.admin(
      'POST',
      'channels',
      channel('c', { config: { auth: { mode: 'hmac', secret: 'zz-s' } } }),
    )
    const answer = await client.admin('PUT', 'channels/c', {
      config: { auth: { mode: 'api_key', keys: ['******'] } },
    })
    expectEnvelope(answer, 400, 'VALIDATION_ERROR')
    expect(answer.at('error.details')).toMatchObject([{ path: 'config.auth.keys[0]' }])
  })
})

test('public keys can be read', async () => {
  const { publicKey } = generateKeyPairSync('ed25519')
  const key = String(publicKey.export({ type: 'spki', format: 'pem' }))
  const auth = { mode: 'jwt', algorithms: ['EdDSA'], jwt_keys: [{ algorithm: 'EdDSA', key }] }
  await using app = await openApp()
  const answer = await app.client.admin('POST', 'channels', channel('c', { config: { auth } }))
  expect(answer.at('data.config.auth')).toEqual(auth)
})
