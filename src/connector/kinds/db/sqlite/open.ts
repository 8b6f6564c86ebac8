import { ConnectorError, unavailable } from '../../../failure.ts'
import type { ClientNeeds } from '../../kind.ts'
import type { FileAddress } from '../connection-string.ts'
import type { Connect, Session } from '../session.ts'
import { SessionLost } from '../session.ts'
import { ChildLink } from './child-link.ts'
import { allowedFile } from './file-policy.ts'
import { SQLITE_CHILD } from './protocol.ts'
import { SqliteSession } from './session.ts'

/** Opens sessions with one database of SQLite, each in a child process. */
export function sqliteSessions({ path }: FileAddress, needs: ClientNeeds): Connect {
  const { name, databases } = needs
  return async signal => {
    const { sqlite, rowLimits } = databases
    if (sqlite.command.length === 0) throw unusable(name, 'this process cannot run another one for SQLite')
    const file = path === undefined ? null : await fileOf(path, needs)
    const child = new ChildLink([...sqlite.command, SQLITE_CHILD])
    const session = new SqliteSession(name, child, rowLimits)
    await opened(session, file, name, signal)
    return session
  }
}

async function fileOf(path: string, { name, databases }: ClientNeeds): Promise<string> {
  const allowed = await allowedFile(path, databases.sqlite)
  if ('problem' in allowed) throw unusable(name, allowed.problem)
  return allowed.file
}

async function opened(
  session: SqliteSession & Session,
  file: string | null,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const leave = () => void session.abandon()
  signal.addEventListener('abort', leave, { once: true })
  if (signal.aborted) leave()
  try {
    await session.open(file)
  } catch (error) {
    await session.abandon()
    const why = error instanceof ConnectorError ? error.note : 'its process did not start'
    if (!(error instanceof ConnectorError || error instanceof SessionLost)) throw error
    throw unavailable(name, why ?? error.message, {
      stage: 'dial',
      isUntouched: true,
      isPassing: false,
      cause: error,
    })
  } finally {
    signal.removeEventListener('abort', leave)
  }
}

function unusable(name: string, why: string): ConnectorError {
  return unavailable(name, why, { stage: 'dial', isUntouched: true, isPassing: false, isUnwell: false })
}
