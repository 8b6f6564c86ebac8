import type { Json, JsonObject } from '../../std/json.ts'
import type { Meter } from '../meter.ts'
import { numberText } from './number.ts'

/** Compact JSON with numbers as {@link numberText} writes them; what is no finite number is null. */
export function jsonText(value: Json, meter: Meter): string {
  const text = measure(value, meter, 0) ? JSON.stringify(value) : write(value)
  meter.text(text.length)
  return text
}

/** Operations per value that is written. */
const OPERATIONS_PER_VALUE = 8

/** Charges for all parts of a value; true when the platform writes all of its numbers in the same way. */
function measure(value: Json, meter: Meter, depth: number): boolean {
  meter.charge(OPERATIONS_PER_VALUE)
  if (typeof value === 'string') meter.scan(value.length)
  if (typeof value === 'number') return isOrdinary(value)
  if (typeof value === 'bigint') return false
  if (typeof value !== 'object' || value === null) return true
  meter.depth(depth + 1)
  let ordinary = true
  if (Array.isArray(value)) {
    for (const item of value) if (!measure(item, meter, depth + 1)) ordinary = false
    return ordinary
  }
  for (const key of Object.keys(value)) {
    meter.scan(key.length)
    if (!measure(value[key] ?? null, meter, depth + 1)) ordinary = false
  }
  return ordinary
}

/** Whether a number is written without an exponent. */
function isOrdinary(value: number): boolean {
  const magnitude = Math.abs(value)
  return value === 0 || (magnitude >= 1e-6 && magnitude < 2 ** 63)
}

function write(value: Json): string {
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? numberText(value) : 'null'
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`
  return writeObject(value)
}

function writeObject(value: JsonObject): string {
  const entries = Object.keys(value).map(key => `${JSON.stringify(key)}:${write(value[key] ?? null)}`)
  return `{${entries.join(',')}}`
}
