import { isObject, type Json, own } from '../../std/json.ts'
import type { Meter } from '../meter.ts'
import { type DateTime, parseDateTime } from './datetime.ts'
import { parseDuration } from './duration.ts'
import { compareText } from './text.ts'

/*
 * Texts, and the objects {"datetime": text} and {"timestamp": text}, can mean a date or a duration. Two that mean the
 * same kind are compared by what they mean.
 */

/** Whether a text can mean a time at all; cheap, and false for most texts. */
export function mayBeTime(text: string): boolean {
  return startsWithDigit(text) || text.startsWith('-') || text.startsWith('+') || text.includes(':')
}

function startsWithDigit(text: string): boolean {
  const first = text.charCodeAt(0)
  return first >= 48 && first <= 57
}

/** Operations that reading a time takes. */
const OPERATIONS_PER_TIME = 16

/** Letters of a text that these operations are enough for, and what each further one takes. */
const LETTERS_PER_TIME = 32
const OPERATIONS_PER_LETTER = 2

/** Longest text that is looked at: none that means a time is longer. */
const LONGEST = 256

export function asDateTime(value: Json, meter: Meter): DateTime | undefined {
  const text = timeText(value, 'datetime', meter)
  return text === undefined ? undefined : parseDateTime(text)
}

/** Seconds. */
export function asDuration(value: Json, meter: Meter): number | undefined {
  const text = timeText(value, 'timestamp', meter)
  return text === undefined ? undefined : parseDuration(text)
}

function timeText(value: Json, key: 'datetime' | 'timestamp', meter: Meter): string | undefined {
  const text = isObject(value) ? own(value, key) : value
  if (typeof text !== 'string' || text.length > LONGEST || !mayBeTime(text)) return undefined
  const more = Math.max(0, text.length - LETTERS_PER_TIME)
  meter.charge(OPERATIONS_PER_TIME + more * OPERATIONS_PER_LETTER)
  return text
}

/** Below, at or above 0 for two dates or two durations; undefined when the two are not of one kind. */
export function compareTimes(a: Json, b: Json, meter: Meter): number | undefined {
  if (typeof a === 'string' && typeof b === 'string' && isUtc(a) && isUtc(b)) return compareText(a, b)
  if (!isCandidate(a) || !isCandidate(b)) return undefined
  const left = asDateTime(a, meter)
  if (left !== undefined) {
    const right = asDateTime(b, meter)
    return right === undefined ? undefined : compareInstants(left, right)
  }
  if (hasBlank(a) || hasBlank(b)) return undefined
  const length = asDuration(a, meter)
  if (length === undefined) return undefined
  const other = asDuration(b, meter)
  return other === undefined ? undefined : length - other
}

/** `2024-01-02T03:04:05Z`: two of this shape are in the order of their texts, whether they are dates or not. */
function isUtc(text: string): boolean {
  return text.length === 20 && text[19] === 'Z' && text[10] === 'T' && text[4] === '-' && text[13] === ':'
}

/** Texts are compared as times only when they have a digit, and as durations only when they have no blank. */
function isCandidate(value: Json): boolean {
  if (typeof value !== 'string') return isObject(value)
  return startsWithDigit(value) || (mayBeTime(value) && /\d/.test(value))
}

function compareInstants(a: DateTime, b: DateTime): number {
  return a.seconds - b.seconds || a.nanos - b.nanos
}

function hasBlank(value: Json): boolean {
  return typeof value === 'string' && value.includes(' ')
}
