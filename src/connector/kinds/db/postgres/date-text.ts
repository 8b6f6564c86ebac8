/*
 * Dates and times between the text of PostgreSQL (ISO style, UTC) and that of ISO 8601. Years beyond four digits have a
 * sign there, years before 1 are counted through zero: `0044-03-15 BC` is `-0043-03-15`.
 */

const DATE = /^(\d{4,})(-\d\d-\d\d)(.*?)( BC)?$/
const FRACTION = /(\.\d{1,6})(?=$|[+-])/
const ZONE = /([+-]\d\d)(:?\d\d)?$/

/** A date, or a date with a time behind a blank. `infinity` stays. */
export function isoDate(text: string): string {
  const parts = DATE.exec(text)
  if (parts === null) return text
  const [, digits = '', days = '', rest = '', isBefore] = parts
  return isoYear(digits, isBefore !== undefined) + days + isoTime(rest)
}

/** With a fraction of three or six digits, or none. */
export function isoTime(text: string): string {
  return text.replace(FRACTION, fraction => fraction.padEnd(fraction.length > 4 ? 7 : 4, '0'))
}

/** A moment: `T` before the time, `Z` for UTC. */
export function isoMoment(text: string): string {
  const iso = isoDate(text).replace(' ', 'T')
  return iso.replace(ZONE, (zone, hours: string, minutes = '') => {
    if (!iso.includes('T')) return zone
    return hours === '+00' && minutes === '' ? 'Z' : `${hours}:${minutes.replace(':', '') || '00'}`
  })
}

function isoYear(digits: string, isBefore: boolean): string {
  const year = Number(digits)
  if (isBefore) return year === 1 ? '0000' : `-${String(year - 1).padStart(4, '0')}`
  return digits.length > 4 ? `+${digits}` : digits
}

const SPELT =
  /^([+-]?\d{4,})(-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?([zZ]|[+-]\d\d(?::?\d\d)?)?)?$/
const CLOCK_TIME = /^\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/

export interface SpeltTime {
  /** `2024-02-29`, of a year before 1 without its era. */
  readonly date: string
  /** ` BC`, or nothing. */
  readonly era: string
  readonly time: string | undefined
  /** `Z`, `+02`, `+02:00`. */
  readonly zone: string | undefined
}

/** What a text of ISO 8601 says; undefined when it is none. */
export function spelt(text: string): SpeltTime | undefined {
  const parts = SPELT.exec(text)
  if (parts === null) return undefined
  const [, year = '', days = '', time, zone] = parts
  const count = Number(year)
  const isBefore = count <= 0
  const digits = String(isBefore ? 1 - count : count).padStart(4, '0')
  return { date: digits + days, era: isBefore ? ' BC' : '', time, zone }
}

export function isTimeOfDay(text: string): boolean {
  return CLOCK_TIME.test(text)
}

/** The same moment in UTC, without its zone. */
export function inUtc({ date, era, time = '00:00', zone = 'Z' }: SpeltTime): string {
  const shiftMs = zoneMs(zone)
  const [whole = '', fraction] = time.split('.')
  const tail = fraction === undefined ? '' : `.${fraction}`
  // The calendar repeats every 400 years, and eras do not matter for a shift of hours but at their borders.
  if (shiftMs === 0) return `${date} ${whole}${tail}${era}`
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number)
  const [hours = 0, minutes = 0, seconds = 0] = whole.split(':').map(Number)
  const at = new Date(0)
  at.setUTCFullYear(era === '' ? year : 1 - year, month - 1, day)
  at.setUTCHours(hours, minutes, seconds)
  const [shiftedDay = '', shiftedTime = ''] = new Date(at.getTime() - shiftMs).toISOString().split('T')
  const back = spelt(shiftedDay.replace(/^([+-])00(\d{4})/, '$1$2'))
  return `${back?.date ?? shiftedDay} ${shiftedTime.slice(0, 8)}${tail}${back?.era ?? ''}`
}

function zoneMs(zone: string): number {
  const parts = /^([+-])(\d\d):?(\d\d)?$/.exec(zone)
  if (parts === null) return 0
  const minutes = Number(parts[2]) * 60 + Number(parts[3] ?? '0')
  return (parts[1] === '-' ? -minutes : minutes) * 60_000
}
