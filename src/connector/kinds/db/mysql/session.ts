import type { Socket } from 'node:net'
import type { TypedParameter } from 'mysql2'
import type { JsonObject } from '../../../../std/json.ts'
import { ConnectorError } from '../../../failure.ts'
import { checkCount } from '../bound-params.ts'
import { ByteWatch } from '../byte-watch.ts'
import type { Statement, ValueForms, Written } from '../client.ts'
import { type RowLimits, tooManyBytes } from '../limits.ts'
import { integerOf } from '../number-text.ts'
import { type Session, SessionLost, StaleStatement } from '../session.ts'
import { refusedStatement } from '../sql-failure.ts'
import { boundValue } from './bind-value.ts'
import { MysqlRows } from './rows.ts'
import { isFarewell, serverSaid } from './server-said.ts'
import type { Executed, MysqlWire } from './wire.ts'

interface SessionParts {
  /** Of the connector. */
  readonly name: string
  readonly wire: MysqlWire
  readonly socket: Socket
  readonly limits: RowLimits
  readonly integers: Pick<TypedParameter, 'BIGINT'>
  /** Ends a connection from outside, by its number. */
  readonly kill: (threadId: number, signal: AbortSignal) => Promise<void>
}

const KILL_MS = 2000
const LEAVE_MS = 1000
/** The server forgot what it had prepared. */
const STALE = '26000'
const INSERT = /^\s*(?:insert|replace)\b/i

export class MysqlSession implements Session {
  readonly #parts: SessionParts
  readonly #bytes: ByteWatch
  #isUsable = true

  constructor(parts: SessionParts) {
    this.#parts = parts
    this.#bytes = new ByteWatch(parts.socket, parts.limits.maxBytes)
  }

  get isUsable(): boolean {
    return this.#isUsable && !this.#parts.wire.isLost
  }

  async read(statement: Statement, forms: ValueForms): Promise<JsonObject[]> {
    const { limits } = this.#parts
    this.#bytes.restart()
    await this.#say('START TRANSACTION READ ONLY', true)
    const rows = new MysqlRows(limits)
    try {
      const executed = await Promise.race([
        this.#execute(statement, 'params', row => rows.add(row)),
        rows.tooMany,
      ])
      if (executed === 'too many') {
        this.#isUsable = false
        throw rows.refusal()
      }
      return rows.read(executed.columns, forms)
    } finally {
      // Whoever uses the session next comes after it.
      if (this.isUsable) this.#rollBack().catch(() => undefined)
    }
  }

  async write(statements: readonly Statement[]): Promise<Written[]> {
    this.#bytes.restart()
    await this.#say('START TRANSACTION READ WRITE', true)
    const written: Written[] = []
    try {
      for (const [at, statement] of statements.entries()) {
        const place = statements.length === 1 ? 'params' : `statements[${at}].params`
        let returned = 0
        const { header } = await this.#execute(statement, place, () => returned++)
        written.push({
          rows_affected: header?.affectedRows ?? returned,
          ...(header !== undefined &&
            INSERT.test(statement.query) && { last_insert_id: integerOf(String(header.insertId)) }),
        })
      }
      await this.#say('COMMIT', false)
    } catch (error) {
      if (this.isUsable) await this.#rollBack().catch(() => undefined)
      throw error
    }
    return written
  }

  async version(): Promise<string> {
    const statement = { query: 'SELECT VERSION() AS version', params: [] }
    const rows = await this.read(statement, { numericAs: 'auto', binaryAs: 'auto' })
    const version = rows.map(row => row.version).join()
    return version.includes('MariaDB') ? `MariaDB ${version.replace(/-MariaDB.*/, '')}` : `MySQL ${version}`
  }

  async close(): Promise<void> {
    this.#isUsable = false
    const { wire, socket } = this.#parts
    const late = setTimeout(() => socket.destroy(), LEAVE_MS)
    try {
      await wire.leave()
    } catch {
      // It has gone already.
    } finally {
      clearTimeout(late)
      socket.destroy()
    }
  }

  async abandon(): Promise<void> {
    this.#isUsable = false
    const { wire, socket, kill } = this.#parts
    try {
      if (!socket.destroyed) await kill(wire.threadId, AbortSignal.timeout(KILL_MS))
    } catch {
      // A server that cannot be reached sees that nobody listens any more.
    } finally {
      socket.destroy()
    }
  }

  async #execute(
    statement: Statement,
    place: string,
    row: (values: readonly unknown[]) => void,
  ): Promise<Executed> {
    const { wire, integers } = this.#parts
    try {
      const prepared = await wire.prepare(statement.query)
      const placeholders =
        'parameters' in prepared && Array.isArray(prepared.parameters) ? prepared.parameters : []
      checkCount(statement.params, placeholders.length, place)
      return await wire.execute(
        prepared,
        statement.params.map(value => boundValue(value, integers)),
        row,
      )
    } catch (error) {
      return this.#fail(error, false)
    }
  }

  async #say(statement: string, isUntouched: boolean): Promise<void> {
    await this.#parts.wire.say(statement).catch(error => this.#fail(error, isUntouched))
  }

  async #rollBack(): Promise<void> {
    try {
      await this.#parts.wire.say('ROLLBACK')
    } catch (error) {
      this.#isUsable = false
      throw error
    }
  }

  #fail(error: unknown, isUntouched: boolean): never {
    const { name, limits } = this.#parts
    if (error instanceof ConnectorError) throw error
    const said = serverSaid(error)
    if (said?.means === STALE) throw new StaleStatement(said.text, { cause: error })
    if (said !== undefined && !isFarewell(said)) throw refusedStatement(name, said)
    this.#isUsable = false
    if (this.#bytes.isFlooded) throw tooManyBytes(limits.maxBytes)
    throw new SessionLost(error, isUntouched)
  }
}
