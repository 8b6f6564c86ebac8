import { OrionError } from '../errors.ts'
import { driverCode } from './connection.ts'
import type { Statement } from './store.ts'

/** What a unit rejects with: our own errors as they are, the driver's by their code. */
export function unitError(error: unknown, statement: Statement | undefined): Error {
  const code = driverCode(error)
  if (code === undefined || !(error instanceof Error)) {
    return error instanceof OrionError ? error : failed(error)
  }
  if (code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY') {
    const columns = columnsOf(error.message)
    return (
      statement?.conflict?.({ columns }) ??
      new OrionError('CONFLICT', `A row with the same ${columns.join(', ')} exists`, { cause: error })
    )
  }
  if (code === 'SQLITE_CONSTRAINT_TRIGGER') return new OrionError('CONFLICT', error.message, { cause: error })
  return failed(error)
}

/** STORAGE_ERROR; what happened goes to the log. */
export function failed(cause: unknown): OrionError {
  return new OrionError('STORAGE_ERROR', 'The change could not be stored', { cause })
}

/** `UNIQUE constraint failed: connectors.tenant, connectors.name` names `tenant` and `name`. */
function columnsOf(message: string): string[] {
  const list = message.slice(message.indexOf(':') + 1)
  return list.split(',').map(name => name.slice(name.lastIndexOf('.') + 1).trim())
}
