import { describe, expect, test } from 'bun:test'
import { defaultLimits } from '../expression.ts'
import { Meter } from '../meter.ts'
import { isInteger } from './integer.ts'
import { asNumber, numberText } from './number.ts'

const meter = new Meter(defaultLimits)
meter.restart()

describe('a text is a number', () => {
  test.each([
    ['12', 12],
    ['+1.5', 1.5],
    ['-0.5', -0.5],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['1E-2', 0.01],
    ['007', 7],
    ['inf', Infinity],
    ['-Infinity', -Infinity],
    ['NaN', Number.NaN],
    ['', 0],
  ])('%j is %p', (text, number) => {
    expect(asNumber(text, meter)).toBe(number)
  })

  test.each([
    [' 4'],
    ['4 '],
    ['0x10'],
    ['1_000'],
    ['1e'],
    ['.'],
    ['+'],
    ['--1'],
    ['abc'],
    ['1,5'],
    ['١'],
    ['infin'],
  ])('%j is none', text => {
    expect(asNumber(text, meter)).toBeUndefined()
  })
})

describe('a number as text', () => {
  test.each([
    [0, '0'],
    [-0, '0'],
    [1.5, '1.5'],
    [1e-7, '0.0000001'],
    [-1.25e-9, '-0.00000000125'],
    [123456789012345680, '123456789012345680'],
    [2 ** 63, '9.223372036854776e18'],
    [1e21, '1e21'],
    [-1.5e300, '-1.5e300'],
    [Number.POSITIVE_INFINITY, 'inf'],
    [Number.NaN, 'NaN'],
  ])('%p is %s', (number, text) => {
    expect(numberText(number)).toBe(text)
  })
})

test('an integer is whole and below 2^63', () => {
  expect([1, -5, 4.0, 2 ** 62].every(isInteger)).toBe(true)
  expect([1.5, 2 ** 63, -(2 ** 64), Number.NaN, Infinity].some(isInteger)).toBe(false)
  expect(isInteger(-(2 ** 63))).toBe(true)
})
