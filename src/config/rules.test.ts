import { describe, expect, test } from 'bun:test'
import { LEAVES } from './leaves.ts'
import { load, mistakes } from './test-load.ts'

const NOT_AVAILABLE = /NOT_AVAILABLE/

/** The mistakes but for "this version has no such thing", which every rule about what is not there yet comes with. */
function ruled(toml: string, files: readonly string[] = []): string[] {
  return mistakes({ toml, files }).filter(line => !NOT_AVAILABLE.test(line))
}

describe('rule 1 and 8: more than zero', () => {
  test.each([
    'server.port',
    'ingest.max_payload_size',
    'queue.workers',
    'queue.buffer_size',
    'engine.max_channel_call_depth',
    'engine.default_channel_call_timeout_ms',
    'queue.processing_timeout_ms',
    'engine.health_check_timeout_secs',
    'engine.reload_timeout_secs',
    'queue.shutdown_timeout_secs',
    'storage.busy_timeout_ms',
    'storage.acquire_timeout_secs',
  ])('%s', key => {
    const [line, ...others] = ruled(`${key} = 0`)
    expect(line).toStartWith(`orion.toml:1:${key.length + 4}: ${key} must be > 0`)
    expect(others).toEqual([])
    expect(ruled(`${key} = 1`)).toEqual([])
  })
})

describe('rule 2: the database', () => {
  test.each([
    ['', 'storage.url must not be empty'],
    ['  ', 'storage.url must not be empty'],
    ['orion.db', 'storage.url has no scheme'],
    ['/var/lib/orion.db', 'storage.url has no scheme'],
    ['oracle://db', 'storage.url: no database has the scheme "oracle"'],
    ['SQLITE:x', 'storage.url: no database has the scheme "SQLITE"'],
    ['sqlite:', 'storage.url names no file'],
    ['sqlite://', 'storage.url names no file'],
    ['file:?mode=rwc', 'storage.url names no file'],
  ])('%j', (url, message) => {
    expect(ruled(`storage.url = "${url}"`)).toEqual([expect.stringContaining(`orion.toml:1:15: ${message}`)])
  })

  test.each(['postgres', 'postgresql', 'mysql', 'mariadb'])('%s is refused by name', scheme => {
    expect(mistakes({ toml: `storage.url = "${scheme}://u:p@h/d"` })).toEqual([
      expect.stringContaining(`the database "${scheme}" is not available in this version (NOT_AVAILABLE)`),
    ])
  })

  test.each([
    'sqlite:a.db',
    'sqlite://a.db',
    'sqlite:///a.db',
    'sqlite::memory:',
    'file:a.db',
    'sqlite:a.db?mode=rwc',
  ])('%s is fine', url => {
    expect(load({ toml: `storage.url = "${url}"` }).storage.url.reveal()).toBe(url)
  })
})

describe('rule 3: the level of the log', () => {
  test.each(['trace', 'Debug', 'INFO', 'warn', 'error'])('%s is one', level => {
    expect(ruled(`logging.level = "${level}"`)).toEqual([])
  })
  test.each(['off', '', 'warning'])('%j is none', level => {
    expect(ruled(`logging.level = "${level}"`)).toHaveLength(1)
  })
})

describe('rule 4: span export', () => {
  test('needs an endpoint when it is on', () => {
    expect(ruled('tracing = { enabled = true, otlp_endpoint = "" }')).toEqual([
      expect.stringContaining('orion.toml:1:45: tracing.otlp_endpoint must not be empty'),
    ])
    expect(ruled('tracing = { enabled = false, otlp_endpoint = "" }')).toEqual([])
  })
})

describe('rule 5 and 6: admin keys', () => {
  test.each(['', 'api_key = ""', 'api_keys = ["", ""]'])('enabled without a key: %j', keys => {
    expect(ruled(`[admin_auth]\nenabled = true\n${keys}`)).toEqual([
      expect.stringContaining(
        'admin_auth.enabled is true, but there is no key: set admin_auth.api_key or admin_auth.api_keys',
      ),
    ])
  })

  test.each(['api_key = "k"', 'api_keys = ["", "k"]'])('enabled with %s', keys => {
    expect(ruled(`[admin_auth]\nenabled = true\n${keys}`)).toEqual([])
  })

  test.each(['prod', 'Production', 'PROD-eu'])('%s insists on a key', environment => {
    const toml = `environment = "${environment}"\ncors.allowed_origins = []\n`
    expect(ruled(toml)).toEqual([
      expect.stringContaining(`orion.toml:1:15: environment "${environment}" is production`),
    ])
    expect(ruled(`${toml}admin_auth.allow_open = true`)).toHaveLength(1)
    expect(ruled(`${toml}admin_auth = { enabled = true, api_key = "k" }`)).toEqual([])
  })

  test.each(['development', 'staging', 'preprod', ''])('%j does not', environment => {
    expect(ruled(`environment = "${environment}"`)).toEqual([])
  })

  test('a key that cannot be read is not said to be missing', () => {
    expect(ruled('[admin_auth]\nenabled = true\napi_key = 5')).toEqual([
      'orion.toml:3:11: admin_auth.api_key must be a string',
    ])
    expect(ruled('environment = "prod"\ncors.allowed_origins = []\nadmin_auth = 5')).toHaveLength(1)
  })
})

describe('rule 7: TLS', () => {
  test('names two files that are there', () => {
    const toml = '[server.tls]\nenabled = true\ncert_path = "c.pem"\nkey_path = "k.pem"'
    expect(ruled(toml)).toEqual([
      "orion.toml:3:13: TLS certificate file not found: 'c.pem' (server.tls.cert_path)",
      "orion.toml:4:12: TLS private key file not found: 'k.pem' (server.tls.key_path)",
    ])
    expect(ruled(toml, ['c.pem', 'k.pem'])).toEqual([])
    expect(ruled('[server.tls]\nenabled = true')).toEqual([
      expect.stringContaining('server.tls.cert_path must not be empty'),
      expect.stringContaining('server.tls.key_path must not be empty'),
    ])
    expect(ruled('[server.tls]\ncert_path = "c.pem"')).toEqual([])
  })
})

test('rule 9: a rate limit that is on lets something through', () => {
  expect(ruled('rate_limit = { enabled = true, default_rps = 0, default_burst = 0 }')).toEqual([
    expect.stringContaining('rate_limit.default_rps must be > 0 (required when rate limiting is enabled)'),
    expect.stringContaining('rate_limit.default_burst must be > 0 (required when rate limiting is enabled)'),
  ])
  expect(ruled('rate_limit = { enabled = false, default_rps = 0 }')).toEqual([])
})

describe('rule 11: Kafka', () => {
  test.each([
    ['brokers = []', 'kafka.brokers must name at least one broker'],
    ['brokers = ["a:1", " "]', 'kafka.brokers has the broker " ", which is not host:port'],
    ['brokers = ["a"]', 'kafka.brokers has the broker "a"'],
    ['brokers = ["a:"]', 'kafka.brokers has the broker "a:"'],
    ['brokers = ["a:x"]', 'kafka.brokers has the broker "a:x"'],
    ['brokers = ["a:65536"]', 'kafka.brokers has the broker "a:65536"'],
    ['brokers = [":1"]', 'kafka.brokers has the broker ":1"'],
    ['group_id = " "', 'kafka.group_id must not be empty'],
    ['max_inflight = 0', 'kafka.max_inflight must be > 0'],
    ['topics = [{ topic = "", channel = "c" }]', 'kafka.topics[0] must name a topic and a channel'],
    ['topics = [{ topic = "t", channel = " " }]', 'kafka.topics[0] must name a topic and a channel'],
    [
      'topics = [{ topic = "t", channel = "a" }, { topic = "t", channel = "b" }]',
      'kafka.topics names the topic "t" more than once',
    ],
    [
      'topics = [{ topic = "t", channel = "a" }, { topic = "u", channel = "a" }]',
      'kafka.topics names the channel "a" more than once',
    ],
  ])('%s', (line, message) => {
    expect(ruled(`[kafka]\nenabled = true\n${line}`)).toEqual([expect.stringContaining(message)])
    expect(ruled(`[kafka]\n${line}`)).toEqual([])
  })

  test('a whole one is fine but for being there', () => {
    const toml =
      '[kafka]\nenabled = true\nbrokers = ["a:1", "[::1]:9092"]\ntopics = [{ topic = "t", channel = "c" }]'
    expect(ruled(toml)).toEqual([])
  })
})

describe('trusted proxies', () => {
  test.each(['10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8', '0.0.0.0/0'])('%s', proxy => {
    expect(load({ toml: `server.trusted_proxies = ["${proxy}"]` }).server.trusted_proxies).toEqual([proxy])
  })
  test.each(['', 'localhost', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::/129', '10.0.0.0/-1', '10.0.0'])(
    '%j is none',
    proxy => {
      expect(ruled(`server.trusted_proxies = ["${proxy}"]`)).toEqual([
        expect.stringContaining('is neither an IP address nor a range'),
      ])
    },
  )
})

describe('what this version does not have is refused by name', () => {
  test.each([
    ['kafka.enabled', 'true'],
    ['kafka.dlq.enabled', 'true'],
    ['server.tls.enabled', 'true'],
    ['tracing.enabled', 'true'],
    ['tracing.storage.mode', '"async"'],
    ['tracing.storage.mode', '"batch"'],
    ['metrics.enabled', 'true'],
  ])('%s = %s', (key, value) => {
    const refused = mistakes({ toml: `${key} = ${value}` }).filter(line => NOT_AVAILABLE.test(line))
    expect(refused).toEqual([
      expect.stringContaining(
        `orion.toml:1:${key.length + 4}: ${key} = ${value} is not available in this version`,
      ),
    ])
  })

  test('also when a variable switches it on', () => {
    expect(mistakes({ env: { ORION_METRICS__ENABLED: 'true' } })).toEqual([
      'ORION_METRICS__ENABLED: metrics.enabled = true is not available in this version (NOT_AVAILABLE); it must be false',
    ])
  })

  test.each(['sync', 'off'])('trace mode %s is there', mode => {
    expect(load({ toml: `tracing.storage.mode = "${mode}"` }).tracing.storage.mode).toBe(
      mode === 'off' ? 'off' : 'sync',
    )
  })

  test('every default is available', () => {
    for (const { schema } of LEAVES) if (schema.only) expect(schema.only).toContainEqual(schema.default)
  })
})
