import { holdsReference } from '../../../config/reference.ts'
import type { Detail } from '../../../errors.ts'
import { type JsonObject, own } from '../../../std/json.ts'
import { databaseAddress, isSql } from './connection-string.ts'

/** What the schema cannot say of a db connector. References, and databases of later versions, are looked at when it is loaded. */
export function databaseProblems(config: JsonObject): Detail[] {
  const text = own(config, 'connection_string')
  if (typeof text !== 'string' || holdsReference(text) || !isSql(text)) return []
  const address = databaseAddress(text)
  if (!('problem' in address)) return []
  const { problem, expected } = address
  const message = `Invalid connection_string: ${problem}`
  return [{ path: 'config.connection_string', code: 'INVALID_FORMAT', message, expected }]
}
