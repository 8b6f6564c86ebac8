import { afterEach, beforeEach, expect, test } from 'bun:test'
import { KeyRing } from '../secrets/key-ring.ts'
import { OTHER_KEY, TEST_KEY } from '../secrets/test-secrets.ts'
import { type Folder, folder, INSTANT, openTestStore, save } from '../storage/test-store.ts'
import { run } from './test-terminal.ts'

let home: Folder

beforeEach(() => {
  home = folder()
})
afterEach(() => home[Symbol.dispose]())

async function store(key: string, ...names: string[]): Promise<void> {
  await using opened = await openTestStore(home.file('orion.db'))
  const ring = new KeyRing(key, [])
  const times = { created_at: INSTANT, updated_at: INSTANT }
  const sealed = (name: string) => ring.seal(`zz-${name}`, { tenant: 'default', name, version: 1 })
  await save(
    opened,
    ...names.map(name => opened.secrets.insert({ name, version: 1, ...sealed(name), ...times })),
  )
}

async function values(key: string): Promise<(string | undefined)[]> {
  await using opened = await openTestStore(home.file('orion.db'))
  const ring = new KeyRing(key, [])
  const { rows } = await opened.secrets.all()
  return rows.map(row => ring.open(row, { tenant: 'default', ...row }))
}

function command(action: string, key: string, previous = '') {
  const env = {
    ORION_STORAGE__URL: `sqlite:${home.file('orion.db')}`,
    ORION_SECRETS__KEY: key,
    ORION_SECRETS__PREVIOUS_KEYS: previous,
  }
  return run(['secrets', action], { env })
}

test('rotate encrypts with the new key whatever an older one did', async () => {
  await store(TEST_KEY, 'a', 'b')
  await store(OTHER_KEY, 'c')
  expect(await command('rotate', OTHER_KEY, TEST_KEY)).toMatchObject({
    code: 0,
    out: '2 of 3 stored secrets encrypted anew.\n',
  })
  expect(await values(OTHER_KEY)).toEqual(['zz-a', 'zz-b', 'zz-c'])
})

test('rotate changes nothing when one cannot be decrypted', async () => {
  await store(TEST_KEY, 'a')
  await store('33'.repeat(32), 'b')
  const { code, err, out } = await command('rotate', OTHER_KEY, TEST_KEY)
  expect([code, out]).toEqual([1, ''])
  expect(err).toContain("None of the keys decrypts 'b'")
  expect(await values(TEST_KEY)).toEqual(['zz-a', undefined])
})

test('rotate without a key says how to set one', async () => {
  const { code, err } = await command('rotate', '')
  expect(code).toBe(1)
  expect(err).toContain('set ORION_SECRETS__KEY')
})

test('list tells names and keys, never values', async () => {
  await store(TEST_KEY, 'a')
  await store(OTHER_KEY, 'b')
  const { out } = await command('list', TEST_KEY)
  expect(out).toBe('a  version 1  current key\nb  version 1  no key\n')
  expect((await command('list', OTHER_KEY, TEST_KEY)).out).toStartWith('a  version 1  previous key\n')
})

test('anything else is not understood', async () => {
  expect((await command('show', TEST_KEY)).code).toBe(2)
})
