import type { AdminDoor } from './admin-door.ts'
import type { Flag, Invocation, Terminal } from './command.ts'
import { openDatabaseDoor } from './database-door.ts'
import { openServerDoor } from './server-door.ts'
import { UsageError } from './usage-error.ts'

/** The flags that say where definitions are written down. */
export const DOOR_FLAGS: readonly Flag[] = [
  { name: '--server', value: 'URL', summary: 'The server (or ORION_URL)' },
  {
    name: '--key',
    value: 'KEY',
    summary: 'Its admin key (or ORION_ADMIN_KEY, which no list of processes shows)',
  },
  { name: '--database', value: 'URL', summary: 'Instead of a server: the database of one that is down' },
]

/** Opens what the flags and the environment name. Throws UsageError when that is nothing, or too much. */
export async function openAdminDoor(terminal: Terminal, invocation: Invocation): Promise<AdminDoor> {
  const { values } = invocation
  const server = values.get('--server')
  const database = values.get('--database')
  if (server !== undefined && database !== undefined) {
    throw new UsageError('"--server" and "--database" are two places; name one of them')
  }
  if (database !== undefined) {
    if (values.has('--key')) throw new UsageError('"--key" is for a server; a database takes none')
    return openDatabaseDoor(database, terminal, invocation)
  }
  const url = server ?? terminal.env.ORION_URL ?? ''
  if (url === '') {
    throw new UsageError(
      'name a server with --server URL or ORION_URL, or the database of one that is down with --database URL',
    )
  }
  return openServerDoor(url, terminal, invocation)
}
