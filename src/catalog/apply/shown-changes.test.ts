import { describe, expect, test } from 'bun:test'
import { maskConfig } from '../../connector/masking.ts'
import type { JsonObject } from '../../std/json.ts'
import { shownChanges } from './shown-changes.ts'

const changes = (old: JsonObject, new_: JsonObject) => shownChanges(old, new_, maskConfig)

describe('the differences of two contents', () => {
  test('show a secret that differs by its mask on both sides, and one that does not not at all', () => {
    expect(
      changes({ auth: { token: 'one', type: 'bearer' } }, { auth: { token: 'two', type: 'bearer' } }),
    ).toEqual([{ path: 'auth.token', old: '******', new: '******' }])
    expect(changes({ auth: { token: 'one' } }, { auth: { token: 'one' } })).toEqual([])
  })

  test('show what is around a secret inside a text', () => {
    const url = (password: string, host: string) => ({ url: `https://me:${password}@${host}/` })
    expect(changes(url('a', 'shop'), url('b', 'shop'))).toEqual([
      { path: 'url', old: 'https://******:******@shop/', new: 'https://******:******@shop/' },
    ])
    expect(changes(url('a', 'shop'), url('a', 'hop'))).toEqual([
      { path: 'url', old: 'https://******:******@shop/', new: 'https://******:******@hop/' },
    ])
  })

  test('show no secret that comes or goes, in lists and objects neither', () => {
    const shown = JSON.stringify([
      changes({}, { headers: { a: 'secret-a' }, list: [{ password: 'secret-b' }] }),
      changes({ auth: { keys: ['secret-c', { deep: 'secret-d' }] } }, {}),
      changes({ auth: { keys: ['secret-e'] } }, { auth: { keys: 'secret-f' } }),
    ])
    expect(shown).not.toContain('secret-')
    expect(shown).toContain('******')
    expect(shown).not.toContain('\\u0000')
  })

  test('show what is no secret as it is', () => {
    expect(changes({ url: 'a', timeout: 1 }, { url: 'a', timeout: 2n ** 60n, __proto__x: true })).toEqual([
      { path: '__proto__x', new: true },
      { path: 'timeout', old: 1, new: 2n ** 60n },
    ])
  })
})
