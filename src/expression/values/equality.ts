import { isObject, type Json, type JsonObject, own } from '../../std/json.ts'
import { invalidArguments } from '../failure.ts'
import type { Meter } from '../meter.ts'
import { isNumeric } from './integer.ts'
import { readNumber } from './number.ts'
import { compareTimes } from './time.ts'

/** `===`: same type and deep equal, objects whatever their key order; dates and durations by what they mean. Never fails. */
export function strictEquals(a: Json, b: Json, meter: Meter): boolean {
  if (a === b) return true
  if (typeof a === 'bigint' || typeof b === 'bigint') return sameNumber(a, b)
  if (typeof a === 'number' || typeof b === 'number') return false
  const order = compareTimes(a, b, meter)
  return order === undefined ? deepEquals(a, b, meter) : order === 0
}

/** Equal in every part; texts that mean the same time are different texts here. */
export function deepEquals(a: Json, b: Json, meter: Meter, depth = 0): boolean {
  meter.charge(1)
  if (a === b) return true
  if (typeof a === 'string' && typeof b === 'string') meter.scan(2 * (a.length + b.length))
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return sameNumber(a, b)
  meter.charge(2)
  meter.depth(depth + 1)
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
    for (let index = 0; index < a.length; index++) {
      if (!deepEquals(a[index] ?? null, b[index] ?? null, meter, depth + 1)) return false
    }
    return true
  }
  return objectsEqual(a, b, meter, depth + 1)
}

/** As doubles, which is how the reference compares integers too. */
function sameNumber(a: Json, b: Json): boolean {
  return isNumeric(a) && isNumeric(b) && Number(a) === Number(b)
}

function objectsEqual(a: JsonObject, b: JsonObject, meter: Meter, depth: number): boolean {
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  for (const key of keys) {
    const other = own(b, key)
    if (other === undefined || !deepEquals(a[key] ?? null, other, meter, depth)) return false
  }
  return true
}

/** `==`: equal after conversion. What cannot be converted fails with InvalidArguments "NaN". */
export function looseEquals(a: Json, b: Json, meter: Meter): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b
  const order = compareTimes(a, b, meter)
  if (order !== undefined) return order === 0
  if (typeof a === 'string' && typeof b === 'string') {
    meter.scan(2 * (a.length + b.length))
    return a === b
  }
  if (typeof a === 'object' && a !== null) return collectionEquals(a, b, meter)
  if (typeof b === 'object' && b !== null) return collectionEquals(b, a, meter)
  return scalarsEqual(a, b, meter)
}

function collectionEquals(a: Json[] | JsonObject, b: Json, meter: Meter): boolean {
  if (isObject(a) && isObject(b)) return false
  if (Array.isArray(a) && Array.isArray(b) && deepEquals(a, b, meter)) return true
  throw invalidArguments('NaN')
}

type Scalar = null | boolean | number | bigint | string

function scalarsEqual(a: Scalar, b: Scalar, meter: Meter): boolean {
  if (a === null) return isNullLike(b)
  if (b === null) return isNullLike(a)
  if (typeof a === 'string') return stringEquals(a, b, meter)
  if (typeof b === 'string') return stringEquals(b, a, meter)
  return Number(a) === Number(b)
}

function isNullLike(value: Scalar): boolean {
  return value === null || value === 0 || value === false || value === ''
}

function stringEquals(text: string, other: Scalar, meter: Meter): boolean {
  if (typeof other === 'boolean') return text === String(other)
  if (typeof other === 'string') return text === other
  const number = readNumber(text, meter)
  if (number === undefined) throw invalidArguments('NaN')
  return number === Number(other)
}
