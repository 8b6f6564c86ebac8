import type { Socket } from 'node:net'
import type { Parameter, Sql } from 'postgres'
import type { JsonObject } from '../../../../std/json.ts'
import { ConnectorError } from '../../../failure.ts'
import { boundParams } from '../bound-params.ts'
import { ByteWatch } from '../byte-watch.ts'
import type { Statement, ValueForms, Written } from '../client.ts'
import { type RowLimits, tooManyBytes } from '../limits.ts'
import { type Session, SessionLost, StaleStatement } from '../session.ts'
import { refusedStatement } from '../sql-failure.ts'
import { backendSaid, isFarewell } from './backend-said.ts'
import { boundText } from './bind-value.ts'
import { type BackendKey, cancelQuery } from './cancel.ts'
import type { PostgresCatalog } from './catalog.ts'
import { EXTENDED } from './extended.ts'
import { RawRows } from './raw-rows.ts'
import type { PostgresWay } from './socket.ts'
import { typeName } from './types.ts'

interface SessionParts {
  readonly way: PostgresWay
  readonly sql: Sql
  readonly socket: Socket
  readonly key: BackendKey
  readonly limits: RowLimits
  readonly catalog: PostgresCatalog
}

const CANCEL_MS = 2000
/** Of statements that were prepared while their tables looked otherwise. */
const STALE = new Set(['0A000', '26000'])

export class PostgresSession implements Session {
  readonly #parts: SessionParts
  readonly #bytes: ByteWatch
  #isUsable = true

  constructor(parts: SessionParts) {
    this.#parts = parts
    const { socket, limits } = parts
    socket.on('close', () => {
      this.#isUsable = false
    })
    this.#bytes = new ByteWatch(socket, limits.maxBytes)
  }

  get isUsable(): boolean {
    return this.#isUsable
  }

  async read(statement: Statement, forms: ValueForms): Promise<JsonObject[]> {
    const { sql, limits, catalog } = this.#parts
    return this.#asking(statement, async args => {
      const begun = sql.unsafe('BEGIN READ ONLY').execute()
      const rows = new RawRows(limits)
      const asked = rows.of(sql.unsafe(statement.query, args, EXTENDED))
      // What a function set for the session is put back with everything else.
      const ended = sql.unsafe('ROLLBACK').execute()
      const whole = settled(begun, asked, ended)
      const first = await Promise.race([whole, rows.tooMany])
      if (first === 'too many') {
        this.#isUsable = false
        throw rows.refusal()
      }
      const missing = catalog.unknown(rows.types)
      if (missing.length > 0) await catalog.lookUp(sql, missing)
      return rows.read(catalog, forms)
    })
  }

  async write(statements: readonly Statement[]): Promise<Written[]> {
    const { sql } = this.#parts
    this.#bytes.restart()
    // Only an answer tells that the connection stands, and until then nothing has been written.
    await sql.unsafe('BEGIN READ WRITE').catch(error => this.#fail(error, true))
    const written: Written[] = []
    try {
      for (const [at, statement] of statements.entries()) {
        const args = await this.#args(statement, at, statements.length)
        const asked = sql.unsafe(statement.query, [...args], EXTENDED).forEach(leaveOut)
        const isLast = at === statements.length - 1
        const [{ count } = { count: 0 }] = await (isLast ? settled(asked, this.#committed()) : settled(asked))
        written.push({ rows_affected: count ?? 0 })
      }
    } catch (error) {
      await this.#rolledBack()
      return this.#failAsked(error, statements)
    }
    return written
  }

  async version(): Promise<string> {
    const rows = await this.read(
      { query: 'SHOW server_version', params: [] },
      { numericAs: 'auto', binaryAs: 'auto' },
    )
    return `PostgreSQL ${rows.map(row => row.server_version).join()}`
  }

  async close(): Promise<void> {
    this.#isUsable = false
    await this.#parts.sql.end({ timeout: 1 })
    this.#parts.socket.destroy()
  }

  async abandon(): Promise<void> {
    this.#isUsable = false
    const { way, key, socket } = this.#parts
    try {
      if (!socket.destroyed) await cancelQuery(way, key, AbortSignal.timeout(CANCEL_MS))
    } catch {
      // A server that cannot be reached sees that nobody listens any more.
    } finally {
      socket.destroy()
    }
  }

  #committed(): Promise<{ readonly count: number | null }> {
    return this.#parts.sql.unsafe('COMMIT').execute()
  }

  /** Where there is nothing to put back, the server only warns. */
  async #rolledBack(): Promise<void> {
    try {
      await this.#parts.sql.unsafe('ROLLBACK')
    } catch {
      this.#isUsable = false
    }
  }

  async #asking<Result>(statement: Statement, ask: (args: Parameter[]) => Promise<Result>): Promise<Result> {
    this.#bytes.restart()
    const args = await this.#args(statement, 0, 1)
    try {
      return await ask([...args])
    } catch (error) {
      return this.#failAsked(error, [statement])
    }
  }

  /** What is bound, as the server declares the placeholders. */
  async #args(statement: Statement, at: number, count: number): Promise<readonly Parameter[]> {
    const { sql, catalog } = this.#parts
    const { query, params } = statement
    let types = catalog.placeholders(query)
    if (types === undefined) {
      types = await this.#placeholders(query).catch(error => this.#fail(error, true))
      catalog.describe(query, types)
    }
    const missing = catalog.unknown(types)
    if (missing.length > 0) await catalog.lookUp(sql, missing).catch(error => this.#fail(error, true))
    const place = count === 1 ? 'params' : `statements[${at}].params`
    const declared = types.map(oid => ({ oid, type: catalog.type(oid), name: typeName(oid) }))
    return boundParams(params, declared, place, (value, { oid, type }) =>
      sql.typed(boundText(value, type), oid),
    )
  }

  async #placeholders(query: string): Promise<readonly number[]> {
    const { types } = await this.#parts.sql.unsafe(query, [], EXTENDED).describe()
    return types
  }

  /** Tells a statement that was prepared for other tables from one that is wrong. */
  async #failAsked(error: unknown, statements: readonly Statement[]): Promise<never> {
    const said = backendSaid(error)
    if (said === undefined || isFarewell(said)) return this.#fail(error, false)
    const isStale =
      STALE.has(said.sqlstate) || (said.sqlstate.startsWith('42') && (await this.#haveChanged(statements)))
    if (!isStale) return this.#fail(error, false)
    for (const { query } of statements) this.#parts.catalog.forget(query)
    throw new StaleStatement(said.text, { cause: error })
  }

  async #haveChanged(statements: readonly Statement[]): Promise<boolean> {
    const { catalog } = this.#parts
    for (const { query } of statements) {
      const types = await this.#placeholders(query).catch(() => undefined)
      if (types !== undefined && String(types) !== String(catalog.placeholders(query))) return true
    }
    return false
  }

  #fail(error: unknown, isUntouched: boolean): never {
    const { name } = this.#parts.way
    if (error instanceof ConnectorError) throw error
    const said = backendSaid(error)
    if (said !== undefined && !isFarewell(said)) throw refusedStatement(name, said, error)
    this.#isUsable = false
    if (this.#bytes.isFlooded) throw tooManyBytes(this.#parts.limits.maxBytes)
    throw new SessionLost(error, isUntouched)
  }
}

/** What a statement returns beside its count is not asked for. */
function leaveOut(): undefined {
  return undefined
}

/** Waits for all of a transaction; rejects with the first thing that went wrong in it. */
async function settled<Result>(...queries: Promise<Result>[]): Promise<Result[]> {
  const outcomes = await Promise.allSettled(queries)
  return outcomes.map(outcome => {
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  })
}
