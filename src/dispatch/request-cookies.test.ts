import { expect, test } from 'bun:test'
import { cookiesOf } from './request-cookies.ts'

const WANTED = new Set(['session', 'theme', '__proto__'])
const found = (header: string | null) => cookiesOf(header, WANTED)

test('only those on the list are there, as they came', () => {
  expect(found('session=a%20b; other=1;theme="dark";  x=2')).toEqual({ session: 'a%20b', theme: '"dark"' })
  expect(found('session=a=b==')).toEqual({ session: 'a=b==' })
})

test('of several of one name the first counts, even when it is empty', () => {
  expect(found('session=first; session=second')).toEqual({ session: 'first' })
  expect(found('session=; session=second')).toBeUndefined()
})

test('names are compared with their case', () => {
  expect(found('Session=1; THEME=2')).toBeUndefined()
})

test('one that is empty or longer than 4 KiB is absent', () => {
  expect(found(`session= ; theme=${'x'.repeat(4097)}`)).toBeUndefined()
  expect(found(`session=${'x'.repeat(4096)}`)).toEqual({ session: 'x'.repeat(4096) })
  expect(found(`session=${'é'.repeat(2049)}`)).toBeUndefined()
})

test('what is no cookie is passed over', () => {
  expect(found('session; ;;=; =x; theme=t')).toEqual({ theme: 't' })
  expect(found('')).toBeUndefined()
  expect(found(null)).toBeUndefined()
})

test('__proto__ is a name like any other', () => {
  const cookies = found('__proto__=x')
  expect(Object.getPrototypeOf(cookies)).toBe(Object.prototype)
  expect(JSON.stringify(cookies)).toBe('{"__proto__":"x"}')
})
