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
import { backendSaid, isFarewell, isOutdated } from './backend-said.ts'
import { boundText } from './bind-value.ts'
import { type BackendKey, cancelQuery } from './cancel.ts'
import type { PostgresCatalog } from './catalog.ts'
import { EXTENDED } from './extended.ts'
import { RawRows } from './raw-rows.ts'
import type { SessionSettings } from './session-settings.ts'
import type { PostgresWay } from './socket.ts'
import { typeName } from './types.ts'

interface SessionParts {
  readonly way: PostgresWay
  readonly sql: Sql
  readonly socket: Socket
  readonly key: BackendKey
  readonly limits: RowLimits
  readonly catalog: PostgresCatalog
  readonly settings: SessionSettings
}

const CANCEL_MS = 2000
/** What may change settings that no server tells of. */
const SETS = /set_config/i
/** A statement with its values. */
interface Bound {
  readonly query: string
  /** Of its placeholders. */
  readonly types: readonly number[]
  readonly args: Parameter[]
}

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
    return this.#isUsable && !this.#parts.settings.haveChanged
  }

  async read(statement: Statement, forms: ValueForms): Promise<JsonObject[]> {
    const { sql, limits, catalog, settings } = this.#parts
    return this.#asking(statement, async args => {
      const rows = new RawRows(limits)
      const asked =
        settings.isWatched && !SETS.test(statement.query)
          ? rows.of(sql.unsafe(statement.query, args, EXTENDED))
          : this.#readApart(() => rows.of(sql.unsafe(statement.query, args, EXTENDED)))
      const first = await Promise.race([asked, rows.tooMany])
      if (first === 'too many') {
        this.#isUsable = false
        throw rows.refusal()
      }
      const missing = catalog.unknown(rows.types)
      if (missing.length > 0) await catalog.lookUp(sql, missing)
      return rows.read(catalog, forms)
    })
  }

  /** In a transaction of its own, which puts back what a function sets for the session. */
  #readApart(ask: () => Promise<unknown>): Promise<unknown> {
    const { sql } = this.#parts
    const begun = sql.unsafe('BEGIN READ ONLY').execute()
    const asked = ask()
    return settled(begun, asked, sql.unsafe('ROLLBACK').execute())
  }

  async write(statements: readonly Statement[]): Promise<Written[]> {
    const { sql } = this.#parts
    this.#bytes.restart()
    // Only an answer tells that the connection stands, and until then nothing has been written.
    await sql.unsafe('BEGIN READ WRITE').catch(error => this.#fail(error, true))
    const written: Written[] = []
    const bound: Bound[] = []
    try {
      for (const [at, statement] of statements.entries()) {
        const place = statements.length === 1 ? 'params' : `statements[${at}].params`
        const one = await this.#bound(statement, place)
        bound.push(one)
        const asked = sql.unsafe(statement.query, one.args, EXTENDED).forEach(leaveOut)
        const isLast = at === statements.length - 1
        const [{ count } = { count: 0 }] = await (isLast ? settled(asked, this.#committed()) : settled(asked))
        written.push({ rows_affected: count ?? 0 })
      }
    } catch (error) {
      await this.#rolledBack()
      return this.#failAsked(error, bound)
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
    const bound = await this.#bound(statement, 'params')
    try {
      return await ask(bound.args)
    } catch (error) {
      return this.#failAsked(error, [bound])
    }
  }

  /** The values as the server declares their placeholders. `place` is where they stand in the input. */
  async #bound({ query, params }: Statement, place: string): Promise<Bound> {
    const { sql, catalog } = this.#parts
    let types = catalog.placeholders(query)
    if (types === undefined) {
      types = await this.#placeholders(query).catch(error => this.#fail(error, true))
      catalog.describe(query, types)
    }
    const missing = catalog.unknown(types)
    if (missing.length > 0) await catalog.lookUp(sql, missing).catch(error => this.#fail(error, true))
    const declared = types.map(oid => ({ oid, type: catalog.type(oid), name: typeName(oid) }))
    const args = boundParams(params, declared, place, (value, { oid, type }) =>
      sql.typed(boundText(value, type), oid),
    )
    return { query, types, args }
  }

  async #placeholders(query: string): Promise<readonly number[]> {
    const { types } = await this.#parts.sql.unsafe(query, [], EXTENDED).describe()
    return types
  }

  /** Tells a statement that was prepared for other tables from one that is wrong. */
  async #failAsked(error: unknown, bound: readonly Bound[]): Promise<never> {
    const said = backendSaid(error)
    if (said === undefined || isFarewell(said)) return this.#fail(error, false)
    const isStale = isOutdated(said) || (said.sqlstate.startsWith('42') && (await this.#haveChanged(bound)))
    if (!isStale) return this.#fail(error, false)
    for (const { query } of bound) this.#parts.catalog.forget(query)
    throw new StaleStatement(said.text, { cause: error })
  }

  async #haveChanged(bound: readonly Bound[]): Promise<boolean> {
    for (const { query, types } of bound) {
      const present = await this.#placeholders(query).catch(() => undefined)
      if (present !== undefined && String(present) !== String(types)) return true
    }
    return false
  }

  #fail(error: unknown, isUntouched: boolean): never {
    const { name } = this.#parts.way
    if (error instanceof ConnectorError) throw error
    const said = backendSaid(error)
    if (said !== undefined && !isFarewell(said)) throw refusedStatement(name, said)
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
