import { describe, expect, test } from 'bun:test'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { OrionError } from '../../errors.ts'
import { KeySet } from './key-set.ts'

interface Jwk {
  [key: string]: string
}

function jwk(kid?: string): Jwk {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { kty = '', crv = '', x = '', y = '' } = publicKey.export({ format: 'jwk' })
  return { kty, crv, x, y, ...(kid !== undefined && { kid }) }
}

/** A set that is fetched from a list of answers; the last one stays. */
function stage(...answers: readonly (readonly Jwk[] | Error | string)[]) {
  let fetched = 0
  let nowMs = 0
  const failures: string[] = []
  const set = new KeySet({
    fetch: async () => {
      const answer = answers[Math.min(fetched++, answers.length - 1)]
      if (answer instanceof Error) throw answer
      return Buffer.from(typeof answer === 'string' ? answer : JSON.stringify({ keys: answer }))
    },
    clock: { now: () => 0, monotonic: () => nowMs },
    failed: error => failures.push(error instanceof Error ? error.message : String(error)),
  })
  return {
    kids: async (kid?: string) => (await set.keys(kid, 'ES256')).map(key => key.kid),
    isPrompt: (kid?: string) => !(set.keys(kid, 'ES256') instanceof Promise),
    fetched: () => fetched,
    failures,
    pass(secs: number) {
      nowMs += secs * 1000
    },
  }
}

describe('a set of keys', () => {
  test('is fetched once for everybody who needs it, when it is needed', async () => {
    const { kids, fetched } = stage([jwk('a'), jwk('b')])
    expect(fetched()).toBe(0)
    expect(await Promise.all([kids('a'), kids('b'), kids()])).toEqual([['a'], ['b'], ['a', 'b']])
    expect(fetched()).toBe(1)
  })

  test('is not waited for once it is there', async () => {
    const { kids, isPrompt } = stage([jwk('a')])
    await kids('a')
    expect(isPrompt('a')).toBe(true)
  })

  test('is fetched again for a key that it does not have, but not more often than the pause, whoever asks', async () => {
    const { kids, fetched, pass } = stage([jwk('a')], [jwk('a'), jwk('b')])
    await kids('a')
    expect(await kids('b')).toEqual([])
    pass(31)
    expect(await kids('b')).toEqual(['b'])
    expect(fetched()).toBe(2)
    for (let strange = 0; strange < 100; strange++) await kids(`strange-${strange}`)
    expect(fetched()).toBe(2)
    pass(31)
    await Promise.all(Array.from({ length: 100 }, (_, strange) => kids(`strange-${strange}`)))
    expect(fetched()).toBe(3)
  })

  test('serves on while a fresh one is fetched, and when that fails', async () => {
    const { kids, fetched, failures, isPrompt, pass } = stage([jwk('a')], new Error('down'), 'no JSON', [])
    await kids('a')
    for (const times of [2, 3, 4]) {
      pass(601)
      expect(isPrompt('a')).toBe(true)
      expect(await kids('a')).toEqual(['a'])
      expect(fetched()).toBe(times)
    }
    expect(failures).toEqual([
      'down',
      expect.stringContaining('JSON'),
      'it is no JWK set with keys for signatures',
    ])
  })

  test('is not served for ever when it cannot be fetched', async () => {
    const { kids, pass } = stage([jwk('a')], new Error('down'))
    await kids('a')
    pass(86_401)
    expect(await kids('a').catch((error: unknown) => error)).toBeInstanceOf(OrionError)
  })

  test('that cannot be fetched is told as unavailable, and tried again after a moment', async () => {
    const { kids, fetched, pass } = stage(new Error('down'), [jwk('a')])
    const refused = () => kids('a').catch((error: unknown) => error)
    expect(await refused()).toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
    expect(await refused()).toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
    expect(fetched()).toBe(1)
    pass(2)
    expect(await kids('a')).toEqual(['a'])
  })

  test('has public keys for signatures alone, of the algorithm that is asked for', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const secret = privateKey.export({ format: 'jwk' })
    const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' })
    const odd = [
      { ...jwk('for-encryption'), use: 'enc' },
      { ...jwk('of-another'), alg: 'ES384' },
      { ...secret, kid: 'private' },
      { ...other, kid: 'on-another-curve' },
      { kty: 'oct', k: 'AAAA', kid: 'secret' },
      { kid: 'nothing' },
    ]
    expect(createPublicKey(privateKey).asymmetricKeyType).toBe('ec')
    const set = stage(JSON.stringify({ keys: [...odd, 1, null, jwk('good')] }))
    expect(await set.kids()).toEqual(['good'])
  })

  test('is not read to its end when it is very long', async () => {
    const one = jwk()
    const { kids } = stage(Array.from({ length: 150 }, (_, at) => ({ ...one, kid: String(at) })))
    expect(await kids()).toHaveLength(100)
  })
})
