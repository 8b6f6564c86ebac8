import type { JsonObject } from '../../../std/json.ts'
import type { Statement, ValueForms, Written } from './client.ts'

/** One connection to a database, used by one call at a time. Rejects with ConnectorError, {@link SessionLost} or {@link StaleStatement}. */
export interface Session {
  /** Whether it may serve another call. */
  readonly isUsable: boolean
  read(statement: Statement, forms: ValueForms): Promise<JsonObject[]>
  write(statements: readonly Statement[]): Promise<Written[]>
  version(): Promise<string>
  /** Ends an idle session as its server likes it. */
  close(): Promise<void>
  /** Ends what runs, on the server too, and the session with it. Never rejects; gives up after a while. */
  abandon(): Promise<void>
}

/** Opens sessions with one database; `signal` bounds the whole of connecting. Rejects with ConnectorError. */
export type Connect = (signal: AbortSignal) => Promise<Session>

/** The connection ended under a call. */
export class SessionLost extends Error {
  override readonly name = 'SessionLost'
  /** The server is certain not to have run any of it. */
  readonly isUntouched: boolean

  constructor(cause: unknown, isUntouched: boolean) {
    super('the connection was lost', { cause })
    this.isUntouched = isUntouched
  }
}

/** What was prepared earlier does not fit the tables any more; nothing has happened. */
export class StaleStatement extends Error {
  override readonly name = 'StaleStatement'
}
