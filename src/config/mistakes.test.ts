import { describe, expect, test } from 'bun:test'
import { mistakes } from './test-load.ts'

describe('a mistake in the file is told with its place', () => {
  test.each([
    ['prot = 1', '1:1: unknown key "prot" at the top of the file'],
    ['port = 1', '1:1: unknown key "port" at the top of the file; did you mean "server.port"?'],
    ['[serve]\nport = 1', '1:1: unknown key "serve" at the top of the file; did you mean "server"?'],
    ['[server]\n  prot = 1', '2:3: unknown key "prot" in [server]; did you mean "port"?'],
    ['[server]\nqqqqq = 1', '2:1: unknown key "qqqqq" in [server]; known here: host, port,'],
    ['[server.tls]\nenable = false', '2:1: unknown key "enable" in [server.tls]; did you mean "enabled"?'],
    ['[server]\n7 = 1', '2:1: unknown key "7" in [server]'],
    ['__proto__ = 1', '1:1: unknown key "__proto__" at the top of the file'],
    ['constructor.x = 1', '1:1: unknown key "constructor" at the top of the file'],
    ['[server]\nport = "8080"', '2:8: server.port must be an integer from 1 to 65535, not "8080"'],
    ['[server]\nport = 8080.0', '2:8: server.port must be an integer from 1 to 65535, not a float'],
    ['[server]\nport = 0', '2:8: server.port must be > 0: an integer from 1 to 65535, not 0'],
    ['[server]\nport = -1', '2:8: server.port must be > 0'],
    ['[server]\nport = 65536', '2:8: server.port must be an integer from 1 to 65535, not 65536'],
    ['[server]\nport = 9223372036854775807', '2:8: server.port must be an integer from 1 to 65535'],
    ['[server]\nport = true', '2:8: server.port must be an integer from 1 to 65535, not true'],
    ['[server]\nport = [1]', '2:8: server.port must be an integer from 1 to 65535, not an array'],
    ['[server]\nport = 1979-05-27', '2:8: server.port must be an integer from 1 to 65535, not a date'],
    ['[server]\nhost = ""', '2:8: server.host must be a non-empty string, not ""'],
    ['[server]\nhost = { a = 1 }', '2:8: server.host must be a non-empty string, not a table'],
    ['server = 5', '1:10: server must be a table, not 5'],
    ['[[server]]\nport = 1', '1:1: server must be a table, not an array'],
    ['[admin_auth]\nenabled = "true"', '2:11: admin_auth.enabled must be true or false, not "true"'],
    ['[admin_auth]\nheader = "a b"', '2:10: admin_auth.header must be the name of an HTTP header, not "a b"'],
    [
      '[logging]\nlevel = "off"',
      '2:9: logging.level must be one of trace, debug, info, warn, error, not "off"',
    ],
    [
      '[logging]\nformat = "jsn"',
      '2:10: logging.format must be one of pretty, json, not "jsn"; did you mean "json"?',
    ],
    ['[tracing]\nsample_rate = 1.5', '2:15: tracing.sample_rate must be a number from 0 to 1, not 1.5'],
    ['[tracing]\nsample_rate = nan', '2:15: tracing.sample_rate must be a number from 0 to 1'],
    ['[channels]\ninclude = "a"', '2:11: channels.include must be an array, not "a"'],
    ['[channels]\ninclude = ["a", 1]', '2:17: channels.include[1] must be a string, not 1'],
    ['[[kafka.topics]]\ntopic = "a"', '1:1: kafka.topics[0].channel is required'],
    ['[[kafka.topics]]\ntopic = "a"\nchannel = "b"\nx = 1', '4:1: unknown key "x" in [kafka.topics[0]]'],
    ['kafka.topics = ["a"]', '1:17: kafka.topics[0] must be a table with topic and channel, not "a"'],
    [
      '[engine]\ndefault_timeout_ms = 2147483648',
      '2:22: engine.default_timeout_ms must be an integer from 1 to',
    ],
  ])('%j', (toml, expected) => {
    const lines = mistakes({ toml })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toStartWith(`orion.toml:${expected}`)
  })
})

describe('TOML syntax', () => {
  test.each([
    ['port = = 1', '1:8'],
    ['[server]\nport = 1\nport = 2', '3:'],
    ['[server', '1:'],
    ['a = "x\nb = 1', '1:'],
    ['[server]\nhost = localhost', '2:8'],
    [`[server]\nport = \${PORT`, '2:8'],
  ])('%j is a mistake at %s', (toml, place) => {
    const lines = mistakes({ toml })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toStartWith(`orion.toml:${place}`)
    expect(lines[0]).toEndWith('(TOML syntax)')
    expect(lines[0]).not.toContain('\n')
  })

  test('the mistakes of the environment are told beside it, and nothing is said of keys that could not be read', () => {
    const env = { ORION_SERVER__PORT: 'x', ORION_ENV: 'production' }
    expect(mistakes({ toml: '[admin_auth\n', env })).toEqual([
      expect.stringMatching(/^orion\.toml:1:\d+: .*TOML syntax/),
      expect.stringMatching(/^ORION_SERVER__PORT: invalid value "x"/),
    ])
  })
})

describe('references', () => {
  test.each([
    [
      `[server]\nport = "\${PORT}"`,
      `server.port: the environment variable PORT is not set; set it, or write \${PORT:-default}`,
    ],
    [
      `[server]\nport = "\${WORD}"`,
      `server.port must be an integer from 1 to 65535, which the value of \${WORD} is not`,
    ],
    [
      `[server]\nport = \${WORD}`,
      `server.port must be an integer from 1 to 65535, which the value of \${WORD} is not`,
    ],
    [
      `[server]\nport = "\${ZERO}"`,
      `server.port must be > 0: an integer from 1 to 65535, which the value of \${ZERO} is not`,
    ],
    [
      '[server]\nport = "env://WORD"',
      'server.port must be an integer from 1 to 65535, which the value of env://WORD is not',
    ],
    ['[server]\nport = "a env://WORD"', 'server.port: env://NAME replaces a whole value'],
    [
      `[server]\nhost = "\${HOST:?the address}"`,
      'server.host: the environment variable HOST is not set: the address',
    ],
    [
      `[logging]\nlevel = "\${WORD}"`,
      `logging.level must be one of trace, debug, info, warn, error, which the value of \${WORD} is not`,
    ],
  ])('%j', (toml, message) => {
    const lines = mistakes({ toml, env: { WORD: 'hunter2', ZERO: '0' } })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toStartWith(`orion.toml:2:${toml.includes('level') ? 9 : 8}: ${message}`)
    expect(lines[0]).not.toContain('hunter2')
  })

  test('what nothing reads is not substituted', () => {
    expect(mistakes({ toml: `[serve]\nx = "\${NOPE}"` })).toHaveLength(1)
  })
})

test('every mistake is told in one run, as the file reads, then the environment', () => {
  const toml = `
prot = 1
[server]
port = 0
hots = "\${NOPE}"
host = "\${NOPE}"
[logging]
level = "loud"
[metrics]
enabled = true
[storage]
url = "oracle://scott:tiger@db"
`
  const places = mistakes({ toml, env: { ORION_QUEUE__WORKERS: '0', ORION_SERVER__PRT: '1' } }).map(
    line => /^(?:orion\.toml:\d+:\d+|\w+)/.exec(line)?.[0],
  )
  expect(places).toEqual([
    'orion.toml:2:1',
    'orion.toml:4:8',
    'orion.toml:5:1',
    'orion.toml:6:8',
    'orion.toml:8:9',
    'orion.toml:10:11',
    'orion.toml:12:7',
    'ORION_QUEUE__WORKERS',
    'ORION_SERVER__PRT',
  ])
})

describe('a secret is in no mistake', () => {
  test.each([
    ['[admin_auth]\napi_key = 12345678', {}],
    ['[admin_auth]\napi_keys = [12345678]', {}],
    ['[admin_auth]\napi_keys = "12345678"', {}],
    ['[storage]\nurl = 12345678', {}],
    ['[storage]\nurl = "postgres://u:12345678@db"', {}],
    ['[storage]\nurl = "what://u:12345678@db"', {}],
    ['[storage]\nurl = "u:12345678@db/x"', {}],
    ['[storage]\nurl = "12345678"', {}],
    ['', { ORION_STORAGE__URL: 'mysql://u:12345678@db' }],
    [`[server]\nport = "\${K}"`, { K: '12345678' }],
  ])('%j', (toml, env) => {
    const lines = mistakes({ toml, env })
    expect(lines).toHaveLength(1)
    expect(lines.join()).not.toContain('12345678')
  })
})
