import { exactInteger } from '../../../std/exact-integers.ts'
import type { Json } from '../../../std/json.ts'
import type { ValueForms } from './client.ts'
import { ValueRefused } from './value-refused.ts'

const WHOLE = /^-?\d+$/
const DECIMAL = /^-?\d+(?:\.\d+)?$/
/** Digits that every double keeps. */
const SAFE_DIGITS = 15

/** All digits of an integer. */
export function integerOf(text: string): number | bigint {
  return text.length <= SAFE_DIGITS ? Number(text) : exactInteger(BigInt(text))
}

/** Throws ValueRefused for what is no number. */
export function doubleOf(text: string): number {
  const value = Number(text)
  if (Number.isFinite(value)) return value
  throw new ValueRefused(`${text} is no number of JSON; cast it to a text`)
}

/** A decimal as it is asked for; its text is that of the database. Throws ValueRefused. */
export function decimalOf(text: string, form: ValueForms['numericAs']): Json {
  if (form === 'string') return text
  if (form === 'number') return WHOLE.test(text) ? integerOf(text) : doubleOf(text)
  return isExact(text) ? Number(text) : text
}

/** Whether a double, written out, is the same decimal. */
function isExact(text: string): boolean {
  if (!DECIMAL.test(text)) return false
  if (text.length <= SAFE_DIGITS) return true
  const value = Number(text)
  return (
    !String(value).includes('e') &&
    String(value) === plain(text) &&
    (!WHOLE.test(text) || Number.isSafeInteger(value))
  )
}

/** Without zeros that say nothing. */
function plain(text: string): string {
  const short = text.includes('.') ? text.replace(/\.?0+$/, '') : text
  return short === '-0' ? '0' : short
}
