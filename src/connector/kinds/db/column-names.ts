import { excerpt } from '../../../std/excerpt.ts'
import { ConnectorError } from '../../failure.ts'

/** One of two columns of one name would be lost. Throws DATA_ERROR. */
export function refuseTwins(names: readonly string[]): void {
  if (new Set(names).size === names.length) return
  const twin = names.find((name, at) => names.indexOf(name) !== at) ?? ''
  const message = `Two columns of the result are named "${excerpt(twin)}"; give each a name of its own with AS`
  throw new ConnectorError('DATA_ERROR', message, {
    details: [{ path: 'query', code: 'DUPLICATE', message }],
  })
}

/** A value of a column that cannot come out. */
export function unreadable(column: string, why: string): ConnectorError {
  const message = `A value of column "${excerpt(column)}" cannot be represented as JSON: ${why}`
  return new ConnectorError('DATA_ERROR', message, {
    details: [{ path: 'query', code: 'OUT_OF_RANGE', message }],
  })
}
