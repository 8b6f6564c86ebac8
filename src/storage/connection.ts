import { Database } from 'bun:sqlite'
import { existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { OrionError } from '../errors.ts'
import type { Location } from './location.ts'

/** Enough for the tail of the traces table and all definitions; a writer touches few pages. */
const WRITER_CACHE_KIB = 8_000
const READER_CACHE_KIB = 20_000

/** A new file is given incremental vacuum before its first table, then WAL; `busyTimeoutMs` blocks the thread. */
export function openForMigration(location: Location, busyTimeoutMs: number): Database {
  const path = location.kind === 'memory' ? ':memory:' : location.path
  if (location.kind === 'file') refuseUnusable(location.path)
  const database = opened(path, () => new Database(path, { create: true, readwrite: true, strict: true }))
  try {
    database.run(`pragma busy_timeout = ${Math.max(0, Math.trunc(busyTimeoutMs))}`)
    database.run('pragma auto_vacuum = incremental')
    switchToWal(database, busyTimeoutMs)
    database.run('pragma foreign_keys = on')
    return database
  } catch (cause) {
    database.close()
    throw cannotOpen(path, cause)
  }
}

/**
 * Makes a migrated connection the writer. It never waits for a lock itself, which would block the event loop: the
 * writer tries again later. Checkpoints are run by the writer, and a restarted WAL is cut down to `walLimitBytes`.
 */
export function tuneWriter(database: Database, walLimitBytes: number): void {
  database.run('pragma busy_timeout = 0')
  database.run('pragma wal_autocheckpoint = 0')
  database.run(`pragma journal_size_limit = ${walLimitBytes}`)
  database.run(`pragma cache_size = -${WRITER_CACHE_KIB}`)
  database.run('pragma synchronous = normal')
}

/** A connection that cannot write; the writer's connection is open already, so the WAL exists. */
export function openReader(path: string, busyTimeoutMs: number): Database {
  const database = opened(path, () => new Database(path, { readonly: true, strict: true }))
  database.run(`pragma busy_timeout = ${busyTimeoutMs}`)
  database.run('pragma query_only = on')
  database.run(`pragma cache_size = -${READER_CACHE_KIB}`)
  return database
}

function opened(path: string, open: () => Database): Database {
  try {
    return open()
  } catch (cause) {
    throw cannotOpen(path, cause)
  }
}

function refuseUnusable(path: string): void {
  const folder = dirname(path)
  if (!existsSync(folder)) {
    throw new OrionError(
      'STORAGE_ERROR',
      `Cannot open the database "${path}": its folder "${folder}" does not exist; create it (mkdir -p "${folder}") or change storage.url`,
    )
  }
  if (existsSync(path) && !statSync(path).isFile()) {
    throw new OrionError(
      'STORAGE_ERROR',
      `Cannot open the database "${path}": it is not a file; storage.url must name a file`,
    )
  }
}

function cannotOpen(path: string, cause: unknown): OrionError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new OrionError(
    'STORAGE_ERROR',
    `Cannot open the database "${path}": ${why}; the file and its folder must be readable and writable by the user of this process`,
    { cause },
  )
}

/** Several processes may start on one new file at once; the switch answers "locked" without waiting its busy time. */
function switchToWal(database: Database, busyTimeoutMs: number): void {
  const until = performance.now() + busyTimeoutMs
  for (;;) {
    try {
      database.run('pragma journal_mode = wal')
      return
    } catch (error) {
      if (!isBusy(error) || performance.now() > until) throw error
      Bun.sleepSync(5)
    }
  }
}

/** Another connection holds the lock that this one needs. */
export function isBusy(error: unknown): boolean {
  const code = driverCode(error)
  return code !== undefined && /^SQLITE_(BUSY|LOCKED)/.test(code)
}

/** The driver's code, such as `SQLITE_CONSTRAINT_UNIQUE`; undefined for an error that is not the driver's. */
export function driverCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' && error.code.startsWith('SQLITE') ? error.code : undefined
}
