import type { Refusal } from '../sql-failure.ts'

const SQLSTATE = /^[0-9A-Z]{5}$/

/** What the server said; undefined when the error is not its own. */
export function backendSaid(error: unknown): Refusal | undefined {
  // By its fields: the driver is loaded on first use, and so is its class of errors.
  if (!(error instanceof Error) || !('severity' in error) || !('code' in error)) return undefined
  const { code, message } = error
  return typeof code === 'string' && SQLSTATE.test(code) ? { sqlstate: code, text: message } : undefined
}

/** Whether a server that says this has closed the connection, or is about to. */
export function isFarewell({ sqlstate }: Refusal): boolean {
  return sqlstate.startsWith('08') || /^57P0[1-5]$/.test(sqlstate)
}
