import { isObject, type Json } from '../../../../std/json.ts'
import { ValueRefused } from '../value-refused.ts'
import { writeArray } from './array-text.ts'
import { inUtc, isTimeOfDay, spelt } from './date-text.ts'
import { OID, type TextType } from './types.ts'

type Binder = (value: Exclude<Json, null>) => string

const NUMERAL = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*$/
const UUID = /^\{?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}?$/i
const INFINITE = /^[+-]?infinity$/

const RANGES = { [OID.int2]: 15n, [OID.int4]: 31n, [OID.int8]: 63n } as const

const BINDERS: ReadonlyMap<number, Binder> = new Map<number, Binder>([
  [OID.int2, value => integer(value, RANGES[OID.int2])],
  [OID.int4, value => integer(value, RANGES[OID.int4])],
  [OID.int8, value => integer(value, RANGES[OID.int8])],
  [OID.float4, numeral],
  [OID.float8, numeral],
  [OID.numeric, numeral],
  [OID.bool, truth],
  [OID.uuid, value => matching(value, UUID, 'a UUID')],
  [OID.json, document],
  [OID.jsonb, document],
  [OID.date, date],
  [OID.time, timeOfDay],
  [OID.timestamp, localTime],
  [OID.timestamptz, moment],
])

/** The text of a value for a placeholder of this type. Throws ValueRefused. */
export function boundText(value: Json, type: TextType): string | null {
  if (value === null) return null
  if (type.kind === 'scalar') return (BINDERS.get(type.oid) ?? plainText)(value)
  if (Array.isArray(value)) return writeArray(value, type.delimiter, item => boundText(item, type.items))
  if (typeof value === 'string' && value.startsWith('{')) return value
  throw new ValueRefused('a list is expected')
}

/** Text as it is; the server converts it. */
function plainText(value: Exclude<Json, null>): string {
  if (typeof value === 'string') return value
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function integer(value: Json, bits: bigint): string {
  const whole = wholeOf(value)
  const limit = 1n << bits
  if (whole >= -limit && whole < limit) return String(whole)
  throw new ValueRefused('it is out of range')
}

function wholeOf(value: Json): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value)
  if (typeof value === 'string' && /^\s*[+-]?\d{1,40}\s*$/.test(value))
    return BigInt(value.trim().replace('+', ''))
  throw new ValueRefused('a whole number is expected')
}

function numeral(value: Json): string {
  if (typeof value === 'number' || typeof value === 'bigint')
    return Object.is(value, -0) ? '-0' : String(value)
  return matching(value, NUMERAL, 'a number')
}

function truth(value: Json): string {
  if (value === true || value === false) return String(value)
  if (value === 'true' || value === 'false') return value
  throw new ValueRefused('true or false is expected')
}

/** A text that is the JSON of a list or an object is taken for it; any other text is a JSON text itself. */
function document(value: Json): string {
  if (typeof value === 'string' && /^\s*[[{]/.test(value)) {
    try {
      const parsed: unknown = JSON.parse(value)
      if (Array.isArray(parsed) || isObject(parsed)) return value
    } catch {
      // It only begins like one.
    }
  }
  return JSON.stringify(value)
}

function date(value: Json): string {
  if (typeof value === 'string' && INFINITE.test(value)) return value
  const parts = typeof value === 'string' ? spelt(value) : undefined
  if (parts === undefined || parts.time !== undefined)
    throw new ValueRefused('a date such as 2024-02-29 is expected')
  return parts.date + parts.era
}

function timeOfDay(value: Json): string {
  if (typeof value === 'string' && isTimeOfDay(value)) return value
  throw new ValueRefused('a time such as 13:05:06 is expected')
}

function localTime(value: Json): string {
  if (typeof value === 'string' && INFINITE.test(value)) return value
  const parts = typeof value === 'string' ? spelt(value) : undefined
  if (parts?.time === undefined)
    throw new ValueRefused('a date and time such as 2024-01-02T03:04:05 is expected')
  return inUtc(parts)
}

/** A date alone is its midnight; without an offset it is UTC. */
function moment(value: Json): string {
  if (typeof value === 'string' && INFINITE.test(value)) return value
  const parts = typeof value === 'string' ? spelt(value) : undefined
  if (parts === undefined) throw new ValueRefused('a date and time such as 2024-01-02T03:04:05Z is expected')
  return inUtc(parts)
}

function matching(value: Json, pattern: RegExp, expected: string): string {
  if (typeof value === 'string' && pattern.test(value)) return value
  throw new ValueRefused(`${expected} is expected`)
}
