import type { Json } from '../../std/json.ts'
import type { Meter } from '../meter.ts'
import { jsonText } from './json-text.ts'
import { numberText } from './number.ts'

/** Operations that writing a number takes. */
const OPERATIONS_PER_NUMBER = 3

/** A value as `cat` writes it: null is nothing, an array its elements one after the other, an object compact JSON. */
export function toText(value: Json, meter: Meter): string {
  if (Array.isArray(value)) return joined(value, meter)
  if (typeof value === 'object' && value !== null) return jsonText(value, meter)
  return scalarText(value, meter)
}

/** A value as the other text operators take it: containers are compact JSON. */
export function plainText(value: Json, meter: Meter): string {
  if (typeof value === 'string') return value
  return typeof value === 'object' && value !== null ? jsonText(value, meter) : scalarText(value, meter)
}

function scalarText(value: null | boolean | number | bigint | string, meter: Meter): string {
  switch (typeof value) {
    case 'string':
      return value
    case 'bigint':
    case 'number':
      meter.charge(OPERATIONS_PER_NUMBER)
      return numberText(value)
    default:
      return value === null ? '' : String(value)
  }
}

/** One level only: arrays and objects inside are compact JSON. */
function joined(items: readonly Json[], meter: Meter): string {
  let text = ''
  for (const item of items) {
    meter.charge(1)
    text += typeof item === 'object' && item !== null ? jsonText(item, meter) : scalarText(item, meter)
    meter.text(text.length)
  }
  return text
}

/** Order by code points, which UTF-16 units give except between surrogates and U+E000 to U+FFFF. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i)
    const right = b.charCodeAt(i)
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

/** Puts surrogates, which stand for code points above U+FFFF, behind all other units. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

/** Whether a text has code points of two units, so that positions have to be counted. */
export function hasSurrogates(text: string): boolean {
  return /[\ud800-\udfff]/.test(text)
}

/** Length in code points. */
export function codePointCount(text: string): number {
  let count = text.length
  if (!hasSurrogates(text)) return count
  for (let i = 0; i + 1 < text.length; i++) {
    if (isPair(text, i)) {
      count--
      i++
    }
  }
  return count
}

/** Position in units of the code point number `index`. */
export function unitOffset(text: string, index: number): number {
  let offset = 0
  for (let left = index; left > 0 && offset < text.length; left--) offset += isPair(text, offset) ? 2 : 1
  return offset
}

function isPair(text: string, at: number): boolean {
  const high = text.charCodeAt(at)
  if (high < 0xd800 || high > 0xdbff) return false
  const low = text.charCodeAt(at + 1)
  return low >= 0xdc00 && low <= 0xdfff
}
