import { describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { apiKeyVerifier } from './api-key.ts'
import type { ApiKeyAuth } from './definition.ts'
import { presented, promptVerdict, withOneBitChanged } from './test-presented.ts'

const DIGEST = createHash('sha256').update('second-key').digest('hex')

function verdictOf(auth: Partial<ApiKeyAuth>, headers: Readonly<Record<string, string>>) {
  const keys = ['first-key', `sha256:${DIGEST}`]
  return promptVerdict(
    apiKeyVerifier({ mode: 'api_key', keys, ...auth }),
    presented(headers),
    Buffer.from(''),
    0,
  )
}

function opens(auth: Partial<ApiKeyAuth>, headers: Readonly<Record<string, string>>): boolean {
  return verdictOf(auth, headers).kind === 'verified'
}

describe('a key in Authorization', () => {
  test.each(['Bearer first-key', 'bearer second-key', 'BEARER   first-key'])('%p opens', authorization => {
    expect(opens({}, { authorization })).toBe(true)
  })

  test.each([
    'first-key',
    'Bearer third-key',
    'Bearerfirst-key',
    'Basic first-key',
    `Bearer sha256:${DIGEST}`,
    'Bearer',
  ])('%p does not', authorization => {
    expect(verdictOf({}, { authorization })).toEqual({ kind: 'refused', challenge: 'Bearer' })
  })

  test('opens with no bit of it changed', () => {
    for (const key of withOneBitChanged('second-key')) {
      expect({ key, opens: opens({}, { authorization: `Bearer ${key}` }) }).toEqual({ key, opens: false })
    }
  })

  test.each(['ApiKey', 'ApiKey ', 'apikey'])('has another scheme when one is declared, as %p', scheme => {
    expect(opens({ scheme }, { authorization: 'ApiKey first-key' })).toBe(true)
    expect(verdictOf({ scheme }, { authorization: 'Bearer first-key' })).toEqual({
      kind: 'refused',
      challenge: scheme.trimEnd(),
    })
  })

  test('is bare when the scheme is empty', () => {
    expect(opens({ scheme: '' }, { authorization: 'first-key' })).toBe(true)
    expect(opens({ scheme: '' }, { authorization: 'Bearer first-key' })).toBe(false)
  })
})

describe('a key in a header of its own', () => {
  const header = 'X-API-Key'

  test('is bare', () => {
    expect(opens({ header }, { 'x-api-key': 'second-key' })).toBe(true)
    expect(opens({ header }, { 'x-api-key': 'Bearer second-key' })).toBe(false)
    expect(opens({ header }, { authorization: 'Bearer second-key' })).toBe(false)
    expect(verdictOf({ header }, {})).toEqual({ kind: 'refused', challenge: 'ApiKey' })
  })

  test('has a scheme when one is declared', () => {
    expect(opens({ header, scheme: 'Key' }, { 'x-api-key': 'key second-key' })).toBe(true)
    expect(opens({ header, scheme: 'Key' }, { 'x-api-key': 'second-key' })).toBe(false)
  })

  test('is told to be masked', () => {
    expect(apiKeyVerifier({ mode: 'api_key', keys: ['k'], header }).credentialHeaders).toEqual(['x-api-key'])
  })
})

test('who asks is told by the digest of his key, the same for a plain key and its digest', () => {
  const identity = { mode: 'api_key', key_id: `key-${DIGEST.slice(0, 16)}` }
  const headers = { authorization: 'Bearer second-key' }
  expect(verdictOf({}, headers)).toEqual({ kind: 'verified', identity })
  expect(verdictOf({ keys: ['second-key'] }, headers)).toEqual({ kind: 'verified', identity })
  expect(verdictOf({ keys: [`sha256:${DIGEST.toUpperCase()}`] }, headers)).toEqual({
    kind: 'verified',
    identity,
  })
})

test('an identity is an object of its own', () => {
  const verifier = apiKeyVerifier({ mode: 'api_key', keys: ['k'] })
  const ask = () => promptVerdict(verifier, presented({ authorization: 'Bearer k' }), Buffer.from(''), 0)
  const [one, other] = [ask(), ask()]
  if (one.kind !== 'verified' || other.kind !== 'verified') throw new Error('refused')
  expect(one.identity).not.toBe(other.identity)
})
