import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { clientAddress } from './client-address.ts'

const TRUSTED = ['10.0.0.0/8', '192.0.2.1', '2001:db8:aa::/48', '::ffff:172.16.0.0/108']
const PROXY = '10.1.2.3'

function asked(peer: string, headers: Record<string, string>, trusted: readonly string[] = TRUSTED): string {
  return clientAddress(trusted)(peer, new Headers(headers))
}

describe('the peer counts', () => {
  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['a closed connection', 'a closed connection'],
  ])('when %s is nobody that is trusted: %s', (peer, address) => {
    const forged = { 'x-forwarded-for': '198.51.100.7', 'x-real-ip': '198.51.100.7' }
    expect(asked(peer, forged)).toBe(address)
    expect(asked(peer, forged, [])).toBe(address)
  })

  test('when a proxy says nothing', () => {
    expect(asked(PROXY, {})).toBe(PROXY)
    expect(asked(PROXY, { 'x-forwarded-for': ' ', 'x-real-ip': 'unknown' })).toBe(PROXY)
  })
})

describe('a proxy is trusted', () => {
  test.each([
    '10.255.255.255',
    '::ffff:10.0.0.1',
    '192.0.2.1',
    '2001:db8:aa:ffff::1',
    '172.16.255.1',
    '::ffff:172.31.0.1',
  ])('%s', peer => {
    expect(asked(peer, { 'x-forwarded-for': '198.51.100.7' })).toBe('198.51.100.7')
  })

  test.each(['11.0.0.1', '192.0.2.2', '2001:db8:ab::1', '172.32.0.1', '::1'])('but not %s', peer => {
    expect(asked(peer, { 'x-forwarded-for': '198.51.100.7' })).toBe(peer)
  })

  test('whoever it is, when all are', () => {
    expect(asked('203.0.113.9', { 'x-forwarded-for': '198.51.100.7' }, ['0.0.0.0/0'])).toBe('198.51.100.7')
    expect(asked('2001:db8::9', { 'x-forwarded-for': '198.51.100.7' }, ['::/0'])).toBe('198.51.100.7')
  })
})

const WALKS: [string, string, string][] = [
  ['one client', '198.51.100.7', '198.51.100.7'],
  ['proxies behind it are passed', '198.51.100.7, 192.0.2.1,10.9.9.9', '198.51.100.7'],
  ['what a client wrote before is not believed', '1.1.1.1, 198.51.100.7, 10.9.9.9', '198.51.100.7'],
  ['trusted ones all the way: the first', '10.0.0.1, 10.0.0.2', '10.0.0.1'],
  ['garbage ends it at the last good one', '198.51.100.7, garbage, 10.9.9.9', '10.9.9.9'],
  ['garbage next to the proxy leaves the proxy', '198.51.100.7, _hidden', PROXY],
  ['an empty element is garbage', '198.51.100.7,,10.9.9.9', '10.9.9.9'],
  ['an empty end is garbage', '198.51.100.7,', PROXY],
  ['an empty beginning is garbage', ',10.9.9.9', '10.9.9.9'],
  ['ports are stripped', '198.51.100.7:4711', '198.51.100.7'],
  ['IPv6 has one spelling', '2001:DB8:0::7', '2001:db8::7'],
  ['IPv6 with a port', '[2001:db8::7]:443', '2001:db8::7'],
  ['IPv6 in brackets', '[2001:db8::7]', '2001:db8::7'],
  ['mapped IPv4', '::ffff:198.51.100.7', '198.51.100.7'],
  ['a mapped proxy is passed', '198.51.100.7, ::ffff:10.0.0.9', '198.51.100.7'],
]

test.each(WALKS)('x-forwarded-for: %s', (_what, forwarded, address) => {
  expect(asked(PROXY, { 'x-forwarded-for': forwarded, 'x-real-ip': '9.9.9.9' })).toBe(address)
})

test('x-real-ip counts without x-forwarded-for', () => {
  expect(asked(PROXY, { 'x-real-ip': ' 198.51.100.7 ' })).toBe('198.51.100.7')
})

const NAMES = ['x-forwarded-for', 'x-real-ip', 'forwarded', 'x-client-ip', 'cf-connecting-ip', 'via', 'host']
const ADDRESS = fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom(PROXY, '127.0.0.1', '::1', 'unknown', ''))
const VALUE = fc.oneof(
  fc.array(ADDRESS, { maxLength: 5 }).map(list => list.join(', ')),
  fc.string({ unit: 'grapheme-ascii' }),
)
const HEADERS = fc.dictionary(fc.constantFrom(...NAMES), VALUE)

test('no header of an untrusted peer changes its address', () => {
  fc.assert(
    fc.property(
      HEADERS,
      fc.constantFrom('203.0.113.9', '2001:db8::9', '127.0.0.1', '::1'),
      (headers, peer) => {
        expect(asked(peer, headers)).toBe(peer)
      },
    ),
  )
})

test('no header of a client changes its address behind a proxy that appends it', () => {
  fc.assert(
    fc.property(VALUE, fc.ipV4(), (forged, client) => {
      fc.pre(!client.startsWith('10.') && asked(client, {}) === client && !isTrusted(client))
      expect(asked(PROXY, { 'x-forwarded-for': `${forged}, ${client}` })).toBe(client)
      expect(asked(PROXY, { 'x-forwarded-for': `${forged}, ${client}, 10.7.7.7` })).toBe(client)
    }),
  )
})

function isTrusted(address: string): boolean {
  return asked(address, { 'x-forwarded-for': '198.51.100.7' }) === '198.51.100.7'
}
