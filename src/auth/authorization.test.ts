import { expect, test } from 'bun:test'
import { credentialOf } from './authorization.ts'

test.each([
  ['Bearer abc', 'abc'],
  ['bearer abc', 'abc'],
  ['BEARER    abc', 'abc'],
  ['Bearer a b', 'a b'],
  ['Bearer ünï', 'ünï'],
])('%p carries %p', (value, credential) => {
  expect(credentialOf(value, 'Bearer')).toBe(credential)
})

test.each([
  null,
  '',
  'Bearer',
  'Bearer ',
  'Bearerabc',
  'Bearer\tabc',
  'Basic abc',
  ' Bearer abc',
  'Bearers abc',
  'abc',
])('%p carries nothing', value => {
  expect(credentialOf(value, 'Bearer')).toBeUndefined()
})

test('the scheme is whatever was agreed on', () => {
  expect(credentialOf('apikey 1', 'ApiKey')).toBe('1')
  expect(credentialOf('Bearer 1', 'ApiKey')).toBeUndefined()
})
