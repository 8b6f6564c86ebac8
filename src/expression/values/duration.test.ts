import { expect, test } from 'bun:test'
import { durationText, parseDuration } from './duration.ts'

test.each([
  ['1d:2h:3m:4s', 93_784],
  ['1d', 86_400],
  ['36h', 129_600],
  ['1d2h3m', 93_780],
  ['5m10s', 310],
  ['1d:', 86_400],
  ['-1d:2h', -79_200],
  ['1d:zz', 86_400],
  ['hello T: Z', 0],
])('%j is %d seconds', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds)
})

test.each([['d'], ['10'], ['-1d'], ['1.5d'], ['1x'], ['1d 2h'], [''], ['12:34'], [`${'9'.repeat(20)}d`]])(
  '%j is no duration',
  text => {
    expect(parseDuration(text)).toBeUndefined()
  },
)

test.each([
  [0, '0d:0h:0m:0s'],
  [93_784, '1d:2h:3m:4s'],
  [-428_400, '-4d:-23h:0m:0s'],
  [1.9, '0d:0h:0m:1s'],
  [-0.5, '0d:0h:0m:0s'],
])('%d seconds are %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text)
})
