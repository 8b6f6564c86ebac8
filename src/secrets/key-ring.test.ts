import { expect, test } from 'bun:test'
import { KeyRing } from './key-ring.ts'
import { OTHER_KEY, TEST_KEY } from './test-secrets.ts'

const BOUND = { tenant: 'default', name: 'crm', version: 1 }

test('what is sealed opens with the same key, also when it is a previous one by now', () => {
  const sealed = new KeyRing(TEST_KEY, []).seal('zz-välue', BOUND)
  expect(new KeyRing(TEST_KEY, []).open(sealed, BOUND)).toBe('zz-välue')
  expect(new KeyRing(OTHER_KEY, [TEST_KEY]).open(sealed, BOUND)).toBe('zz-välue')
  expect(new KeyRing('', [TEST_KEY]).open(sealed, BOUND)).toBe('zz-välue')
  expect(new KeyRing(OTHER_KEY, []).open(sealed, BOUND)).toBeUndefined()
})

test('a key is the same in base64 and in hexadecimal digits', () => {
  const base64 = Buffer.from(TEST_KEY, 'hex').toString('base64')
  const sealed = new KeyRing(base64, []).seal('v', BOUND)
  expect(new KeyRing(TEST_KEY, []).open(sealed, BOUND)).toBe('v')
})

test('what is sealed opens in its own row alone', () => {
  const ring = new KeyRing(TEST_KEY, [])
  const sealed = ring.seal('v', BOUND)
  for (const other of [{ tenant: 'x' }, { name: 'x' }, { version: 2 }]) {
    expect(ring.open(sealed, { ...BOUND, ...other })).toBeUndefined()
  }
})

test('what was tampered with does not open', () => {
  const ring = new KeyRing(TEST_KEY, [])
  const { key_id, sealed } = ring.seal('value', BOUND)
  const bytes = Buffer.from(sealed, 'base64')
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(ring.open({ key_id, sealed: changed.toString('base64') }, BOUND)).toBeUndefined()
  }
  expect(ring.open({ key_id, sealed: 'AAAA' }, BOUND)).toBeUndefined()
})

test('the same value is never sealed alike', () => {
  const ring = new KeyRing(TEST_KEY, [])
  expect(ring.seal('v', BOUND).sealed).not.toBe(ring.seal('v', BOUND).sealed)
})

test('nothing can be sealed without a key', () => {
  const ring = new KeyRing('', [TEST_KEY])
  expect(ring.canSeal).toBeFalse()
  expect(() => ring.seal('v', BOUND)).toThrow('There is no key')
})
