import type { Database } from 'bun:sqlite'
import { OrionError } from '../errors.ts'
import { notOurs } from './inspect.ts'
import type { Migration } from './migrations.ts'

/** The table of the migration runner. */
export const LEDGER = 'orion_migrations'

interface Applied {
  version: number
  description: string
  checksum: string
}

/** What still has to be applied; throws when the database is not ours, newer, or was migrated by other text. */
export function pendingIn(database: Database, path: string, known: readonly Migration[]): Migration[] {
  const tables = tableNames(database)
  if (!tables.includes(LEDGER)) {
    if (tables.length > 0) throw notOurs(path, foreignOwner(tables))
    return [...known]
  }
  const applied = database
    .query<Applied, []>(`select version, description, checksum from ${LEDGER} order by version`)
    .all()
  return remaining(path, known, applied)
}

function remaining(path: string, known: readonly Migration[], applied: readonly Applied[]): Migration[] {
  const newest = known.at(-1)?.version ?? 0
  const byVersion = new Map(known.map(migration => [migration.version, migration]))
  let last = 0
  for (const { version, description, checksum } of applied) {
    const migration = byVersion.get(version)
    if (version > newest) throw tooNew(path, version, description, newest)
    if (migration === undefined) {
      throw unsound(path, `its migration ${version} "${description}" is not known to this binary`)
    }
    if (checksum !== checksumOf(migration.sql)) {
      throw unsound(
        path,
        `its migration ${version} "${description}" was applied with another text (checksum)`,
      )
    }
    last = version
  }
  const done = new Set(applied.map(row => row.version))
  const missing = known.find(migration => migration.version < last && !done.has(migration.version))
  if (missing !== undefined) {
    throw unsound(
      path,
      `its migration ${missing.version} "${missing.description}" is missing, later ones are not`,
    )
  }
  return known.filter(migration => !done.has(migration.version))
}

/** Line ends do not count, so that a checkout with CRLF makes the same binary. */
export function checksumOf(sql: string): string {
  return new Bun.CryptoHasher('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex')
}

function tableNames(database: Database): string[] {
  return database
    .query<{ name: string }, []>(
      `select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\'`,
    )
    .all()
    .map(row => row.name)
}

function foreignOwner(tables: readonly string[]): string {
  if (tables.includes('_sqlx_migrations') && tables.includes('workflows')) {
    return 'it was written by Orion 0.1 or 0.2 (table "_sqlx_migrations"), whose files this version does not take over'
  }
  const named = tables.slice(0, 3).map(name => `"${name}"`)
  const more = tables.length > named.length ? ` and ${tables.length - named.length} more` : ''
  return `it belongs to another program (tables ${named.join(', ')}${more})`
}

function tooNew(path: string, version: number, description: string, newest: number): OrionError {
  return new OrionError(
    'STORAGE_ERROR',
    `Cannot use the database "${path}": it is newer than this binary (migration ${version} "${description}"; this binary knows up to ${newest}); start the newer orion-server, or restore a backup from before its upgrade`,
  )
}

function unsound(path: string, what: string): OrionError {
  return new OrionError(
    'STORAGE_ERROR',
    `Cannot use the database "${path}": ${what}; start the orion-server that wrote it, or restore a backup`,
  )
}
