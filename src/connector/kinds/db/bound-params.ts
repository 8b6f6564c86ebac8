import type { Detail } from '../../../errors.ts'
import type { Json } from '../../../std/json.ts'
import { ConnectorError } from '../../failure.ts'
import { ValueRefused } from './value-refused.ts'

/** A placeholder as far as messages name it. */
export interface Placeholder {
  readonly name: string
}

/** Each value bound to its placeholder. `place` is where the values stand. Throws DATA_ERROR. */
export function boundParams<Declared extends Placeholder, Bound>(
  values: readonly Json[],
  placeholders: readonly Declared[],
  place: string,
  bind: (value: Json, placeholder: Declared) => Bound,
): Bound[] {
  checkCount(values, placeholders.length, place)
  return placeholders.map((placeholder, at) => {
    try {
      return bind(values[at] ?? null, placeholder)
    } catch (error) {
      if (!(error instanceof ValueRefused)) throw error
      const why = `parameter $${at + 1} is declared ${placeholder.name} by the query, and the value given cannot be converted to it (${error.message})`
      throw refused({ path: `${place}[${at}]`, code: 'TYPE_MISMATCH', message: why })
    }
  })
}

/** As many values as placeholders. Throws DATA_ERROR. */
export function checkCount(values: readonly Json[], placeholders: number, place: string): void {
  if (values.length === placeholders) return
  const message = `the query has ${placeholders} placeholder(s) but ${values.length} parameter(s) were given`
  throw refused({ path: place, code: 'OUT_OF_RANGE', message, expected: `${placeholders} value(s)` })
}

function refused(detail: Detail): ConnectorError {
  return new ConnectorError('DATA_ERROR', detail.message, { details: [detail] })
}
