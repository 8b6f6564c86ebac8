/** An instant with the offset it was written in. */
export interface DateTime {
  /** Since the Unix epoch. */
  readonly seconds: number
  readonly nanos: number
  readonly offsetMinutes: number
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/
const WITHOUT_ZONE = /^([+-]?\d+)-(\d\d?)-(\d\d?)T(\d\d?):(\d\d?):(\d\d?)$/

/** RFC 3339 (T, t or a blank between; fraction; Z or an offset), or `YYYY-MM-DDTHH:MM:SS` in UTC. A plain date is neither. */
export function parseDateTime(text: string): DateTime | undefined {
  const zoned = RFC3339.exec(text)
  if (zoned !== null) {
    const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHours, offsetMinutes] = zoned
    const offset = Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0)
    if (offset >= 24 * 60 || Number(offsetMinutes ?? 0) > 59) return undefined
    const nanos = Number(fraction.slice(0, 9).padEnd(9, '0'))
    const signed = sign === '-' ? -offset : offset
    return dateTime(numbers([year, month, day, hour, minute, second]), nanos, signed)
  }
  const naive = WITHOUT_ZONE.exec(text)
  return naive === null ? undefined : dateTime(numbers(naive.slice(1)), 0, 0)
}

function numbers(parts: readonly (string | undefined)[]): number[] {
  return parts.map(Number)
}

/** A date and time that exist, or undefined. */
export function dateTime(
  parts: readonly number[],
  nanos: number,
  offsetMinutes: number,
): DateTime | undefined {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined
  if (hour > 23 || minute > 59 || second > 60) return undefined
  const seconds = daysFromEpoch(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second
  if (!Number.isSafeInteger(seconds)) return undefined
  return { seconds: seconds - offsetMinutes * 60, nanos, offsetMinutes }
}

export function daysInMonth(year: number, month: number): number {
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

/** `2024-01-02T03:04:05Z`: whole seconds, UTC. */
export function utcText(epochSeconds: number): string {
  const { year, month, day, hour, minute, second } = fieldsOf(epochSeconds)
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
