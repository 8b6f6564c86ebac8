import { expect, test } from 'bun:test'
import { canonicalAddress } from './ip-address.ts'

const ADDRESSES: [string, string | undefined][] = [
  ['192.0.2.7', '192.0.2.7'],
  ['::1', '::1'],
  ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:0db8::0001', '2001:db8::1'],
  ['1:0:3:4:5:6:7:8', '1:0:3:4:5:6:7:8'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:C000:0207', '192.0.2.7'],
  ['0:0:0:0:0:ffff:7f00:1', '127.0.0.1'],
  ['::ffff:0.0.0.1', '0.0.0.1'],
  ['::192.0.2.7', '::c000:207'],
  ['fe80::1%eth0', 'fe80::1'],
  ['fe80::1%eth0]/', undefined],
  ['', undefined],
  ['192.0.2', undefined],
  ['192.0.2.256', undefined],
  ['192.0.02.7', undefined],
  ['0x7f.0.0.1', undefined],
  ['2130706433', undefined],
  ['192.0.2.7 ', undefined],
  ['[::1]', undefined],
  ['1::2::3', undefined],
  ['unknown', undefined],
  ['localhost', undefined],
]

test.each(ADDRESSES)('%p is spelled %p', (text, spelling) => {
  expect(canonicalAddress(text)).toBe(spelling)
})
