import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StoredSecret } from './definition.ts'
import { KeyRing } from './key-ring.ts'
import { OTHER_KEY, openTestSecrets, TEST_KEY } from './test-secrets.ts'

const AT = '2026-01-02T03:04:05.678Z'
const WITH_KEY = `[secrets]\nkey = "${TEST_KEY}"\n`

function stored(name: string, value: string, key = TEST_KEY): StoredSecret {
  const sealed = new KeyRing(key, []).seal(value, { tenant: 'default', name, version: 1 })
  return { name, version: 1, ...sealed, created_at: AT, updated_at: AT }
}

test('the configuration beats what is stored', () => {
  const open = openTestSecrets(`${WITH_KEY}[secrets.values]\na = "zz-configured"\n`)
  const { lookup } = open([stored('a', 'zz-stored'), stored('b', 'zz-b')])
  expect([lookup('a'), lookup('b')]).toEqual([{ value: 'zz-configured' }, { value: 'zz-b' }])
  expect(lookup('constructor')).toEqual({ problem: "there is no secret 'constructor'" })
})

test('why a stored secret cannot be had is told', () => {
  const damaged = { ...stored('a', 'v'), version: 2 }
  const problem = (text: string) => ({ problem: expect.stringContaining(text) })
  expect(openTestSecrets(WITH_KEY)([damaged]).lookup('a')).toEqual(problem('is damaged'))
  const foreign = openTestSecrets(WITH_KEY)([stored('a', 'v', OTHER_KEY)])
  expect(foreign.lookup('a')).toEqual(problem('secrets.previous_keys'))
  expect(openTestSecrets()([stored('a', 'v')]).lookup('a')).toEqual(problem('set ORION_SECRETS__KEY'))
})

test('a file of the configuration is read once by each snapshot, which has another stamp when it changed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'orion-secrets-'))
  try {
    const path = join(folder, 'a')
    writeFileSync(path, 'zz-one\n')
    const toml = `[secrets]\nfile_dirs = ["${folder}"]\n[secrets.values]\na = "file://${path}"\n`
    const open = openTestSecrets(toml)
    const first = open([])
    expect(first.lookup('a')).toEqual({ value: 'zz-one' })
    writeFileSync(path, 'zz-two\n')
    const second = open([])
    expect([first.lookup('a'), second.lookup('a')]).toEqual([{ value: 'zz-one' }, { value: 'zz-two' }])
    expect(second.stamp()).not.toBe(first.stamp())
    expect(open([]).stamp()).toBe(second.stamp())
  } finally {
    rmSync(folder, { recursive: true })
  }
})
