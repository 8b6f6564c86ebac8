import { describe, expect, test } from 'bun:test'
import { formatDate, offsetText, strftime } from './date-format.ts'
import { readDate } from './date-reading.ts'
import { parseDateTime } from './datetime.ts'

const DATE = parseDateTime('2024-02-05T14:07:09.012300000+02:00')
if (DATE === undefined) throw new Error('the date is one')
const date = DATE

describe('writing', () => {
  test.each([
    ['yyyy-MM-dd', '2024-02-05'],
    ['dd.MM.yyyy HH:mm:ss', '05.02.2024 12:07:09'],
    ['%a %A %b %B', 'Mon Monday Feb February'],
    ['%e|%-d|%_m|%j', ' 5|5| 2|036'],
    ['%I:%M %p', '12:07 PM'],
    ['%F %T %R %D', '2024-02-05 12:07:09 12:07 02/05/24'],
    ['%y %C %u %w %U %W', '24 20 1 1 05 06'],
    ['%f %3f %.3f %.f', '012300000 012 .012 .012300'],
    ['%s %z %:z %Z', '1707134829 +0000 +00:00 UTC'],
    ['100%% %n', '100% \n'],
    ['', ''],
  ])('%j is %j', (format, text) => {
    expect(formatDate(date, strftime(format))).toBe(text)
  })

  test.each([['%Q'], ['%'], ['a%'], ['%:d'], ['%__proto__']])('%j has an unknown field', format => {
    expect(formatDate(date, strftime(format))).toBeUndefined()
  })

  test('the offset is the one that the date was written in', () => {
    expect(offsetText(date)).toBe('+0200')
    expect(offsetText({ ...date, offsetMinutes: -330 })).toBe('-0530')
  })
})

describe('reading', () => {
  test.each([
    ['2024-01-02', 'yyyy-MM-dd', '2024-01-02T00:00:00Z'],
    ['2024-1-2', 'yyyy-MM-dd', '2024-01-02T00:00:00Z'],
    ['20240102', 'yyyyMMdd', '2024-01-02T00:00:00Z'],
    ['02.01.2024 03:04:05', 'dd.MM.yyyy HH:mm:ss', '2024-01-02T03:04:05Z'],
    ['2024-01-02T03:04:05Z', 'yyyy-MM-ddTHH:mm:ssZ', '2024-01-02T03:04:05Z'],
    ['Feb 5, 24 02:07 PM', '%b %d, %y %I:%M %p', '2024-02-05T14:07:00Z'],
    ['5 february 1999 12 am', '%e %B %Y %I %p', '1999-02-05T00:00:00Z'],
    ['2024-01-02   10:00', '%F %R', '2024-01-02T10:00:00Z'],
    ['100% 2024-01-02', '100%% %F', '2024-01-02T00:00:00Z'],
  ])('%j by %j is %s', (text, format, expected) => {
    expect(readDate(text, strftime(format))).toBe(expected)
  })

  test.each([
    ['2024-02-30', 'yyyy-MM-dd'],
    ['24-01-02x', 'yyyy-MM-dd'],
    ['2024-01', 'yyyy-MM'],
    ['2024-01-02', 'yyyy-MM-dd HH'],
    ['2024/01/02', 'yyyy-MM-dd'],
    ['2024-01-02', '%Q'],
    ['', ''],
    ['2024-01-02', 'yyyy-MM-dd%'],
  ])('%j by %j is no date', (text, format) => {
    expect(readDate(text, strftime(format))).toBeUndefined()
  })

  test('no format makes it slow', () => {
    expect(readDate('1'.repeat(256), '%Y'.repeat(128))).toBeUndefined()
  })
})
