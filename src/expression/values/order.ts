import type { Json } from '../../std/json.ts'
import { notANumber } from '../failure.ts'
import type { Meter } from '../meter.ts'
import { isNumeric } from './integer.ts'
import { asNumber } from './number.ts'
import { compareText } from './text.ts'
import { compareTimes } from './time.ts'

/** What comparing two texts by code points costs. */
const OPERATIONS_PER_LETTER = 1 / 4

/** Below, at or above 0 as `a` is before, at or after `b`; NaN when neither `<` nor `>` holds. */
export function compareValues(a: Json, b: Json, meter: Meter): number {
  if (typeof a === 'number' && typeof b === 'number') return compareNumbers(a, b)
  const order = compareTimes(a, b, meter)
  if (order !== undefined) return order
  if (typeof a === 'string' && typeof b === 'string') {
    meter.letters(a.length + b.length, OPERATIONS_PER_LETTER)
    return compareText(a, b)
  }
  const left = asNumber(a, meter)
  const right = asNumber(b, meter)
  if (left !== undefined && right !== undefined) return compareNumbers(left, right)
  if (typeof a === 'object' && a !== null) throw notANumber()
  if (typeof b === 'object' && b !== null) throw notANumber()
  if (isNumeric(a) || isNumeric(b)) throw notANumber()
  return Number.NaN
}

function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : a === b ? 0 : Number.NaN
}
