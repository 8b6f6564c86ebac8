import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { dateTime, daysFromEpoch, fieldsOf, parseDateTime, utcText } from './datetime.ts'

describe('a date and time', () => {
  test.each([
    ['1970-01-01T00:00:00Z', 0, 0],
    ['2024-01-02T03:04:05Z', 1704164645, 0],
    ['2024-01-02t03:04:05z', 1704164645, 0],
    ['2024-01-02 03:04:05Z', 1704164645, 0],
    ['2024-01-02T03:04:05', 1704164645, 0],
    ['2024-01-02T05:04:05+02:00', 1704164645, 0],
    ['2024-01-01T21:34:05-05:30', 1704164645, 0],
    ['2024-01-02T03:04:05.5Z', 1704164645, 500_000_000],
    ['2024-01-02T03:04:05.123456789123Z', 1704164645, 123_456_789],
    ['2024-02-29T00:00:00Z', 1709164800, 0],
    ['0001-01-01T00:00:00Z', -62135596800, 0],
    ['2024-1-2T3:4:5', 1704164645, 0],
  ])('%s', (text, seconds, nanos) => {
    expect(parseDateTime(text)).toMatchObject({ seconds, nanos })
  })

  test.each([
    ['2024-01-02'],
    ['2024-01-02T03:04Z'],
    ['2024-01-02T03:04:05.Z'],
    ['2024-01-02T03:04:05+0200'],
    ['2024-01-02T03:04:05+24:00'],
    ['2024-01-02T03:04:05+02:60'],
    ['2024-01-02T03:04:05Zx'],
    ['2024-01-02T24:00:00Z'],
    ['2024-01-02T03:60:05Z'],
    ['2024-01-02T03:04:61Z'],
    ['2024-13-01T00:00:00Z'],
    ['2023-02-29T00:00:00Z'],
    ['1900-02-29T00:00:00Z'],
    ['2024-04-31T00:00:00Z'],
    ['2024-00-01T00:00:00Z'],
    ['20240102T030405Z'],
    ['999999-01-01T00:00:00'],
    [' 2024-01-02T03:04:05Z'],
    [''],
  ])('%j is none', text => {
    expect(parseDateTime(text)).toBeUndefined()
  })

  test('keeps the offset it was written in', () => {
    expect(parseDateTime('2024-01-02T03:04:05-05:30')?.offsetMinutes).toBe(-330)
  })
})

test('the calendar agrees with the platform', () => {
  fc.assert(
    fc.property(fc.integer({ min: -62135596800, max: 253402300799 }), seconds => {
      const date = new Date(seconds * 1000)
      expect(utcText(seconds)).toBe(date.toISOString().replace('.000', ''))
      const { year, month, day } = fieldsOf(seconds)
      expect(daysFromEpoch(year, month, day)).toBe(Math.floor(seconds / 86_400))
    }),
  )
})

test('years beyond what the reference knows are no dates', () => {
  expect(dateTime([262_143, 1, 1, 0, 0, 0], 0, 0)).toBeUndefined()
  expect(() => utcText(1e15)).toThrow('NaN')
  expect(utcText(-62167219201)).toBe('-0001-12-31T23:59:59Z')
})
