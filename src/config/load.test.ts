import { describe, expect, test } from 'bun:test'
import { LEAVES, valueAt } from './leaves.ts'
import { load, mistakes, warnings } from './test-load.ts'

describe('defaults', () => {
  test('do not depend on whether there is a file', () => {
    expect(load({ toml: '' })).toEqual(load())
    expect(load({ toml: '[rate_limit]\n[server]\n[kafka.dlq]\n' })).toEqual(load())
  })

  test('are those of the contract', () => {
    const config = load()
    expect(config.environment).toBe('development')
    expect(config.server).toMatchObject({ host: '0.0.0.0', port: 8080, shutdown_drain_secs: 30 })
    expect(config.storage.url.reveal()).toBe('sqlite:orion.db')
    expect(config.rate_limit).toEqual({ enabled: false, default_rps: 100, default_burst: 50, endpoints: {} })
    expect(config.engine).toMatchObject({ default_timeout_ms: 30000, max_logic_depth: 256, ops_budget: 1e6 })
    expect(config.tracing.storage).toMatchObject({ mode: 'sync', sample_rate: 1, batch_size: 100 })
    expect(config.logging).toEqual({ level: 'info', format: 'pretty' })
  })

  test('are not shared between two loads', () => {
    load().server.trusted_proxies.push('10.0.0.1')
    expect(load().server.trusted_proxies).toEqual([])
  })

  test('fill every key but the optional limits', () => {
    const config = load()
    const absent = LEAVES.filter(leaf => valueAt(config, leaf.path) === undefined)
    expect(absent.map(leaf => leaf.key)).toEqual([
      'rate_limit.endpoints.admin_rps',
      'rate_limit.endpoints.data_rps',
    ])
  })
})

describe('precedence', () => {
  test('the environment beats the file, the file beats the default', () => {
    const toml = '[server]\nport = 9000\nhost = "127.0.0.1"\n'
    const { server } = load({ toml, env: { ORION_SERVER__PORT: '9001' } })
    expect(server).toMatchObject({ port: 9001, host: '127.0.0.1', shutdown_drain_secs: 30 })
  })

  test('a list of the environment replaces the one of the file', () => {
    const toml = '[channels]\ninclude = ["a", "b"]\n'
    expect(load({ toml, env: { ORION_CHANNELS__INCLUDE: 'c' } }).channels.include).toEqual(['c'])
  })
})

describe('the file', () => {
  test.each([
    '[server]\nport = 9000',
    'server.port = 9000',
    'server = { port = 9000 }',
    '["server"]\n"port" = 9_000',
    '\uFEFF[server]\r\nport = 9000\r\n',
    '[server]\nport = 0x2328',
  ])('%j sets the port', toml => {
    expect(load({ toml }).server.port).toBe(9000)
  })

  test('arrays of tables and inline tables are the same', () => {
    const topics = [
      { topic: 'a', channel: 'b' },
      { topic: 'c', channel: 'd' },
    ]
    const blocks =
      '[[kafka.topics]]\ntopic = "a"\nchannel = "b"\n[[kafka.topics]]\ntopic = "c"\nchannel = "d"\n'
    const inline = 'kafka.topics = [{ topic = "a", channel = "b" }, { topic = "c", channel = "d" }]'
    expect(load({ toml: blocks }).kafka.topics).toEqual(topics)
    expect(load({ toml: inline }).kafka.topics).toEqual(topics)
  })

  test('an integer is a number too, and names may be in either case', () => {
    const toml = '[tracing]\nsample_rate = 1\n[logging]\nlevel = "WARN"\nformat = "Json"\n'
    expect(load({ toml })).toMatchObject({
      tracing: { sample_rate: 1 },
      logging: { level: 'warn', format: 'json' },
    })
  })
})

describe('references', () => {
  const env = {
    PORT: '9000',
    ON: 'true',
    LIST: 'a, b',
    LEVEL: 'ERROR',
    RATE: '0.5',
    EVIL: '1\nhost = "evil"',
  }

  test.each([
    [`[server]\nport = "\${PORT}"`, 'server.port', 9000],
    [`[server]\nport = \${PORT}`, 'server.port', 9000],
    [`[server]\nport = \${NONE:-\${PORT}} # \${NOPE}`, 'server.port', 9000],
    ['[server]\nport = "env://PORT"', 'server.port', 9000],
    [`server = { port = \${PORT}, host = "\${NONE:-::}" }`, 'server.host', '::'],
    ['[admin_auth]\nallow_open = "env://ON"', 'admin_auth.allow_open', true],
    [`[tracing]\nsample_rate = \${RATE}`, 'tracing.sample_rate', 0.5],
    [`[channels]\ninclude = "\${LIST}"`, 'channels.include', ['a', 'b']],
    [`[channels]\ninclude = [\${LIST}, "x\${PORT}"]`, 'channels.include', ['a, b', 'x9000']],
    [`[logging]\nlevel = "\${LEVEL}"`, 'logging.level', 'error'],
    [`environment = "$\${PORT} costs 5$"`, 'environment', `\${PORT} costs 5$`],
    [`environment = 'a\\\${PORT}'`, 'environment', 'a\\9000'],
    [`environment = """\n\${PORT}\n"""`, 'environment', '9000\n'],
    [`environment = \${PORT}`, 'environment', '9000'],
    [`# \${NOPE}\nenvironment = "a" # "\${NOPE}"`, 'environment', 'a'],
  ])('%j', (toml, key, value) => {
    expect(valueAt(load({ toml, env }), key.split('.'))).toEqual(value)
  })

  test('the value of a variable cannot add keys or quotes', () => {
    const config = load({ toml: `environment = "\${EVIL}"\n[storage]\nbackup_dir = \${EVIL}\n`, env })
    expect(config.environment).toBe('1\nhost = "evil"')
    expect(config.storage.backup_dir).toBe('1\nhost = "evil"')
    expect(config.server.host).toBe('0.0.0.0')
  })

  test('a text that looks like the stand-in of a bare reference is no reference', () => {
    const toml = `environment = "\uE000\uE001"\nserver.port = \${NONE:-80}`
    expect(mistakes({ toml })).toEqual([expect.stringMatching(/^orion.toml:2:15: .*TOML syntax/)])
  })

  test('lines and columns stay true behind a bare reference', () => {
    expect(mistakes({ toml: `server = { port = \${A_LONG_NAME:-80}, hots = 1 }` })).toEqual([
      'orion.toml:1:39: unknown key "hots" in [server]; did you mean "host"?',
    ])
  })
})

describe('warnings', () => {
  const KEY = { ORION_ADMIN_AUTH__API_KEY: 'k' }
  const ENABLED = { ...KEY, ORION_ADMIN_AUTH__ENABLED: 'true' }

  test('without an admin key the admin API is for this machine', () => {
    expect(warnings({})).toEqual([expect.stringContaining('answers callers on this machine only')])
    expect(warnings({ env: ENABLED })).toEqual([])
  })

  test('an open admin API is told', () => {
    expect(warnings({ env: { ORION_ADMIN_AUTH__ALLOW_OPEN: 'true' } })).toEqual([
      expect.stringContaining('everybody who reaches the port'),
    ])
  })

  test('a key that nobody is asked for is told', () => {
    expect(warnings({ env: KEY })).toContainEqual(expect.stringContaining('nobody is asked for it'))
  })
})
