import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { codePointCount, compareText, unitOffset } from './text.ts'

test('texts are in the order of their code points, which is the order of their UTF-8 bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(Math.sign(compareText(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))))
    }),
  )
  expect(compareText('\u{1f600}', '\uffff')).toBeGreaterThan(0)
  expect(compareText('a', 'ab')).toBeLessThan(0)
})

test('code points are counted, lone surrogates as one each', () => {
  expect(codePointCount('a😀b')).toBe(3)
  expect(codePointCount('\ud800\ud800\udc00\udc00')).toBe(3)
  expect(codePointCount('')).toBe(0)
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      expect(codePointCount(text)).toBe([...text].length)
    }),
  )
})

test('the offset of a code point is where it begins', () => {
  expect([0, 1, 2, 3, 9].map(index => unitOffset('a😀b', index))).toEqual([0, 1, 3, 4, 4])
})
