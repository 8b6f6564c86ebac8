import { describe, expect, test } from 'bun:test'
import { OrionError } from '../errors.ts'
import { apiKeys, WrongKey } from './api-keys.ts'

const bearer = apiKeys(['first-key-0001', 'zweiter Schlüssel', 'third-key-0003'], 'Authorization')

function refusal(act: () => unknown): OrionError {
  try {
    act()
  } catch (error) {
    if (error instanceof OrionError) return error
  }
  throw new Error('expected a refusal')
}

const withKey = (value: string, name = 'authorization') => new Headers({ [name]: value })

describe('a bearer key', () => {
  test.each([
    ['Bearer first-key-0001', 'first-ke...'],
    ['bearer third-key-0003', 'third-ke...'],
    ['BEARER first-key-0001', 'first-ke...'],
    ['Bearer   first-key-0001', 'first-ke...'],
  ])('%p opens', (value, name) => {
    expect(bearer(withKey(value)).name).toBe(name)
  })

  test.each([
    'Bearer',
    'first-key-0001',
    'Basic first-key-0001',
    'Bearerfirst-key-0001',
    'Bearer\tfirst-key-0001',
    '',
  ])('%p has the wrong grammar', value => {
    const error = refusal(() => bearer(withKey(value)))
    expect(error.code).toBe('UNAUTHORIZED')
    expect(error.message).toBe("Authorization header must use 'Bearer <token>' format")
  })

  test.each(['Bearer first-key-000', 'Bearer first-key-00011', 'Bearer FIRST-KEY-0001', 'Bearer x'])(
    '%p is wrong',
    value => {
      const error = refusal(() => bearer(withKey(value)))
      expect(error).toBeInstanceOf(WrongKey)
      expect(error.message).toBe('Invalid API key')
    },
  )

  test('that is absent is not a wrong one', () => {
    const error = refusal(() => bearer(new Headers()))
    expect(error.message).toBe('Missing Authorization header')
    expect(error).not.toBeInstanceOf(WrongKey)
    expect(error.headers).toEqual({ 'www-authenticate': 'Bearer realm="orion-admin"' })
  })

  test('that is not ASCII counts as absent', () => {
    expect(refusal(() => bearer(withKey('Bearer schl\u00fcssel'))).message).toBe(
      'Missing Authorization header',
    )
  })
})

describe('a key in a header of its own', () => {
  const custom = apiKeys(['k'], 'X-Admin-Key')

  test('is the whole value, and a short one shows whole in the principal', () => {
    expect(custom(withKey('k', 'x-admin-key')).name).toBe('k...')
  })

  test('does not open in Authorization', () => {
    expect(refusal(() => custom(withKey('Bearer k'))).message).toBe('Missing X-Admin-Key header')
  })

  test('is not taken with a Bearer prefix', () => {
    expect(refusal(() => custom(withKey('Bearer k', 'x-admin-key')))).toBeInstanceOf(WrongKey)
  })
})

test('the name of the header is compared without regard to case', () => {
  expect(apiKeys(['k'], 'AUTHORIZATION')(withKey('Bearer k')).name).toBe('k...')
})
