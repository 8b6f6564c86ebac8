import type { Json } from '../../std/json.ts'
import { notANumber } from '../failure.ts'
import type { Meter } from '../meter.ts'
import { utcText } from './datetime.ts'
import { durationText } from './duration.ts'
import { toNumber } from './number.ts'
import { asDateTime, asDuration } from './time.ts'

/** A date and a duration, or two durations; undefined for anything else. */
export function addTimes(a: Json, b: Json, meter: Meter): string | undefined {
  if (typeof a === 'number' || typeof b === 'number') return undefined
  const length = asDuration(b, meter)
  const date = asDateTime(a, meter)
  if (date !== undefined) return length === undefined ? undefined : utcText(date.seconds + length)
  const first = asDuration(a, meter)
  return first === undefined || length === undefined ? undefined : durationText(first + length)
}

/** A date or duration less another; two dates give a duration. */
export function subtractTimes(a: Json, b: Json, meter: Meter): string | undefined {
  if (typeof a === 'number' || typeof b === 'number') return undefined
  const date = asDateTime(a, meter)
  const length = asDuration(b, meter)
  if (date !== undefined) {
    if (length !== undefined) return utcText(date.seconds - length)
    const other = asDateTime(b, meter)
    return other === undefined
      ? undefined
      : durationText(date.seconds - other.seconds + (date.nanos - other.nanos) / 1e9)
  }
  const first = asDuration(a, meter)
  return first === undefined || length === undefined ? undefined : durationText(first - length)
}

/** A duration and a factor, in any order; one that is not finite leaves the duration as it is. */
export function multiplyTimes(a: Json, b: Json, meter: Meter): string | undefined {
  const length = asDuration(a, meter)
  if (length !== undefined) return scaled(length, factor(b, meter))
  const other = asDuration(b, meter)
  return other === undefined ? undefined : scaled(other, factor(a, meter))
}

function scaled(length: number, by: number): string {
  return durationText(Number.isFinite(by) ? length * by : length)
}

/** A duration divided by a number. */
export function divideTimes(a: Json, b: Json, meter: Meter): string | undefined {
  const length = asDuration(a, meter)
  if (length === undefined) return undefined
  const divisor = factor(b, meter)
  if (divisor === 0) throw notANumber()
  return durationText(Number.isNaN(divisor) ? length : length / divisor)
}

/** A text may have blanks around it here, and one item its brackets. */
function factor(value: Json, meter: Meter): number {
  if (typeof value === 'string') return toNumber(value.trim(), meter)
  if (!Array.isArray(value)) return toNumber(value, meter)
  const [item = 0] = value
  if (value.length > 1 || typeof item === 'object') throw notANumber()
  return factor(item, meter)
}
