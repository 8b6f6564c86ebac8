import { OrionError } from '../../../errors.ts'
import type { Json } from '../../../std/json.ts'
import { parseJson } from '../../../std/parse-json.ts'
import { ValueRefused } from './value-refused.ts'

/** A JSON document with all its digits. Throws ValueRefused. */
export function documentOf(text: string): Json {
  try {
    return parseJson(text)
  } catch (error) {
    if (!(error instanceof OrionError)) throw error
    throw new ValueRefused(
      'it is a JSON document with a number beyond the range of numbers, or nested too deep',
    )
  }
}
