import type { Json } from '../../std/json.ts'
import { invalidArguments, notANumber } from '../failure.ts'
import type { Meter } from '../meter.ts'

/*
 * Numbers as doubles, which is how they are compared. What differs from the reference, which has 64-bit integers beside
 * doubles, is all of this: 1.0 is 1 and prints as "1". How integers beyond 2^53 stay exact is in integer.ts.
 */

/** Largest double: what dividing by an inexact zero gives. */
export const LARGEST = Number.MAX_VALUE

const TWO_63 = 2 ** 63
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/
const SPECIAL = /^([+-]?)(?:(inf|infinity)|nan)$/i

/** A text by the grammar of numbers: sign, digits, `.5` and `5.`, exponent, inf, nan; no blanks. undefined when it is none. */
function parseNumber(text: string): number | undefined {
  if (NUMBER.test(text)) return Number(text)
  const special = SPECIAL.exec(text)
  if (special === null) return undefined
  if (special[2] === undefined) return Number.NaN
  return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

/** A scalar as an operand of arithmetic: null and "" are 0, true is 1. undefined for everything that is no number. */
export function asNumber(value: Json, meter: Meter): number | undefined {
  switch (typeof value) {
    case 'number':
      return value
    case 'bigint':
      return Number(value)
    case 'string':
      return value === '' ? 0 : readNumber(value, meter)
    case 'boolean':
      return value ? 1 : 0
    default:
      return value === null ? 0 : undefined
  }
}

/** Operations that reading a number from a text takes. */
const OPERATIONS_PER_NUMBER = 3
const DIGITS_PER_OPERATION = 2

/** {@link parseNumber}, charged. */
export function readNumber(text: string, meter: Meter): number | undefined {
  meter.charge(OPERATIONS_PER_NUMBER + Math.floor(text.length / DIGITS_PER_OPERATION))
  return parseNumber(text)
}

/** Throws NaN for what is no number. */
export function toNumber(value: Json, meter: Meter): number {
  const number = asNumber(value, meter)
  if (number === undefined) throw notANumber()
  return number
}

/** Numbers and numeric texts only, as `abs`, `ceil` and `floor` take them. */
export function toPlainNumber(value: Json, meter: Meter): number | bigint {
  const number = typeof value === 'string' ? readNumber(value, meter) : value
  if (typeof number !== 'number' && typeof number !== 'bigint') throw invalidArguments()
  return number
}

/** A number as text: without exponent below 2^63, with a bare one (`1e21`) from there on; integers have all digits. */
export function numberText(value: number | bigint): string {
  if (typeof value === 'bigint') return String(value)
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'inf' : '-inf'
  if (Math.abs(value) >= TWO_63) return value.toExponential().replace('e+', 'e')
  const text = String(value)
  return text.includes('e-') ? positional(text) : text
}

/** `1.5e-7` as `0.00000015`. */
function positional(text: string): string {
  const [mantissa = '', exponent = ''] = text.split('e-')
  const negative = mantissa.startsWith('-')
  const digits = mantissa.replace('-', '').replace('.', '')
  return `${negative ? '-' : ''}0.${'0'.repeat(Number(exponent) - 1)}${digits}`
}
