import type { Refusal } from '../sql-failure.ts'

interface BackendRefusal extends Refusal {
  /** Of the server's source. */
  readonly routine: string | undefined
}

const SQLSTATE = /^[0-9A-Z]{5}$/

/** What the server said; undefined when the error is not its own. */
export function backendSaid(error: unknown): BackendRefusal | undefined {
  // By its fields: the driver is loaded on first use, and so is its class of errors.
  if (!(error instanceof Error) || !('severity' in error) || !('code' in error)) return undefined
  const { code, message } = error
  if (typeof code !== 'string' || !SQLSTATE.test(code)) return undefined
  const routine = 'routine' in error && typeof error.routine === 'string' ? error.routine : undefined
  return { sqlstate: code, text: message, routine }
}

/** Whether a server that says this has closed the connection, or is about to. */
export function isFarewell({ sqlstate }: Refusal): boolean {
  return sqlstate.startsWith('08') || /^57P0[1-5]$/.test(sqlstate)
}

/** Whether what was prepared is gone, or gives other columns than it did. */
export function isOutdated({ sqlstate, routine }: BackendRefusal): boolean {
  return sqlstate === '26000' || (sqlstate === '0A000' && routine === 'RevalidateCachedQuery')
}
