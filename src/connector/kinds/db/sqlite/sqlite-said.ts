import type { Refusal } from '../sql-failure.ts'

/** What PostgreSQL says for the same, by the beginning of SQLite's code; the first one that fits counts. */
const MEANINGS: readonly (readonly [string, string])[] = [
  ['SQLITE_CONSTRAINT_UNIQUE', '23505'],
  ['SQLITE_CONSTRAINT_PRIMARYKEY', '23505'],
  ['SQLITE_CONSTRAINT_ROWID', '23505'],
  ['SQLITE_CONSTRAINT_FOREIGNKEY', '23503'],
  ['SQLITE_CONSTRAINT_NOTNULL', '23502'],
  ['SQLITE_CONSTRAINT', '23514'],
  ['SQLITE_READONLY', '25006'],
  ['SQLITE_BUSY', '55P03'],
  ['SQLITE_LOCKED', '55P03'],
  ['SQLITE_MISMATCH', '22000'],
  ['SQLITE_TOOBIG', '22001'],
  ['SQLITE_RANGE', '22003'],
  ['SQLITE_ERROR', '42000'],
  ['SQLITE_AUTH', '42501'],
]
const OTHERWISE = '58000'

export function sqliteSaid({ code, message }: { readonly code: string; readonly message: string }): Refusal {
  const means = MEANINGS.find(([start]) => code.startsWith(start))?.[1] ?? OTHERWISE
  return { sqlstate: code, means, text: message }
}
