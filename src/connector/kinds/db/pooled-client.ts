import type { Clock } from '../../../std/clock.ts'
import type { JsonObject } from '../../../std/json.ts'
import { ConnectorError, unavailable } from '../../failure.ts'
import type { Dialect, ReadOptions, SqlClient, Statement, WriteOptions, Written } from './client.ts'
import { Gate } from './gate/gate.ts'
import type { Held, Pool } from './pool.ts'
import { QuickStatements } from './quick-statements.ts'
import { type Session, SessionLost, StaleStatement } from './session.ts'
import { Overdue, Stalled, timed } from './timed-call.ts'

interface PooledNeeds {
  /** Of the connector. */
  readonly name: string
  readonly dialect: Dialect
  readonly pool: Pool
  readonly queryTimeoutMs: number
  /** What it holds is nowhere else. */
  readonly isStore: boolean
  readonly clock: Clock
  /** Whether a session takes reads while it answers others. */
  readonly mayShare: boolean
}

/** What one call does with its session. */
interface Work<Result> {
  readonly does: (session: Session) => Promise<Result>
  readonly timeoutMs: number | undefined
  /** May happen twice. */
  readonly isRepeatable: boolean
  /** May be sent behind others. */
  readonly mayShare?: boolean
}

/** A database behind a pool of sessions: limits of time, and a second try where the first one came to nothing. */
export class PooledClient implements SqlClient {
  readonly dialect: Dialect
  readonly isStore: boolean
  readonly #needs: PooledNeeds
  readonly #reads: Gate
  readonly #writes: Gate
  readonly #quick = new QuickStatements()

  constructor(needs: PooledNeeds) {
    this.#needs = needs
    this.dialect = needs.dialect
    this.isStore = needs.isStore
    this.#reads = new Gate(needs.dialect, 'read')
    this.#writes = new Gate(needs.dialect, 'write')
  }

  async read(statement: Statement, options: ReadOptions, signal: AbortSignal): Promise<JsonObject[]> {
    this.#reads.check(statement, '')
    const { query } = statement
    const { clock, mayShare } = this.#needs
    const quick = this.#quick
    return this.#call(
      {
        async does(session) {
          const startedAt = clock.monotonic()
          const rows = await session.read(statement, options)
          quick.took(query, clock.monotonic() - startedAt)
          return rows
        },
        timeoutMs: options.timeoutMs,
        isRepeatable: true,
        mayShare: mayShare && quick.isQuick(query),
      },
      signal,
    )
  }

  async write(
    statements: readonly Statement[],
    { timeoutMs }: WriteOptions,
    signal: AbortSignal,
  ): Promise<Written[]> {
    for (const [at, statement] of statements.entries()) {
      this.#writes.check(statement, statements.length === 1 ? '' : `statements[${at}].`)
    }
    return this.#call({ does: session => session.write(statements), timeoutMs, isRepeatable: false }, signal)
  }

  version(signal: AbortSignal): Promise<string> {
    return this.#call(
      { does: session => session.version(), timeoutMs: undefined, isRepeatable: true },
      signal,
    )
  }

  close(): Promise<void> {
    return this.#needs.pool.close()
  }

  async #call<Result>(work: Work<Result>, signal: AbortSignal): Promise<Result> {
    const { pool, name, queryTimeoutMs } = this.#needs
    const { timeoutMs = queryTimeoutMs } = work
    for (let tries = 1; ; tries++) {
      const held = await pool.take(signal, tries === 1 && work.mayShare === true)
      try {
        return await timed(held, work.does, { timeoutMs, signal })
      } catch (error) {
        if (error instanceof ConnectorError) throw error
        if (error instanceof Overdue) throw this.#tooLate(timeoutMs, signal)
        const isAgain = tries === 1 && !signal.aborted && mayBeAgain(error, work, held)
        if (!isAgain) throw lost(name, error)
        // What stands beside it is as old.
        if (!(error instanceof Stalled)) pool.renew()
      }
    }
  }

  #tooLate(timeoutMs: number, signal: AbortSignal): ConnectorError {
    const { name } = this.#needs
    const message = `The query over connector '${name}' did not end in time`
    if (signal.aborted)
      return new ConnectorError('TIMEOUT_ERROR', message, { note: 'the run was over', isUnwell: false })
    return new ConnectorError('TIMEOUT_ERROR', message, { note: `it took longer than ${timeoutMs} ms` })
  }
}

function mayBeAgain(error: unknown, work: Work<unknown>, held: Held): boolean {
  if (error instanceof Stalled) return true
  if (error instanceof StaleStatement) return true
  return error instanceof SessionLost && !held.isFresh && (work.isRepeatable || error.isUntouched)
}

function lost(name: string, error: unknown): unknown {
  if (error instanceof StaleStatement) {
    return new ConnectorError('UPSTREAM_ERROR', `The tables behind connector '${name}' change too often`, {
      isPassing: true,
      isUntouched: true,
      cause: error,
    })
  }
  if (!(error instanceof SessionLost)) return error
  const { isUntouched, cause } = error
  return unavailable(name, 'the connection was lost', { stage: 'query', isUntouched, cause })
}
