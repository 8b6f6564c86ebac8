import type { Database } from 'bun:sqlite'
import { OrionError } from '../errors.ts'
import { type Clock, timestamp } from '../std/clock.ts'
import { openForMigration } from './connection.ts'
import { inspect } from './inspect.ts'
import { type Location, parseLocation } from './location.ts'
import { MIGRATIONS, type Migration } from './migrations.ts'
import { checksumOf, LEDGER, pendingIn } from './schema-state.ts'

/** What `applyMigrations` needs; `migrations` is the binary's own list unless a test brings another. */
export interface MigrateOptions {
  url: string
  busyTimeoutMs: number
  clock: Clock
  migrations?: readonly Migration[]
}

/**
 * The migrations that the database at `url` lacks. It is not created, written or touched, and neither it nor its folder
 * need be writable. Throws for a database that is newer than this binary or not ours.
 */
export function pendingMigrations(url: string, known: readonly Migration[] = MIGRATIONS): Migration[] {
  const location = parseLocation(url)
  if (location.kind === 'memory') return [...known]
  return inspect(location.path, database => pendingIn(database, location.path, known)) ?? [...known]
}

/** Brings the database at `url` up to date, creating it when it is missing; answers what was applied. */
export function applyMigrations(options: MigrateOptions): Migration[] {
  const { database, applied } = openMigrated(parseLocation(options.url), options)
  database.run('pragma wal_checkpoint(truncate)')
  database.close()
  return applied
}

/** Opens the database for writing, looked at first and then brought up to date. */
export function openMigrated(
  location: Location,
  { busyTimeoutMs, clock, migrations = MIGRATIONS }: Omit<MigrateOptions, 'url'>,
): { database: Database; applied: Migration[] } {
  const path = location.kind === 'memory' ? ':memory:' : location.path
  if (location.kind === 'file') inspect(path, database => pendingIn(database, path, migrations))
  const database = openForMigration(location, busyTimeoutMs)
  try {
    const applied: Migration[] = []
    for (;;) {
      const migration = applyNext(database, path, migrations, clock)
      if (migration === undefined) return { database, applied }
      applied.push(migration)
    }
  } catch (error) {
    database.close()
    throw error
  }
}

/** One migration, one transaction; another process that starts on the same file waits and finds it done. */
function applyNext(
  database: Database,
  path: string,
  migrations: readonly Migration[],
  clock: Clock,
): Migration | undefined {
  let next: Migration | undefined
  try {
    database.run('begin immediate')
    next = pendingIn(database, path, migrations)[0]
    if (next !== undefined) {
      database.run(next.sql)
      record(database, next, clock)
    }
    database.run('commit')
    return next
  } catch (cause) {
    if (database.inTransaction) database.run('rollback')
    if (cause instanceof OrionError) throw cause
    const what =
      next === undefined
        ? 'look for migrations in'
        : `apply migration ${next.version} "${next.description}" to`
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new OrionError('STORAGE_ERROR', `Cannot ${what} the database "${path}": ${why}`, { cause })
  }
}

function record(database: Database, { version, description, sql }: Migration, clock: Clock): void {
  database.run(
    `create table if not exists ${LEDGER} (version integer primary key, description text not null, checksum text not null, applied_at text not null) strict`,
  )
  database.run(`insert into ${LEDGER} (version, description, checksum, applied_at) values (?, ?, ?, ?)`, [
    version,
    description,
    checksumOf(sql),
    timestamp(clock.now()),
  ])
}
