import { expect, test } from 'bun:test'
import { Claims } from './claims.ts'

function taken(claims: Claims, key: string) {
  const claim = claims.take(key, undefined)
  if (claim.kind !== 'claimed') throw new Error(`"${key}" is claimed already`)
  return claim
}

test('a key is claimed by one request at a time', () => {
  const claims = new Claims()
  const first = taken(claims, 'a')
  expect(claims.take('a', 'other')).toEqual({ kind: 'running', fingerprint: undefined })
  taken(claims, 'b')
  first.release()
  taken(claims, 'a')
})

test('a duplicate is told which request is running', () => {
  const claims = new Claims()
  claims.take('a', 'f1')
  expect(claims.take('a', 'f2')).toEqual({ kind: 'running', fingerprint: 'f1' })
})

test('a claim that is given back twice takes nothing from who has the key since', () => {
  const claims = new Claims()
  const first = taken(claims, 'a')
  first.release()
  taken(claims, 'a')
  first.release()
  expect(claims.take('a', undefined).kind).toBe('running')
})

test('nothing is left of claims that are given back', () => {
  const claims = new Claims()
  for (let n = 0; n < 1000; n++) taken(claims, `${n}`).release()
  expect(claims.size).toBe(0)
})
