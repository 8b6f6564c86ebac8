import { Database } from 'bun:sqlite'
import { OrionError } from '../errors.ts'
import { isBusy } from './connection.ts'

/**
 * Throws CONFLICT when another process has the database open: it would go on with what it has loaded. Every connection
 * to a database with a WAL holds a shared lock, so that only one without neighbours gets the exclusive one.
 */
export function refuseInUse(path: string): void {
  const database = new Database(path, { readwrite: true })
  try {
    database.run('pragma busy_timeout = 0')
    database.run('pragma locking_mode = exclusive')
    database.run('begin immediate')
    database.run('rollback')
  } catch (cause) {
    if (!isBusy(cause)) throw cause
    throw new OrionError(
      'CONFLICT',
      `Another process uses the database "${path}"; stop that server, or name it with --server instead`,
      { cause },
    )
  } finally {
    database.close()
  }
}
