import { type DateTime, daysFromEpoch, type Fields, fieldsOf, two, yearText } from './datetime.ts'

/** `yyyy MM dd HH mm ss` as strftime fields; fields with `%` pass through. */
export function strftime(format: string): string {
  return format
    .replaceAll('yyyy', '%Y')
    .replaceAll('MM', '%m')
    .replaceAll('dd', '%d')
    .replaceAll('HH', '%H')
    .replaceAll('mm', '%M')
    .replaceAll('ss', '%S')
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
export const MONTHS: readonly string[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

interface Moment extends Fields {
  readonly epochSeconds: number
  readonly nanos: number
  /** 0 is Sunday. */
  readonly weekday: number
  readonly dayOfYear: number
}

function blank(value: number): string {
  return String(value).padStart(2)
}

function hour12(hour: number): number {
  return hour % 12 === 0 ? 12 : hour % 12
}

/** What each field writes; in UTC. */
const WRITERS: Readonly<Record<string, (at: Moment) => string>> = {
  Y: at => yearText(at.year),
  C: at => two(Math.floor(at.year / 100)),
  y: at => two(((at.year % 100) + 100) % 100),
  m: at => two(at.month),
  b: at => monthName(at).slice(0, 3),
  h: at => monthName(at).slice(0, 3),
  B: monthName,
  d: at => two(at.day),
  e: at => blank(at.day),
  a: at => dayName(at).slice(0, 3),
  A: dayName,
  w: at => String(at.weekday),
  u: at => String(at.weekday === 0 ? 7 : at.weekday),
  j: at => String(at.dayOfYear).padStart(3, '0'),
  U: at => two(Math.floor((at.dayOfYear + 6 - at.weekday) / 7)),
  W: at => two(Math.floor((at.dayOfYear + 6 - ((at.weekday + 6) % 7)) / 7)),
  D: at => `${two(at.month)}/${two(at.day)}/${two(((at.year % 100) + 100) % 100)}`,
  x: at => `${two(at.month)}/${two(at.day)}/${two(((at.year % 100) + 100) % 100)}`,
  F: at => `${yearText(at.year)}-${two(at.month)}-${two(at.day)}`,
  v: at => `${blank(at.day)}-${monthName(at).slice(0, 3)}-${yearText(at.year)}`,
  H: at => two(at.hour),
  k: at => blank(at.hour),
  I: at => two(hour12(at.hour)),
  l: at => blank(hour12(at.hour)),
  P: at => (at.hour < 12 ? 'am' : 'pm'),
  p: at => (at.hour < 12 ? 'AM' : 'PM'),
  M: at => two(at.minute),
  S: at => two(at.second),
  f: at => String(at.nanos).padStart(9, '0'),
  R: at => `${two(at.hour)}:${two(at.minute)}`,
  T: at => `${two(at.hour)}:${two(at.minute)}:${two(at.second)}`,
  X: at => `${two(at.hour)}:${two(at.minute)}:${two(at.second)}`,
  r: at => `${two(hour12(at.hour))}:${two(at.minute)}:${two(at.second)} ${at.hour < 12 ? 'AM' : 'PM'}`,
  c: at =>
    `${dayName(at).slice(0, 3)} ${monthName(at).slice(0, 3)} ${blank(at.day)} ${two(at.hour)}:${two(at.minute)}:${two(at.second)} ${yearText(at.year)}`,
  s: at => String(at.epochSeconds),
  Z: () => 'UTC',
  z: () => '+0000',
  t: () => '\t',
  n: () => '\n',
  '%': () => '%',
}

function monthName(at: Moment): string {
  return MONTHS[at.month - 1] ?? ''
}

function dayName(at: Moment): string {
  return DAYS[at.weekday] ?? ''
}

/** A date by a strftime format, in UTC; undefined when a field is unknown. */
export function formatDate(date: DateTime, format: string): string | undefined {
  const at = momentOf(date)
  let known = true
  const text = format.replace(
    /%(?:([.]?[369]?)(f)|([-_0:]?)([\s\S])?)/g,
    (_all, digits, fraction, flag, field) => {
      if (fraction !== undefined) return fractionText(at.nanos, digits)
      if (flag === ':' && field === 'z') return '+00:00'
      const write = field === undefined || flag === ':' ? undefined : own(field)
      if (write === undefined) {
        known = false
        return ''
      }
      return padded(write(at), flag)
    },
  )
  return known ? text : undefined
}

function own(field: string): ((at: Moment) => string) | undefined {
  return Object.hasOwn(WRITERS, field) ? WRITERS[field] : undefined
}

/** `%-d` without padding, `%_d` with blanks, `%0e` with zeros. */
function padded(text: string, flag: string): string {
  if (flag === '') return text
  const digits = text.trimStart().replace(/^0+(?=\d)/, '')
  return flag === '-' ? digits : digits.padStart(text.length, flag === '_' ? ' ' : '0')
}

/** `%f` nine digits, `%3f` three, `%.3f` three behind a dot, `%.f` as many as needed. */
function fractionText(nanos: number, digits: string): string {
  const all = String(nanos).padStart(9, '0')
  const count = Number(digits.replace('.', ''))
  if (digits === '.') {
    const needed = nanos === 0 ? 0 : nanos % 1_000_000 === 0 ? 3 : nanos % 1_000 === 0 ? 6 : 9
    return needed === 0 ? '' : `.${all.slice(0, needed)}`
  }
  return `${digits.startsWith('.') ? '.' : ''}${all.slice(0, count === 0 ? 9 : count)}`
}

function momentOf(date: DateTime): Moment {
  const fields = fieldsOf(date.seconds)
  const days = Math.floor(date.seconds / 86_400)
  return {
    ...fields,
    epochSeconds: date.seconds,
    nanos: date.nanos,
    weekday: (((days + 4) % 7) + 7) % 7,
    dayOfYear: days - daysFromEpoch(fields.year, 1, 1) + 1,
  }
}

/** `+0200`, the offset that a date was written in. */
export function offsetText({ offsetMinutes }: DateTime): string {
  const minutes = Math.abs(offsetMinutes)
  return `${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`
}
