import { MONTHS } from './date-format.ts'
import { dateTime, utcText } from './datetime.ts'

/** Fields that stand for several others. */
const COMPOSED: Readonly<Record<string, string>> = {
  F: '%Y-%m-%d',
  D: '%m/%d/%y',
  x: '%m/%d/%y',
  T: '%H:%M:%S',
  X: '%H:%M:%S',
  R: '%H:%M',
}

interface Reading {
  readonly text: string
  at: number
  /** Year, month, day, hour, minute, second; NaN is not read yet. */
  readonly parts: number[]
  afternoon: boolean | undefined
}

/** Numeric fields: most digits, and their place in the parts. */
const NUMERIC: Readonly<Record<string, { digits: number; part: number }>> = {
  Y: { digits: 4, part: 0 },
  m: { digits: 2, part: 1 },
  d: { digits: 2, part: 2 },
  e: { digits: 2, part: 2 },
  H: { digits: 2, part: 3 },
  k: { digits: 2, part: 3 },
  I: { digits: 2, part: 3 },
  M: { digits: 2, part: 4 },
  S: { digits: 2, part: 5 },
}

/**
 * Reads a date by a strftime format, as UTC; year, month and day have to be there. undefined when it does not fit. Each
 * field takes what it can and never gives back, so a format cannot make the reading slow.
 */
export function readDate(text: string, format: string): string | undefined {
  const reading: Reading = {
    text,
    at: 0,
    parts: [Number.NaN, Number.NaN, Number.NaN, 0, 0, 0],
    afternoon: undefined,
  }
  const expanded = format.replace(/%([FDxTXR])/g, (all, field: string) => COMPOSED[field] ?? all)
  for (let at = 0; at < expanded.length; at++) {
    const letter = expanded.charAt(at)
    const fits = letter === '%' ? readField(reading, expanded.charAt(++at)) : readLetter(reading, letter)
    if (!fits) return undefined
  }
  if (reading.at !== text.length) return undefined
  const { parts, afternoon } = reading
  if (afternoon !== undefined) parts[3] = ((parts[3] ?? 0) % 12) + (afternoon ? 12 : 0)
  const date = dateTime(parts, 0, 0)
  return date === undefined ? undefined : utcText(date.seconds)
}

/** A blank of the format stands for any number of them. */
function readLetter(reading: Reading, letter: string): boolean {
  if (letter.trim() === '') {
    skipBlanks(reading)
    return true
  }
  if (reading.text.charAt(reading.at) !== letter) return false
  reading.at++
  return true
}

function readField(reading: Reading, field: string): boolean {
  const numeric = Object.hasOwn(NUMERIC, field) ? NUMERIC[field] : undefined
  if (numeric !== undefined) {
    skipBlanks(reading)
    const value = readNumber(reading, numeric.digits, field === 'Y')
    reading.parts[numeric.part] = value
    return !Number.isNaN(value)
  }
  switch (field) {
    case 'y':
      return readShortYear(reading)
    case 'b':
    case 'B':
    case 'h':
      return readMonth(reading)
    case 'p':
    case 'P':
      return readHalf(reading)
    default:
      return field === '%' && readLetter(reading, '%')
  }
}

function skipBlanks(reading: Reading): void {
  while (reading.at < reading.text.length && reading.text.charAt(reading.at).trim() === '') reading.at++
}

/** At most so many digits, or six behind a sign where one may be; NaN without a digit. */
function readNumber(reading: Reading, digits: number, signed: boolean): number {
  const rest = reading.text.slice(reading.at, reading.at + 7)
  const match = (signed ? /^(?:[+-]\d{1,6}|\d{1,4})/ : /^\d{1,4}/).exec(rest)
  if (match === null) return Number.NaN
  const found = signed ? match[0] : match[0].slice(0, digits)
  reading.at += found.length
  return Number(found)
}

/** 70 to 99 are of the twentieth century. */
function readShortYear(reading: Reading): boolean {
  skipBlanks(reading)
  const value = readNumber(reading, 2, false)
  reading.parts[0] = value + (value < 70 ? 2000 : 1900)
  return !Number.isNaN(value)
}

/** A month by its name or the first three letters of it. */
function readMonth(reading: Reading): boolean {
  const rest = reading.text.slice(reading.at, reading.at + 9).toLowerCase()
  const month = MONTHS.findIndex(name => rest.startsWith(name.slice(0, 3).toLowerCase()))
  const name = MONTHS[month]
  if (name === undefined) return false
  reading.at += rest.startsWith(name.toLowerCase()) ? name.length : 3
  reading.parts[1] = month + 1
  return true
}

function readHalf(reading: Reading): boolean {
  const half = reading.text.slice(reading.at, reading.at + 2).toLowerCase()
  if (half !== 'am' && half !== 'pm') return false
  reading.afternoon = half === 'pm'
  reading.at += 2
  return true
}
