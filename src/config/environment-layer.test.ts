import { describe, expect, test } from 'bun:test'
import { isObject } from '../std/json.ts'
import { LEAVES, type Leaf, valueAt } from './leaves.ts'
import { Secret } from './secret.ts'
import { load, mistakes } from './test-load.ts'

const KEY = 'ab'.repeat(32)

/** Another value than the default that the key may have, as text and as it is loaded. */
function another({ schema, key }: Leaf): { text: string; value: unknown } {
  const only: unknown[] | undefined = schema.only?.filter(
    (value: unknown) => JSON.stringify(value) !== JSON.stringify(schema.default),
  )
  if (only !== undefined) return only.length === 0 ? same(schema.default) : same(only[0])
  if (key === 'secrets.key') return same(KEY)
  if (key === 'secrets.previous_keys') return { text: KEY, value: [KEY] }
  if (key === 'secrets.file_dirs') return { text: '/a, /b/c', value: ['/a', '/b/c'] }
  if (schema.type === 'object') return { text: 'other', value: { name: 'other' } }
  if (key === 'storage.url') return same('sqlite:other.db')
  if (key === 'server.trusted_proxies') return { text: '10.0.0.0/8, ::1', value: ['10.0.0.0/8', '::1'] }
  if (key === 'egress.allow_addresses') return { text: '10.0.0.0/8, ::1', value: ['10.0.0.0/8', '::1'] }
  if (key === 'cors.allowed_origins') return { text: 'https://a.b, null', value: ['https://a.b', 'null'] }
  if (schema.anyOf !== undefined) return same(schema.anyOf.at(-1).const)
  if (schema.type === 'boolean') return same(!schema.default)
  if (schema.type === 'integer') return same(Number(schema.default ?? 0) + 1)
  if (schema.type === 'number') return same(0.25)
  if (schema.type !== 'array') return same('other')
  if (schema.items.type === 'object') {
    return {
      text: 'a=b, c = d',
      value: [
        { topic: 'a', channel: 'b' },
        { topic: 'c', channel: 'd' },
      ],
    }
  }
  return { text: 'x, y', value: ['x', 'y'] }
}

function same(value: unknown): { text: string; value: unknown } {
  return { text: String(value), value }
}

function revealed(value: unknown): unknown {
  if (value instanceof Secret) return value.reveal()
  if (Array.isArray(value)) return value.map(revealed)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, revealed(member)]))
}

/** What a key needs beside it. */
const NEEDED: Readonly<Record<string, Record<string, string>>> = {
  ORION_ADMIN_AUTH__ENABLED: { ORION_ADMIN_AUTH__API_KEY: 'k' },
  ORION_CORS__ALLOW_CREDENTIALS: { ORION_CORS__ALLOWED_ORIGINS: '' },
}

describe('every key has a variable', () => {
  test.each(LEAVES.map(leaf => [leaf.variable, leaf] as const))('%s', (variable, leaf) => {
    const { text, value } = another(leaf)
    const config = load({ env: { ...NEEDED[variable], [variable]: text } })
    expect(revealed(valueAt(config, leaf.path))).toEqual(value)
  })

  test('and a name after its path', () => {
    expect(LEAVES.length).toBeGreaterThan(80)
    const odd = LEAVES.filter(
      leaf => leaf.variable !== `ORION_${leaf.key.toUpperCase().replaceAll('.', '__')}`,
    )
    expect(odd.map(leaf => leaf.variable).sort()).toEqual([
      'ORION_ENV',
      'ORION_SECRETS__VALUES__NAME',
      'ORION_VARS__NAME',
    ])
  })
})

describe('every key refuses what it cannot mean', () => {
  const strict = LEAVES.filter(
    ({ schema }) => schema.anyOf !== undefined || !/string|array|object/.test(schema.type),
  )
  test.each(strict.map(leaf => [leaf.variable, leaf.key] as const))('%s', (variable, key) => {
    const [first, ...others] = mistakes({ env: { [variable]: 'ten' } })
    expect(first).toStartWith(`${variable}: `)
    expect(first).toContain(key)
    expect(first).toContain('"ten"')
    expect(others).toEqual([])
  })
})

describe('the grammar', () => {
  test.each([
    ['ORION_SERVER__PORT', '+9000', 9000],
    ['ORION_SERVER__PORT', '09000', 9000],
    ['ORION_SERVER__PORT', '65535', 65535],
  ])('%s=%s', (variable, text, port) => {
    expect(load({ env: { [variable]: text } }).server.port).toBe(port)
  })

  test.each<string>([
    '0',
    '65536',
    '-1',
    '',
    ' 80',
    '80 ',
    '8_0',
    '0x50',
    '80.0',
    '1e3',
    '99999999999999999999999',
  ])('a port is not %j', text => {
    expect(mistakes({ env: { ORION_SERVER__PORT: text } })).toHaveLength(1)
  })

  test.each(['True', '1', 'yes', '', ' true'])('a boolean is not %j', text => {
    expect(mistakes({ env: { ORION_ADMIN_AUTH__ALLOW_OPEN: text } })).toEqual([
      `ORION_ADMIN_AUTH__ALLOW_OPEN: invalid value ${JSON.stringify(text)} for admin_auth.allow_open, expected true or false`,
    ])
  })

  test.each([
    ['0.5', 0.5],
    ['.5', 0.5],
    ['1', 1],
    ['1e-1', 0.1],
    ['+0.0', 0],
  ])('a share is %s', (text, share) => {
    expect(load({ env: { ORION_TRACING__SAMPLE_RATE: text } }).tracing.sample_rate).toBe(share)
  })

  test.each(['inf', 'NaN', '1.1', '-0.1', '', '0,5', '0x1'])('a share is not %j', text => {
    expect(mistakes({ env: { ORION_TRACING__SAMPLE_RATE: text } })).toHaveLength(1)
  })

  test('names may be in either case', () => {
    const env = { ORION_LOGGING__FORMAT: 'JSON', ORION_LOGGING__LEVEL: 'Warn' }
    expect(load({ env }).logging).toEqual({ format: 'json', level: 'warn' })
  })

  test('lists are trimmed, and empty items are dropped but for brokers', () => {
    const env = {
      ORION_ADMIN_AUTH__API_KEYS: ' a ,, b,',
      ORION_KAFKA__BROKERS: 'h:1,,i:2',
      ORION_CORS__ALLOWED_ORIGINS: '',
    }
    const { admin_auth: auth, kafka, cors } = load({ env })
    expect(auth.api_keys.map(key => key.reveal())).toEqual(['a', 'b'])
    expect([...kafka.brokers]).toEqual(['h:1', '', 'i:2'])
    expect([...cors.allowed_origins]).toEqual([])
  })

  test('strings are taken as they are, references are not looked for', () => {
    const env = { ORION_ENV: ` \${HOME} `, ORION_STORAGE__BACKUP_DIR: '' }
    expect(load({ env })).toMatchObject({ environment: ` \${HOME} `, storage: { backup_dir: '' } })
  })

  test.each(['a', 'a=b=c', 'a=b,c'])('topics are not %j', text => {
    expect(mistakes({ env: { ORION_KAFKA__TOPICS: text } })).toEqual([
      `ORION_KAFKA__TOPICS: invalid value ${JSON.stringify(text)} for kafka.topics, expected topic=channel, separated by commas`,
    ])
  })
})

describe('names', () => {
  test('an unknown variable is a mistake, with the nearest name', () => {
    expect(
      mistakes({ env: { ORION_SERVER__PROT: '1', ORION_ENGINE__CIRCUIT_BREAKER__ENABLE: 'true' } }),
    ).toEqual([
      'ORION_ENGINE__CIRCUIT_BREAKER__ENABLE: no key of the configuration has this variable; did you mean ORION_ENGINE__CIRCUIT_BREAKER__ENABLED?',
      'ORION_SERVER__PROT: no key of the configuration has this variable; did you mean ORION_SERVER__PORT?',
    ])
  })

  test('an unknown variable that resembles none is told how variables look', () => {
    expect(mistakes({ env: { ORION_QQQQQQQQ__ZZZZZZZZZZ: '1' } })).toEqual([
      'ORION_QQQQQQQQ__ZZZZZZZZZZ: no key of the configuration has this variable; a variable is ORION_SECTION__KEY, like ORION_SERVER__PORT',
    ])
  })

  test('other names are left alone', () => {
    const env = {
      ORION_URL: 'x',
      ORION_API_KEY: 'x',
      ORION_: 'x',
      ORION: 'x',
      OTHER__NAME: 'x',
      RUST_LOG: 'trace',
    }
    expect(load({ env })).toEqual(load())
    expect(mistakes({ env: { ORION_SERVER__: 'x', ORION___PORT: 'x', ORION__PORT: 'x' } })).toHaveLength(3)
  })

  test('ORION_ENV sets the environment', () => {
    expect(load({ env: { ORION_ENV: 'staging' } }).environment).toBe('staging')
  })
})
