import { describe, expect, test } from 'bun:test'
import { format, inspect } from 'node:util'
import { Secret, secretUrl } from './secret.ts'
import { load } from './test-load.ts'

describe('a secret shows nothing of itself', () => {
  const secret = new Secret('hunter2')
  const shown: [how: string, text: string][] = [
    ['String()', String(secret)],
    ['a template', `${secret}`],
    ['concatenation', `key: ${secret}`.concat(secret.toString())],
    ['JSON.stringify', JSON.stringify({ secret, list: [secret] })],
    ['inspect', inspect({ secret, deep: { list: [secret] } })],
    ['inspect with hidden fields', inspect(secret, { showHidden: true, depth: 9 })],
    ['Bun.inspect', Bun.inspect({ secret, list: [secret] })],
    ['format', format('%s %o %O %j', secret, secret, secret, secret)],
    ['keys', JSON.stringify(Object.entries(secret))],
    ['a spread', JSON.stringify({ ...secret })],
    ['an error', inspect(new Error('failed', { cause: secret }))],
    ['a clone', inspect(structuredClone(secret))],
  ]
  test.each(shown)('%s', (_how, text) => {
    expect(text).not.toContain('hunter2')
  })

  test('but it can be revealed', () => {
    expect(secret.reveal()).toBe('hunter2')
    expect(JSON.stringify({ secret })).toBe('{"secret":"***"}')
  })
})

describe('an URL is shown without its credentials', () => {
  test.each([
    ['postgres://orion:hunter2@db:5432/orion', 'postgres://***@db:5432/orion'],
    ['postgres://orion@db/orion', 'postgres://***@db/orion'],
    ['postgres://orion:hun/ter@2@db/orion', 'postgres://***@db/orion'],
    ['mysql://u:p@h/d?ssl-mode=REQUIRED&password=hunter2', 'mysql://***@h/d?ssl-mode=REQUIRED&password=***'],
    ['redis:user:hunter2@host', 'redis:***@host'],
    ['no scheme:hunter2@host', '***@host'],
    ['http://collector:4317/?api_key=hunter2#x', 'http://collector:4317/?api_key=***#x'],
    ['sqlite:orion.db', 'sqlite:orion.db'],
    ['sqlite:/data/me@home/orion.db?mode=rwc', 'sqlite:/data/me@home/orion.db?mode=rwc'],
    ['sqlite://orion:hunter2@host/orion.db', 'sqlite://***@host/orion.db'],
    ['', ''],
  ])('%s', (url, shown) => {
    expect(String(secretUrl(url))).toBe(shown)
    expect(secretUrl(url).reveal()).toBe(url)
  })
})

test('a loaded configuration can be printed whole', () => {
  const config = load({
    toml: `[admin_auth]\napi_key = "hunter2"\napi_keys = ["hunter2", "\${KEY}"]\n`,
    env: { KEY: 'hunter3', ORION_TRACING__OTLP_ENDPOINT: 'http://me:hunter4@collector:4317' },
  })
  const printed = inspect(config, { depth: 9 }) + JSON.stringify(config) + Bun.inspect(config)
  expect(printed).not.toContain('hunter')
  expect(config.admin_auth.api_keys.map(key => key.reveal())).toEqual(['hunter2', 'hunter3'])
})
