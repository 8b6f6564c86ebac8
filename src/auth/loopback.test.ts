import { describe, expect, test } from 'bun:test'
import { isFromLoopback } from './loopback.ts'

const plain = new Headers()

describe('the peer', () => {
  test.each([undefined, '127.0.0.1', '127.255.3.9', '::1', '::ffff:127.0.0.1', '::FFFF:127.0.0.1'])(
    '%p is this machine',
    peer => expect(isFromLoopback(peer, plain)).toBe(true),
  )

  test.each([
    '10.0.0.1',
    '128.0.0.1',
    '::',
    '::ffff:10.0.0.1',
    'fe80::1',
    '127.0.0.1.evil',
    '',
    '1127.0.0.1',
  ])('%p is not', peer => expect(isFromLoopback(peer, plain)).toBe(false))
})

describe('a sign of a proxy', () => {
  test.each(['forwarded', 'x-forwarded-for', 'X-Forwarded-Proto', 'x-forwarded-whatever'])(
    '%p makes a loopback peer, and a call in process, a stranger',
    name => {
      const headers = new Headers({ [name]: '127.0.0.1' })
      expect(isFromLoopback('127.0.0.1', headers)).toBe(false)
      expect(isFromLoopback(undefined, headers)).toBe(false)
    },
  )

  test.each(['x-forward', 'via', 'x-request-id'])('%p is none', name =>
    expect(isFromLoopback('::1', new Headers({ [name]: '1' }))).toBe(true),
  )
})

describe('a web page in a local browser', () => {
  test.each(['http://localhost:8080', 'http://127.0.0.1:8080', 'http://[::1]:3000'])(
    'of %p is of this machine',
    origin => expect(isFromLoopback('127.0.0.1', new Headers({ origin }))).toBe(true),
  )

  test.each([
    'https://evil.example',
    'null',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    '',
    'file://',
  ])('of %p is not', origin => expect(isFromLoopback('127.0.0.1', new Headers({ origin }))).toBe(false))
})
