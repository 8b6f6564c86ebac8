import { constants, Database } from 'bun:sqlite'
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { OrionError } from '../errors.ts'
import { holdsTransaction } from './wal-file.ts'

const MAGIC = 'SQLite format 3\0'
const TRIES = 5
const PAUSE_MS = 5

/**
 * Runs `look` on a connection that leaves the file, its times and its folder as they are, or answers undefined when
 * there is no database yet (no file, or an empty one). Nothing needs to be writable.
 */
export function inspect<Seen>(path: string, look: (database: Database) => Seen): Seen | undefined {
  for (let tries = 1; ; tries++) {
    try {
      return inspectOnce(path, look)
    } catch (cause) {
      if (cause instanceof OrionError) throw cause
      if (tries < TRIES && hasVanished(cause)) {
        Bun.sleepSync(PAUSE_MS)
        continue
      }
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new OrionError('STORAGE_ERROR', `Cannot read the database "${path}": ${why}`, { cause })
    }
  }
}

function inspectOnce<Seen>(path: string, look: (database: Database) => Seen): Seen | undefined {
  if (!existsSync(path)) return undefined
  if (!holdsDatabase(path)) return undefined
  if (!holdsTransaction(`${path}-wal`)) return lookAt(`${uri(path)}?immutable=1`, look)
  if (!existsSync(`${path}-shm`)) return lookAtCopy(path, look)
  // A process has it open, or was killed: its WAL is read through the index in -shm without a write to either.
  return lookAt(`${uri(path)}?mode=ro&readonly_shm=1`, look)
}

/** The last process that closes a database takes its WAL away, maybe between two looks at the files. */
function hasVanished(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return code === 'ENOENT' || (typeof code === 'string' && code.startsWith('SQLITE_CANTOPEN'))
}

/** A WAL without its index was copied here with its database: no process uses the two, so a copy holds still. */
function lookAtCopy<Seen>(path: string, look: (database: Database) => Seen): Seen {
  const folder = mkdtempSync(join(tmpdir(), 'orion-inspect-'))
  try {
    const copy = join(folder, basename(path))
    copyFileSync(path, copy)
    copyFileSync(`${path}-wal`, `${copy}-wal`)
    return lookAt(`${uri(copy)}?mode=rw`, look)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function lookAt<Seen>(location: string, look: (database: Database) => Seen): Seen {
  const access = location.endsWith('mode=rw')
    ? constants.SQLITE_OPEN_READWRITE
    : constants.SQLITE_OPEN_READONLY
  const database = new Database(location, access | constants.SQLITE_OPEN_URI)
  try {
    return look(database)
  } finally {
    database.close()
  }
}

function uri(path: string): string {
  return `file:${path.replaceAll('%', '%25').replaceAll('?', '%3f').replaceAll('#', '%23')}`
}

function holdsDatabase(path: string): boolean {
  if (!statSync(path).isFile()) throw notOurs(path, 'it is not a file')
  const header = Buffer.alloc(MAGIC.length)
  const file = openSync(path, 'r')
  try {
    const length = readSync(file, header, 0, header.length, 0)
    if (length === 0) return false
  } finally {
    closeSync(file)
  }
  if (header.toString('latin1') !== MAGIC) throw notOurs(path, 'it is not an SQLite database')
  return true
}

/** The refusal of a file that this server must not touch. */
export function notOurs(path: string, what: string): OrionError {
  return new OrionError(
    'STORAGE_ERROR',
    `Cannot use "${path}" as the database of Orion: ${what}. It is left as it is; name another file in storage.url`,
  )
}
