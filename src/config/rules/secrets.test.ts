import { describe, expect, test } from 'bun:test'
import { load, mistakes } from '../test-load.ts'

const BASE64 = Buffer.alloc(32, 250).toString('base64')

describe('secrets', () => {
  test.each([BASE64, BASE64.replaceAll('+', '-').replaceAll('/', '_'), 'ab'.repeat(32)])(
    '%s is a key',
    key => {
      expect(mistakes({ env: { ORION_SECRETS__KEY: key, ORION_SECRETS__PREVIOUS_KEYS: key } })).toEqual([])
    },
  )

  test.each(['zz-short', 'ab'.repeat(31), Buffer.alloc(31).toString('base64')])('%s is none', key => {
    const told = mistakes({ env: { ORION_SECRETS__KEY: key, ORION_SECRETS__PREVIOUS_KEYS: key } })
    expect(told).toEqual([
      expect.stringContaining('ORION_SECRETS__KEY: secrets.key must be 32 bytes'),
      expect.stringContaining('ORION_SECRETS__PREVIOUS_KEYS: each of secrets.previous_keys must be 32 bytes'),
    ])
    expect(told.join()).not.toContain(key)
  })

  test('of the file and of the environment are put together by their names', () => {
    const toml = '[secrets.values]\na = "zz-a"\nb = "env://B"\n'
    const env = { B: 'zz-b', ORION_SECRETS__VALUES__A: 'zz-other', ORION_SECRETS__VALUES__C: 'zz-c' }
    const { values } = load({ toml, env }).secrets
    const revealed = Object.entries(values).map(([name, value]) => [name, value.reveal()])
    expect(revealed).toEqual([
      ['a', 'zz-other'],
      ['b', 'zz-b'],
      ['c', 'zz-c'],
    ])
    expect(JSON.stringify(values)).not.toContain('zz-')
  })

  test.each([
    ['values.a = ""', 'secrets.values.a is empty'],
    ['values.a = "secret://b"', 'secrets.values.a cannot be a reference to another secret'],
    ['values.a = "x file:///y"', 'secrets.values.a: env://, file:// and secret:// stand for a whole value'],
    ['values."a b" = "c"', 'secrets.values.a b: a name of a secret begins'],
    ['file_dirs = ["relative"]', 'each of secrets.file_dirs must be the absolute path'],
    ['file_dirs = ["/"]', 'each of secrets.file_dirs must be the absolute path'],
  ])('%s is a mistake', (line, mistake) => {
    expect(mistakes({ toml: `[secrets]\n${line}\n` })).toEqual([expect.stringContaining(mistake)])
  })
})
