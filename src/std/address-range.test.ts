import { expect, test } from 'bun:test'
import { addressBytes, addressRange, endsOf, isInRange } from './address-range.ts'

function holds(range: string, address: string): boolean {
  const parsed = addressRange(range)
  if (parsed === undefined) throw new Error(`${range} is no range`)
  return isInRange(parsed, addressBytes(address))
}

test('a range holds what begins with its bits, of its own family', () => {
  expect(holds('10.0.0.0/8', '10.255.255.255')).toBe(true)
  expect(holds('10.0.0.0/8', '11.0.0.0')).toBe(false)
  expect(holds('100.64.0.0/10', '100.127.255.255')).toBe(true)
  expect(holds('100.64.0.0/10', '100.128.0.0')).toBe(false)
  expect(holds('0.0.0.0/0', '255.1.2.3')).toBe(true)
  expect(holds('0.0.0.0/0', '::1')).toBe(false)
  expect(holds('192.0.2.7', '192.0.2.7')).toBe(true)
  expect(holds('192.0.2.7', '192.0.2.6')).toBe(false)
  expect(holds('fc00::/7', 'fdff::1')).toBe(true)
  expect(holds('fc00::/7', 'fe00::')).toBe(false)
  expect(holds('2001:db8::/32', '2001:db8:ffff::1')).toBe(true)
  expect(holds('::ffff:10.0.0.0/104', '10.1.2.3')).toBe(true)
})

test.each([
  '',
  '10.0.0.1/8',
  '10.0.0.0/33',
  'fd00::/129',
  '::ffff:10.0.0.0/95',
  'example.com',
  '10.0.0.0/',
  '10.0.0/8',
  '::1%lo',
])('%p is none', text => {
  expect(addressRange(text)).toBeUndefined()
})

test('a range has a first and a last address', () => {
  const range = addressRange('172.16.0.0/12')
  expect(range && endsOf(range)).toEqual([
    [172, 16, 0, 0],
    [172, 31, 255, 255],
  ])
})
