import { describe, expect, test } from 'bun:test'
import type { Json, JsonObject } from '../std/json.ts'
import { connectorProblems, normalizeConnector } from './check.ts'
import type { ConnectorType } from './definition.ts'

function problems(fields: JsonObject) {
  return connectorProblems(normalizeConnector({ name: 'pay', ...fields }))
}

function configured(connector_type: string, config: Json) {
  return problems({ connector_type, config })
}

function found(connector_type: string, config: Json) {
  return configured(connector_type, config).map(({ path, code }) => `${path} ${code}`)
}

const WHOLE: Record<ConnectorType, JsonObject> = {
  http: {
    type: 'HTTP',
    url: 'https://pay.example.com/v1?x=1',
    method: 'whatever',
    headers: { 'x-a': 'b' },
    auth: { type: 'apikey', header: 'X-Key', key: 'k' },
    retry: { max_retries: 0, retry_delay_ms: 10 },
    max_response_size: 1,
    allow_private_urls: true,
    allow_hosts: ['*.example.com', 'pay.example.com', '10.0.0.0/8', '::1'],
    allow_addresses: ['10.1.0.0/16', 'fd00::/8', '127.0.0.1'],
    deny_hosts: ['admin.example.com'],
  },
  kafka: { brokers: ['b1:9092'], topic: 't', group_id: 'g' },
  db: {
    connection_string: 'postgres://u:p@h/db',
    driver: 'postgres',
    max_connections: 5,
    connect_timeout_ms: 1,
    query_timeout_ms: 2,
    auth: { type: 'basic', username: 'u', password: '' },
    retry: {},
  },
  cache: { backend: 'redis', url: 'redis://h:6379', default_ttl_secs: 0, max_connections: 1 },
  storage: {
    provider: 's3',
    bucket: 'b',
    region: 'r',
    base_path: '/x',
    auth: { type: 'bearer', token: 't' },
  },
}

describe.each(Object.entries(WHOLE))('%s', (connector_type, config) => {
  test('everything that it may have', () => {
    expect(configured(connector_type.toUpperCase(), config)).toEqual([])
  })

  test('an unknown key is told with the nearest one', () => {
    expect(configured(connector_type, { ...config, rety: {} })).toMatchObject([
      { path: 'config.rety', code: 'UNKNOWN_KEY' },
    ])
  })

  test('an inner type that does not agree', () => {
    expect(configured(connector_type, { ...config, type: 'other' })).toMatchObject([
      {
        path: 'config.type',
        code: 'INVALID_ENUM',
        message: `type 'other' does not agree with connector_type '${connector_type}'`,
      },
    ])
  })
})

test.each([
  ['http', ['config.url REQUIRED']],
  ['kafka', ['config.brokers REQUIRED', 'config.topic REQUIRED']],
  ['db', ['config.connection_string REQUIRED']],
  ['cache', ['config.backend REQUIRED']],
  ['storage', ['config.provider REQUIRED']],
])('what %s cannot be without', (type, required) => {
  expect(found(type, {})).toEqual(required)
})

test('a connector without a config has an empty one', () => {
  expect(problems({ connector_type: 'http' })).toMatchObject([{ path: 'config.url', code: 'REQUIRED' }])
  expect(problems({ connector_type: 'http', config: null })).toMatchObject([{ path: 'config.url' }])
})

test('all problems are told at once', () => {
  const body = {
    id: 'a b',
    name: 'x'.repeat(256),
    connector_type: 'http',
    enabled: 'yes',
    tags: [1],
    config: { url: 'ftp://h', auth: { type: 'basic' }, retry: { max_retries: -1 }, max_response_size: 0 },
  }
  const paths = connectorProblems(body).map(({ path, code }) => `${path} ${code}`)
  expect(paths.sort()).toEqual([
    'config.auth.password REQUIRED',
    'config.auth.username REQUIRED',
    'config.max_response_size OUT_OF_RANGE',
    'config.retry.max_retries OUT_OF_RANGE',
    'config.url INVALID_FORMAT',
    'enabled TYPE_MISMATCH',
    'id INVALID_FORMAT',
    'name TOO_LONG',
    'tags[0] TYPE_MISMATCH',
  ])
})

test('an unknown type is told in the words of the contract', () => {
  expect(problems({ connector_type: 'htp', config: {} })).toMatchObject([
    {
      path: 'connector_type',
      code: 'INVALID_ENUM',
      message: "Invalid connector type 'htp'. Must be one of: http, kafka, db, cache, storage",
      got: 'htp',
      suggestion: 'http',
    },
  ])
  expect(problems({ config: {} })).toMatchObject([{ path: 'connector_type', code: 'REQUIRED' }])
})

test.each<[Json]>([[[]], ['x'], [5]])('%j is no config', config => {
  expect(configured('http', config)).toMatchObject([
    { path: 'config', code: 'TYPE_MISMATCH', message: 'Connector config must be a JSON object' },
  ])
})

describe('URL of http', () => {
  test.each(['', 'http://h', 'HTTPS://h:1/x?y#z', 'https://u:p@h', 'env://PAY_URL', `https://\${HOST}/x`])(
    '%p passes',
    url => expect(configured('http', { url })).toEqual([]),
  )

  test.each([
    ['pay.example.com', "Invalid connector URL 'pay.example.com': it is not an absolute URL"],
    ['http://', "Invalid connector URL 'http://': it is not an absolute URL"],
    ['ftp://h', "Connector URL must use http or https scheme, got 'ftp'"],
    ['javascript:alert(1)', "Connector URL must use http or https scheme, got 'javascript'"],
    ['http:h', `Invalid connector URL 'http:h': it holds white space or "\\", or lacks "//"`],
    ['http:\\\\h', `Invalid connector URL 'http:\\\\h': it holds white space or "\\", or lacks "//"`],
    [' http://h', `Invalid connector URL ' http://h': it holds white space or "\\", or lacks "//"`],
  ])('%j is refused', (url, message) => {
    expect(configured('http', { url })).toMatchObject([
      { path: 'config.url', code: 'INVALID_FORMAT', message },
    ])
  })
})

describe('cache', () => {
  test.each([
    ['http://h:6379', 'its scheme is not redis or rediss'],
    ['redis://h:6379/first', 'its path is not the number of a database'],
    ['redis://h:6379/0?tls=true', 'it has a query or a fragment'],
    ['redis://:%ff@h:6379', 'its user or password is not percent-encoded UTF-8'],
    ['h:6379', 'it is not a URL'],
  ])('a Redis at %s is refused', (url, why) => {
    expect(configured('cache', { backend: 'redis', url })).toMatchObject([
      { path: 'config.url', code: 'INVALID_FORMAT', message: `Invalid Redis URL: ${why}` },
    ])
  })

  test.each(['redis://h', 'rediss://user:p%40ss@h:6380/15', 'env://REDIS_URL', 'secret://redis'])(
    'a Redis at %s is taken',
    url => {
      expect(found('cache', { backend: 'redis', url })).toEqual([])
    },
  )

  test('Redis takes a user and a password, and no other way to sign in', () => {
    const url = 'redis://h'
    const basic = { type: 'basic', username: 'u', password: 'p' }
    expect(found('cache', { backend: 'redis', url, auth: basic })).toEqual([])
    const bearer = { type: 'bearer', token: 't' }
    expect(found('cache', { backend: 'redis', url, auth: bearer })).toEqual([
      'config.auth.type NOT_AVAILABLE',
    ])
  })

  test('memory needs no URL, Redis does', () => {
    expect(found('cache', { backend: 'memory' })).toEqual([])
    for (const config of [{ backend: 'redis' }, { backend: 'redis', url: ' ' }]) {
      expect(configured('cache', config)).toMatchObject([
        {
          path: 'config.url',
          code: 'REQUIRED',
          message: "Cache connector with backend='redis' requires a non-empty 'url'",
        },
      ])
    }
    expect(found('cache', { backend: 'redis', url: 5 })).toEqual(['config.url TYPE_MISMATCH'])
  })

  test('an unknown backend is told in the words of the contract', () => {
    expect(configured('cache', { backend: 'memcached' })).toMatchObject([
      {
        path: 'config.backend',
        code: 'INVALID_ENUM',
        message: "Invalid cache backend 'memcached'. Must be one of: redis, memory",
      },
    ])
  })
})

describe('auth', () => {
  test('an unknown kind is told with the nearest', () => {
    expect(configured('http', { url: '', auth: { type: 'barer', token: 't' } })).toMatchObject([
      { path: 'config.auth.type', code: 'INVALID_ENUM', suggestion: 'bearer' },
    ])
  })

  test('line breaks in what becomes a header are refused', () => {
    const config = {
      url: '',
      auth: { type: 'apikey', header: 'X Key', key: 'a\r\nb' },
      headers: { 'x-a': 'b\nc' },
    }
    expect(found('http', config)).toEqual([
      'config.headers.x-a INVALID_FORMAT',
      'config.auth.header INVALID_FORMAT',
      'config.auth.key INVALID_FORMAT',
    ])
  })
})

test('no problem repeats a secret', () => {
  const all = [
    ...configured('http', {
      url: 'ftp://u:S3CRET@h/?token=S3CRET',
      headers: { a: 'S3CRET\n' },
      auth: { type: 'apikey', header: 'x', key: 'S3CRET\n', extra: 'S3CRET' },
    }),
    ...configured('http', { url: 'S3CRET:S3CRET@h', headers: 'S3CRET', auth: 'S3CRET', password: 'S3CRET' }),
    ...configured('db', {
      connection_string: ['S3CRET'],
      password: 'S3CRET',
      max_connections: '//u:S3CRET@h',
    }),
    ...configured('kafka', { brokers: 'sasl://u:S3CRET@b', topic: 't' }),
  ]
  expect(all.length).toBeGreaterThan(9)
  expect(JSON.stringify(all)).not.toContain('S3CRET')
})

describe('an http connector', () => {
  const url = 'https://h'

  test('may fetch tokens by itself', () => {
    const auth = {
      type: 'oauth2_client_credentials',
      token_url: 'https://id.example.com/token',
      client_id: 'orion',
      client_secret: 's',
      scope: 'read write',
      audience: 'pay',
    }
    expect(configured('http', { url, auth })).toEqual([])
    expect(found('http', { url, auth: { ...auth, token_url: 'ftp://id' } })).toEqual([
      'config.auth.token_url INVALID_FORMAT',
    ])
    expect(found('db', { connection_string: 'x', auth })).toEqual(['config.auth.type INVALID_ENUM'])
  })

  test('sets no header that says how a message is sent, and none without a name', () => {
    expect(found('http', { url, headers: { Host: 'x', 'Content-Length': '1', 'a b': 'c' } })).toEqual([
      'config.headers.Host INVALID_FORMAT',
      'config.headers.Content-Length INVALID_FORMAT',
      'config.headers.a b INVALID_FORMAT',
    ])
  })
})

test('ranges of addresses have no bits behind their prefix, and hosts no scheme, port or path', () => {
  const lists = {
    allow_addresses: ['10.1.0.1/16', '10.0.0.0/33', 'example.com', 'fd00::/8'],
    deny_hosts: ['https://example.com', 'example.com:80', 'a/b', 'example.com'],
  }
  expect(found('db', { connection_string: 'x', ...lists })).toEqual([
    'config.allow_addresses[0] INVALID_FORMAT',
    'config.allow_addresses[1] INVALID_FORMAT',
    'config.allow_addresses[2] INVALID_FORMAT',
    'config.deny_hosts[0] INVALID_FORMAT',
    'config.deny_hosts[1] INVALID_FORMAT',
    'config.deny_hosts[2] INVALID_FORMAT',
  ])
})
