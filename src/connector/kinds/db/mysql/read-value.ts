import { exactInteger } from '../../../../std/exact-integers.ts'
import { isObject, type Json } from '../../../../std/json.ts'
import { bytesOf } from '../bytes-text.ts'
import type { ValueForms } from '../client.ts'
import { documentOf } from '../document-text.ts'
import { decimalOf, integerOf } from '../number-text.ts'
import { ValueRefused } from '../value-refused.ts'

/** A column as far as its values go. */
export interface MysqlColumn {
  readonly name: string
  readonly columnType?: number
  readonly columnLength?: number
  readonly characterSet?: number
  readonly extendedFormat?: string
}

/** Numbers of types in the protocol. */
const TYPE = {
  tiny: 1,
  float: 4,
  timestamp: 7,
  longlong: 8,
  date: 10,
  time: 11,
  datetime: 12,
  bit: 16,
  json: 245,
  newdecimal: 246,
  decimal: 0,
} as const

const FLOAT_DIGITS = [6, 7, 8, 9] as const

/** Makes JSON of what the driver makes of a value. Throws ValueRefused. */
export function readerOf(column: MysqlColumn, forms: ValueForms): (value: unknown) => Json {
  switch (column.columnType) {
    case TYPE.tiny:
      return column.columnLength === 1 ? value => value !== 0 : plainOf
    case TYPE.float:
      return value => (typeof value === 'number' ? shortFloat(value) : plainOf(value))
    case TYPE.longlong:
      return value => (typeof value === 'string' ? integerOf(value) : plainOf(value))
    case TYPE.decimal:
    case TYPE.newdecimal:
      return value => (typeof value === 'string' ? decimalOf(value, forms.numericAs) : plainOf(value))
    case TYPE.timestamp:
      return value => (typeof value === 'string' ? momentOf(value) : plainOf(value))
    case TYPE.datetime:
    case TYPE.time:
      return value => (typeof value === 'string' ? timeOf(value) : plainOf(value))
    case TYPE.bit:
      return value => (Buffer.isBuffer(value) ? bitsOf(value) : plainOf(value))
    case TYPE.json:
      return value => (typeof value === 'string' ? documentOf(value) : plainOf(value))
    default:
      return value => (Buffer.isBuffer(value) ? bytesOf(value, forms.binaryAs) : plainOf(value))
  }
}

/** Texts, numbers that are numbers of JSON, and the points and lines of geometries. */
function plainOf(value: unknown): Json {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value
    throw new ValueRefused('it is no number of JSON; cast it to a text')
  }
  if (Array.isArray(value)) return value.map(plainOf)
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainOf(inner)]))
  return null
}

/** The shortest decimal that is this float of 32 bits. */
function shortFloat(value: number): Json {
  for (const digits of FLOAT_DIGITS) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return plainOf(value)
}

function bitsOf(bytes: Buffer): number | bigint {
  return exactInteger(bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString('hex')}`))
}

/** A fraction of three or six digits, or none. A date of zeros stays as it is. */
function timeOf(text: string): string {
  return text.replace(/\.(\d{1,6})$/, (_, digits: string) => {
    if (/^0+$/.test(digits)) return ''
    return `.${digits.length > 3 && !/^\d{3}0+$/.test(digits) ? digits.padEnd(6, '0') : digits.slice(0, 3).padEnd(3, '0')}`
  })
}

function momentOf(text: string): string {
  return text.startsWith('0000-00-00') ? timeOf(text) : `${timeOf(text).replace(' ', 'T')}Z`
}
