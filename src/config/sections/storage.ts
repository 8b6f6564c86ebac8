import { count, credentialUrl, millis, seconds, section, text, whole } from '../kinds.ts'

export const storage = section('The database.', {
  url: credentialUrl(
    'Where definitions, audit rows and traces are kept: `sqlite:FILE` (a path, relative to the working directory), ' +
      '`file:FILE`, or `sqlite::memory:` for nothing beyond the process.',
    { default: 'sqlite:orion.db' },
  ),
  max_connections: count('Connections of the pool; SQLite has one for writing and one for reading.', {
    default: 50,
    unused: true,
  }),
  min_connections: count('Connections that the pool keeps open.', { default: 5, unused: true }),
  busy_timeout_ms: millis('Milliseconds to wait for a lock that another process holds.', {
    minimum: 1,
    default: 5000,
  }),
  acquire_timeout_secs: seconds('Seconds to wait for a free connection of the pool.', {
    minimum: 1,
    default: 3,
    unused: true,
  }),
  idle_timeout_secs: seconds('Seconds after which an idle connection is closed; 0 keeps it.', {
    default: 300,
    unused: true,
  }),
  wal_limit_mb: whole('Size in megabytes at which the write-ahead log of SQLite is emptied by force.', {
    minimum: 1,
    maximum: 1_048_576,
    default: 64,
  }),
  backup_dir: text('Folder that backups are written to.', { default: './backups', unused: true }),
})
