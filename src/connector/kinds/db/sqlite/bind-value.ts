import type { Json } from '../../../../std/json.ts'
import { ValueRefused } from '../value-refused.ts'

const HIGHEST = 2n ** 63n

/** A value as SQLite stores it: documents as their text, truth as 1 and 0. Throws ValueRefused. */
export function boundValue(value: Json): null | boolean | number | bigint | string {
  if (typeof value === 'bigint' && (value >= HIGHEST || value < -HIGHEST)) {
    throw new ValueRefused('an integer of at most 64 bits is expected')
  }
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value
}
