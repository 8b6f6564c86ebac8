import type { JsonObject } from '../../../std/json.ts'
import { ConnectorError, unavailable } from '../../failure.ts'
import type { Dialect, ReadOptions, SqlClient, Statement, WriteOptions, Written } from './client.ts'
import { Gate } from './gate/gate.ts'
import type { Held, Pool } from './pool.ts'
import { type Session, SessionLost, StaleStatement } from './session.ts'

interface PooledNeeds {
  /** Of the connector. */
  readonly name: string
  readonly dialect: Dialect
  readonly pool: Pool
  readonly queryTimeoutMs: number
  /** What it holds is nowhere else. */
  readonly isStore: boolean
}

/** What one call does with its session. */
interface Work<Result> {
  readonly does: (session: Session) => Promise<Result>
  readonly timeoutMs: number | undefined
  /** May happen twice. */
  readonly isRepeatable: boolean
}

/** A database behind a pool of sessions: limits of time, and a second try where the first one came to nothing. */
export class PooledClient implements SqlClient {
  readonly dialect: Dialect
  readonly isStore: boolean
  readonly #needs: PooledNeeds
  readonly #reads: Gate
  readonly #writes: Gate

  constructor(needs: PooledNeeds) {
    this.#needs = needs
    this.dialect = needs.dialect
    this.isStore = needs.isStore
    this.#reads = new Gate(needs.dialect, 'read')
    this.#writes = new Gate(needs.dialect, 'write')
  }

  async read(statement: Statement, options: ReadOptions, signal: AbortSignal): Promise<JsonObject[]> {
    this.#reads.check(statement, '')
    const { timeoutMs } = options
    return this.#call(
      { does: session => session.read(statement, options), timeoutMs, isRepeatable: true },
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
    const { pool, name } = this.#needs
    for (let tries = 1; ; tries++) {
      const held = await pool.take(signal)
      try {
        return await this.#timed(held, work, signal)
      } catch (error) {
        if (error instanceof ConnectorError) throw error
        const isAgain = tries === 1 && !signal.aborted && mayBeAgain(error, work, held)
        if (!isAgain) throw lost(name, error)
        // What stands beside it is as old.
        pool.renew()
      }
    }
  }

  /** Gives the session back, unless it is not fit for others; what takes too long is ended on the server. */
  async #timed<Result>(held: Held, work: Work<Result>, signal: AbortSignal): Promise<Result> {
    const { promise: stopped, resolve: stop } = Promise.withResolvers<'stopped'>()
    const timeoutMs = work.timeoutMs ?? this.#needs.queryTimeoutMs
    const leave = () => stop('stopped')
    const timer = setTimeout(leave, timeoutMs)
    signal.addEventListener('abort', leave, { once: true })
    if (signal.aborted) leave()
    const running = work.does(held.session)
    try {
      const first = await Promise.race([running.then(result => ({ result })), stopped])
      if (first !== 'stopped') return first.result
      running.catch(() => undefined)
      held.abandon()
      throw this.#tooLate(timeoutMs, signal)
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', leave)
      held.release()
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
