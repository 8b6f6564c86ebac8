import type { TypedParameter } from 'mysql2'
import type { Json } from '../../../../std/json.ts'

type Integers = Pick<TypedParameter, 'BIGINT'>

const LOWEST = -(2n ** 63n)
const HIGHEST = 2n ** 64n

/** A value as the driver binds it: integers as integers, documents as their text. */
export function boundValue(value: Json, { BIGINT }: Integers): unknown {
  if (typeof value === 'number' && Number.isSafeInteger(value) && !Object.is(value, -0)) return BIGINT(value)
  if (typeof value === 'bigint') {
    if (value < LOWEST || value >= HIGHEST) return String(value)
    return value >= 2n ** 63n ? BIGINT.unsigned(value) : BIGINT(value)
  }
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value
}
