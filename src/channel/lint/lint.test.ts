import { describe, expect, test } from 'bun:test'
import { defaultLimits } from '../../expression/expression.ts'
import type { Json, JsonObject } from '../../std/json.ts'
import type { Finding } from '../../versioning/finding.ts'
import { lintChannel } from './lint.ts'
import type { ChannelLintNeeds } from './subject.ts'

const route: JsonObject = {
  name: 'orders',
  channel_type: 'sync',
  protocol: 'rest',
  methods: ['POST'],
  route_pattern: '/orders/{id}',
}

function findings(config: Json, fields: JsonObject = {}, needs: Partial<ChannelLintNeeds> = {}): Finding[] {
  const known = { limits: defaultLimits, platformRate: undefined, reads: undefined, ...needs }
  return [...lintChannel({ ...route, ...fields, config }, known)].flat()
}

/** `rule path` of each warning, without `config.`. */
function warnings(...given: Parameters<typeof findings>): string[] {
  return findings(...given)
    .filter(({ severity }) => severity === 'warning')
    .map(({ rule, path }) => `${rule} ${path.replace('config.', '')}`)
}

const suggestions = (...given: Parameters<typeof findings>) =>
  findings(...given).map(({ suggestion }) => suggestion)
const data = (path: string) => ({ var: `data.${path}` })
const jwt = (authorization_logic: Json): JsonObject => ({
  auth: {
    mode: 'jwt',
    algorithms: ['HS256'],
    jwt_keys: [{ algorithm: 'HS256', key: 'abcdefghijklmnopqrstuvwxyz0123456789' }],
    authorization_logic,
  },
})

test('a channel with every guard in order is left alone', () => {
  const config = {
    ...jwt({ in: ['orders', { var: 'claims.scopes' }] }),
    rate_limit: { requests_per_second: 50, key_logic: { var: 'headers.x-tenant' } },
    principal_rate_limit: { requests_per_second: 5, key_logic: { var: 'claims.sub' } },
    cors: { allowed_origins: ['https://app.example.com', 'http://localhost:3000', 'app://x', '*'] },
    validation_logic: { and: [{ '!!': data('sku') }, { '>': [data('count'), 0] }] },
    request_schema: { type: 'object', properties: { sku: { type: 'string' }, count: { type: 'integer' } } },
    cache: { enabled: true, cache_key_fields: ['sku'], vary: ['accept-language'] },
    backpressure: { max_concurrent: 1 },
  }
  expect(findings(config)).toEqual([])
})

describe('a condition that always gives the same', () => {
  test.each<[Json, string]>([
    [false, 'validation_logic'],
    [{ '==': ['data.kind', 'order'] }, 'validation_logic'],
    [{ throw: 'no' }, 'validation_logic'],
    [{ throw: data('x') }, 'validation_logic'],
    [{ if: [data('x'), true, true] }, 'validation_logic'],
    [
      { and: [{ '!!': data('a') }, { and: [true, { '==': ['data.a', 1] }] }] },
      'validation_logic.and[1].and[1]',
    ],
    [{ and: [{ '!!': data('a') }, []] }, 'validation_logic.and[1]'],
    [{ '<': [{ map: [[1, 2], { var: '' }] }, 5] }, 'validation_logic'],
    [true, 'validation_logic'],
    [{ '==': [1, 1] }, 'validation_logic'],
    ['yes', 'validation_logic'],
    [{}, 'validation_logic'],
  ])('%j', (validation_logic, place) => {
    expect(warnings({ validation_logic })).toEqual([`constant-condition ${place}`])
  })

  test('what comes after a member that may be {}, which accepts, need not hold', () => {
    expect(warnings({ validation_logic: { and: [data('a'), { '>': [1, 2] }] } })).toEqual([])
  })

  test('tells whether it refuses or accepts', () => {
    const message = (config: Json) => findings(config)[0]?.message
    expect(message({ validation_logic: { '>': [1, 2] } })).toEndWith('refuses every request (400)')
    expect(message({ validation_logic: 1 })).toEndWith('so it guards nothing')
    expect(message(jwt({ '==': ['claims.role', 'admin'] }))).toEndWith('refuses every request (403)')
    expect(message({ validation_logic: {} })).toEndWith('so it guards nothing')
    expect(message(jwt({}))).toEndWith('refuses every request (403)')
  })

  test.each<Json>([
    data('ok'),
    { '>': [data('total'), 0] },
    { or: [{ '>': [data('total'), 0] }, false] },
    { '>': [{ now: [] }, '2020-01-01T00:00:00Z'] },
    { some: [data('lines'), { '>': [{ var: 'price' }, 0] }] },
    { '!': { missing: ['data.sku'] } },
    { merge: [data('a'), [1]] },
  ])('%j may be either', validation_logic => {
    expect(warnings({ validation_logic })).toEqual([])
  })
})

describe('a key that is the same for every request', () => {
  const rate = (key_logic: Json) => ({ rate_limit: { requests_per_second: 1, key_logic } })
  const cache = (key_logic: Json, enabled = true) => ({ cache: { enabled, key_logic } })

  test.each<[JsonObject, string]>([
    [rate('client_ip'), '{"var": "client_ip"}'],
    [rate('headers.x-tenant'), '{"var": "headers.x-tenant"}'],
    [rate({ cat: ['a', 'b'] }), 'an expression that reads'],
    [rate(7), 'an expression that reads'],
    [rate(''), 'an expression that reads'],
    [cache('data.sku'), '{"var": "data.sku"}'],
    [cache({ '+': [1, 2] }), 'an expression that reads'],
  ])('%j', (config, expected) => {
    expect(warnings(config)).toEqual([`constant-key ${Object.keys(config)[0]}.key_logic`])
    expect(findings(config)[0]?.expected).toStartWith(expected)
  })

  test.each<[Json, string]>([
    ['data.user', 'all requests go to one version'],
    ['all', 'all requests go to one version'],
    [7, 'all requests go to one version'],
    ['', 'nobody stays with a version'],
  ])('puts a rollout on one side: %j', (rollout_key, effect) => {
    expect(warnings({ rollout_key })).toEqual(['constant-key rollout_key'])
    expect(findings({ rollout_key })[0]?.message).toEndWith(effect)
  })

  test('one that is null caches nothing, whatever the methods', () => {
    const null_ = cache({ if: [false, 1] })
    expect(findings(null_)[0]?.message).toEndWith('nothing is ever cached')
    expect(warnings(null_, { methods: ['GET'] })).toEqual(['constant-key cache.key_logic'])
  })

  test.each<[JsonObject, JsonObject]>([
    [rate('all'), {}],
    [rate({ var: 'client_ip' }), {}],
    [rate({ var: 'headers' }), {}],
    [rate({ cat: [{ var: 'method' }, 'x'] }), {}],
    [cache('catalogue'), { methods: ['GET'] }],
    [cache({ now: [] }), {}],
  ])('%j %j may be meant', (config, fields) => {
    expect(warnings(config, fields)).toEqual([])
  })
})

describe('what the logic of a guard cannot see', () => {
  test.each<[JsonObject, string, string]>([
    [{ validation_logic: { '!!': { var: 'body.sku' } } }, 'validation_logic.!!.var', 'data.sku'],
    [{ validation_logic: { '!!': { var: 'payload' } } }, 'validation_logic.!!.var', 'data'],
    [{ validation_logic: { '!!': { var: 'sku' } } }, 'validation_logic.!!.var', 'data.sku'],
    [{ validation_logic: { '!!': { var: ['header.x-a'] } } }, 'validation_logic.!!.var[0]', 'headers.x-a'],
    [{ validation_logic: { '!': { missing: ['dta.sku'] } } }, 'validation_logic.!.missing[0]', 'data.sku'],
    [
      { validation_logic: { '==': [{ var: 'claims.sub' }, { val: ['data', 'owner'] }] } },
      'validation_logic.==[0].var',
      'metadata.auth.claims.sub',
    ],
    [
      { rate_limit: { requests_per_second: 1, key_logic: { var: 'metadata.headers.X-A' } } },
      'rate_limit.key_logic.var',
      'headers.X-A',
    ],
    [
      { rate_limit: { requests_per_second: 1, key_logic: { var: 'ip' } } },
      'rate_limit.key_logic.var',
      'client_ip',
    ],
    [
      { cache: { enabled: true, key_logic: { var: 'auth.claims.sub' } } },
      'cache.key_logic.var',
      'metadata.auth.claims.sub',
    ],
    [{ rollout_key: { var: 'metadata.auth.claims.sub' } }, 'rollout_key.var', 'claims.sub'],
    [jwt({ '!!': { var: 'metadata.auth.claims.admin' } }), 'auth.authorization_logic.!!.var', 'claims.admin'],
    [jwt({ '!!': { var: 'admin' } }), 'auth.authorization_logic.!!.var', 'claims.admin'],
  ])('%j', (config, place, meant) => {
    expect(warnings(config)).toEqual([`unknown-guard-root ${place}`])
    expect(suggestions(config)).toEqual([meant])
  })

  test('the body, for the limit of a verified caller', () => {
    const key_logic = { cat: [{ var: 'auth.claims.sub' }, { var: 'client_ip' }, { var: 'data.sku' }] }
    expect(
      warnings({ ...jwt({ var: 'claims.ok' }), principal_rate_limit: { requests_per_second: 1, key_logic } }),
    ).toEqual(['unknown-guard-root principal_rate_limit.key_logic.cat[2].var'])
  })

  test('items of an iterator, the whole scope and what `fractional` looks for are no roots', () => {
    const each = { all: [data('lines'), { '>': [{ var: 'price' }, 0] }] }
    expect(warnings({ validation_logic: each })).toEqual([])
    expect(warnings({ cache: { enabled: true, key_logic: { var: '' } } })).toEqual([])
    const arm = { fractional: [data('mail'), ['red', 25], ['blue', 75]] }
    expect(warnings({ cache: { enabled: true, key_logic: arm } })).toEqual([])
  })
})

describe('a header that is not there', () => {
  test.each<[string, string]>([
    ['headers.X-Tenant', 'headers.x-tenant'],
    ['metadata.headers.X-Tenant', 'metadata.headers.x-tenant'],
    ['metadata.headers.authorization', 'headers.authorization'],
    ['metadata.headers.Cookie', 'headers.cookie'],
  ])('%s', (path, meant) => {
    const config = { validation_logic: { '==': [{ var: path }, 'x'] } }
    expect(warnings(config)).toEqual(['unseen-header validation_logic.==[0].var'])
    expect(suggestions(config)).toEqual([meant])
  })

  test.each(['headers.x-tenant', 'headers.authorization', 'headers', 'data.headers.X-Tenant'])(
    '%s is',
    path => {
      expect(warnings({ validation_logic: { '==': [{ var: path }, 'x'] } })).toEqual([])
    },
  )

  test('an item may have a member of any name', () => {
    const each = { all: [data('list'), { '==': [{ var: 'headers.X-Tenant' }, 'x'] }] }
    expect(warnings({ validation_logic: each })).toEqual([])
  })

  test('nothing is masked for the key of a cache', () => {
    const key_logic = { var: 'metadata.headers.authorization' }
    expect(warnings({ cache: { enabled: true, key_logic } })).toEqual([])
  })
})

test('an operator that is not one is told with what comes of it, and nothing else is said of that logic', () => {
  const inCondition = { validation_logic: { and: [{ '!!': data('a') }, { equals: [data('b'), 1] }] } }
  expect(warnings(inCondition)).toEqual(['unknown-guard-operator validation_logic.and[1].equals'])
  expect(findings(inCondition)[0]?.message).toContain('"validation_logic" fails here')
  const whole = { validation_logic: { equals: [data('b'), 1] } }
  expect(warnings(whole)).toEqual(['unknown-guard-operator validation_logic.equals'])
  const inKey = { rate_limit: { requests_per_second: 1, key_logic: { uper: { var: 'client_ip' } } } }
  expect(warnings(inKey)).toEqual(['unknown-guard-operator rate_limit.key_logic.uper'])
  expect(suggestions(inKey)).toEqual(['upper'])
  const object = { rate_limit: { requests_per_second: 1, key_logic: { ip: { var: 'client_ip' } } } }
  expect(warnings(object)).toEqual([])
})

test('guards that let nobody through', () => {
  expect(warnings({ backpressure: { max_concurrent: 0, queue_depth: 9 } })).toEqual([
    'refuses-everybody backpressure.max_concurrent',
  ])
  expect(warnings({ backpressure: { max_concurrent_per_node: 0 } })).toEqual([
    'refuses-everybody backpressure.max_concurrent_per_node',
  ])
  expect(warnings({ cors: { allowed_origins: [] } })).toEqual(['refuses-everybody cors.allowed_origins'])
  expect(warnings({ origin_allow_list: [] })).toEqual(['refuses-everybody origin_allow_list'])
  expect(warnings({ backpressure: { max_concurrent: 1 }, cors: {} })).toEqual([])
})

describe('an origin that no browser sends', () => {
  test.each([
    ['https://app.example.com:443', 'https://app.example.com'],
    ['http://app.example.com:80', 'http://app.example.com'],
    ['https://App.Example.com', 'https://app.example.com'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
  ])('%s', (origin, sent) => {
    expect(warnings({ cors: { allowed_origins: ['*', origin] } })).toEqual([
      'origin-never-sent cors.allowed_origins[1]',
    ])
    expect(suggestions({ origin_allow_list: [origin] })).toEqual([sent])
  })

  test.each([
    'https://app.example.com:8443',
    'http://127.0.0.1',
    'http://[::1]:80a',
    'chrome-extension://abc',
    'null',
  ])('%s is left alone', origin => {
    expect(warnings({ cors: { allowed_origins: [origin] } })).toEqual([])
  })

  test('a path is an error already', () => {
    expect(findings({ cors: { allowed_origins: ['https://App.example.com/'] } })).toMatchObject([
      { severity: 'error', path: 'config.cors.allowed_origins[0]' },
    ])
  })
})

test('a rate above the limit of the platform, when that is known', () => {
  const platformRate = { requestsPerSecond: 100, setBy: 'rate_limit.default_rps' }
  const of = (requests_per_second: number, needs: Partial<ChannelLintNeeds>) =>
    warnings({ rate_limit: { requests_per_second } }, {}, needs)
  expect(of(101, { platformRate })).toEqual(['rate-above-platform rate_limit.requests_per_second'])
  expect(of(100, { platformRate })).toEqual([])
  expect(of(1_000_000, {})).toEqual([])
})

describe('secrets', () => {
  const DIGEST = `sha256:${'0'.repeat(64)}`

  test('a key in plain text is told by its place alone', () => {
    const auth = { mode: 'api_key', keys: [DIGEST, 'hunter2-hunter2', '******'] }
    expect(warnings({ auth })).toEqual(['plain-api-key auth.keys[1]'])
    expect(JSON.stringify(findings({ auth }))).not.toContain('hunter2')
  })

  test('a shared secret that is short or monotonous', () => {
    const hmac = (secret: string) => warnings({ auth: { mode: 'hmac', secret } })
    expect(hmac('fifteen-bytes-1')).toEqual(['weak-secret auth.secret'])
    expect(hmac('ababababababababab')).toEqual(['weak-secret auth.secret'])
    expect(hmac('sixteen-bytes-16')).toEqual([])
    expect(hmac('******')).toEqual([])
    expect(JSON.stringify(findings({ auth: { mode: 'hmac', secret: 'tiger' } }))).not.toContain('tiger')
  })

  test('a shared key of a token', () => {
    const jwtKey = (algorithm: string, key: string) =>
      warnings({ auth: { mode: 'jwt', algorithms: [algorithm], jwt_keys: [{ algorithm, key }] } })
    expect(jwtKey('HS256', 'ab'.repeat(32))).toEqual(['weak-secret auth.jwt_keys[0].key'])
    expect(jwtKey('HS256', 'abcdefgh'.repeat(4))).toEqual([])
    expect(jwtKey('RS256', 'ab'.repeat(32))).toEqual([])
  })
})

test('where something is refused, nothing else is told', () => {
  const found = findings({ backpressure: { max_concurrent: 0, max_concurrent_per_node: 3 } })
  expect(found.map(({ severity, path }) => `${severity} ${path}`)).toEqual([
    'error config.backpressure.max_concurrent_per_node',
    'warning config.backpressure.max_concurrent',
  ])
  const logic = { validation_logic: { a: 1, b: 2 } }
  expect(findings(logic).map(({ severity, path }) => `${severity} ${path}`)).toEqual([
    'error config.validation_logic',
  ])
})

test('whatever it is given, lint goes on', () => {
  const odd: Json[] = [null, 1, 'x', [], {}, [null, 1, 'x', [], {}], { enabled: true, keys: {}, vary: 1 }]
  const keys = ['rate_limit', 'principal_rate_limit', 'auth', 'cors', 'origin_allow_list', 'validation_logic']
  for (const value of odd) {
    for (const key of [...keys, 'request_schema', 'cache', 'backpressure', '__proto__']) {
      const config = JSON.parse(`{"${key}": ${JSON.stringify(value)}}`)
      expect(() => findings(config, { methods: value, route_pattern: value })).not.toThrow()
    }
    expect(() => findings(value)).not.toThrow()
  }
})
