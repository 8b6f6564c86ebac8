import { notANumber } from '../failure.ts'

/** An instant with the offset it was written in. */
export interface DateTime {
  /** Since the Unix epoch. */
  readonly seconds: number
  readonly nanos: number
  readonly offsetMinutes: number
}

/** RFC 3339 (T, t or a blank between; fraction; Z or an offset), or `YYYY-MM-DDTHH:MM:SS` in UTC. A plain date is neither. */
export function parseDateTime(text: string): DateTime | undefined {
  return zoned(text) ?? withoutZone(text)
}

/** `2024-01-02T03:04:05`, by position; what follows is a fraction and a zone. */
function zoned(text: string): DateTime | undefined {
  if (text.length < 20 || text[4] !== '-' || text[7] !== '-' || text[13] !== ':' || text[16] !== ':')
    return undefined
  const between = text[10]
  if (between !== 'T' && between !== 't' && between !== ' ') return undefined
  const year = digitsAt(text, 0, 4)
  const month = digitsAt(text, 5, 2)
  const day = digitsAt(text, 8, 2)
  const hour = digitsAt(text, 11, 2)
  const minute = digitsAt(text, 14, 2)
  const second = digitsAt(text, 17, 2)
  const zoneAt = fractionEnd(text)
  const offset = offsetAt(text, zoneAt)
  if (offset === undefined) return undefined
  return dateTime([year, month, day, hour, minute, second], nanosOf(text.slice(20, zoneAt)), offset)
}

/** A number of exactly so many digits; NaN when there are others. */
function digitsAt(text: string, at: number, count: number): number {
  let value = 0
  for (let index = at; index < at + count; index++) {
    const digit = text.charCodeAt(index) - 48
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

/** Where the zone begins, behind a fraction of at least one digit. */
function fractionEnd(text: string): number {
  if (text[19] !== '.') return 19
  let at = 20
  while (digitsAt(text, at, 1) >= 0) at++
  return at === 20 ? 19 : at
}

/** Minutes east of UTC; undefined when the rest of the text is no zone. */
function offsetAt(text: string, at: number): number | undefined {
  const sign = text[at]
  if (sign === 'Z' || sign === 'z') return text.length === at + 1 ? 0 : undefined
  if ((sign !== '+' && sign !== '-') || text.length !== at + 6 || text[at + 3] !== ':') return undefined
  const hours = digitsAt(text, at + 1, 2)
  const minutes = digitsAt(text, at + 4, 2)
  if (!(hours <= 23 && minutes <= 59)) return undefined
  return (sign === '-' ? -1 : 1) * (hours * 60 + minutes)
}

function nanosOf(fraction: string): number {
  return fraction === '' ? 0 : Number(fraction.slice(0, 9).padEnd(9, '0'))
}

const WITHOUT_ZONE = /^([+-]?\d+)-(\d\d?)-(\d\d?)T(\d\d?):(\d\d?):(\d\d?)$/

function withoutZone(text: string): DateTime | undefined {
  const parts = WITHOUT_ZONE.exec(text)
  return parts === null ? undefined : dateTime(parts.slice(1).map(Number), 0, 0)
}

/** Years on both sides of 0 that the reference knows. */
const LAST_YEAR = 262_142

/** A date and time that exist, or undefined. */
export function dateTime(
  parts: readonly number[],
  nanos: number,
  offsetMinutes: number,
): DateTime | undefined {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) return undefined
  if (!(hour <= 23 && minute <= 59 && second <= 60)) return undefined
  const seconds = daysFromEpoch(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second
  if (Math.abs(year) > LAST_YEAR) return undefined
  return { seconds: seconds - offsetMinutes * 60, nanos, offsetMinutes }
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** Days of the proleptic Gregorian calendar since 1970-01-01; no limit of years. */
export function daysFromEpoch(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

/** The calendar fields of an instant, at an offset. */
export interface Fields {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

export function fieldsOf(epochSeconds: number): Fields {
  const days = Math.floor(epochSeconds / 86_400)
  const rest = epochSeconds - days * 86_400
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
    hour: Math.floor(rest / 3_600),
    minute: Math.floor(rest / 60) % 60,
    second: rest % 60,
  }
}

/** `2024-01-02T03:04:05Z`: whole seconds, UTC. Fails for a year that the reference does not know. */
export function utcText(epochSeconds: number): string {
  const { year, month, day, hour, minute, second } = fieldsOf(Math.floor(epochSeconds))
  if (!(Math.abs(year) <= LAST_YEAR)) throw notANumber()
  return `${yearText(year)}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}Z`
}

export function two(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}

/** Four digits; years outside 0 to 9999 carry their sign. */
export function yearText(year: number): string {
  const digits = String(Math.abs(year)).padStart(4, '0')
  return year < 0 ? `-${digits}` : year > 9999 ? `+${digits}` : digits
}
