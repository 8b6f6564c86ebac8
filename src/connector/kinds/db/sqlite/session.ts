import { Value } from '@sinclair/typebox/value'
import type { Detail } from '../../../../errors.ts'
import { parseExactly } from '../../../../std/exact-values.ts'
import { isObject, type Json, type JsonObject, own } from '../../../../std/json.ts'
import { ConnectorError } from '../../../failure.ts'
import type { Statement, ValueForms, Written } from '../client.ts'
import type { RowLimits } from '../limits.ts'
import { type Session, SessionLost } from '../session.ts'
import { refusedStatement } from '../sql-failure.ts'
import type { ChildLink } from './child-link.ts'
import { SqliteAnswer, type SqliteRequest } from './protocol.ts'
import { sqliteSaid } from './sqlite-said.ts'

/** One database of SQLite, in a process of its own. */
export class SqliteSession implements Session {
  readonly #name: string
  readonly #child: ChildLink
  readonly #limits: RowLimits

  /** `name` is that of the connector. */
  constructor(name: string, child: ChildLink, limits: RowLimits) {
    this.#name = name
    this.#child = child
    this.#limits = limits
  }

  get isUsable(): boolean {
    return this.#child.isAlive
  }

  async open(path: string | null): Promise<void> {
    await this.#ask({ do: 'open', path })
  }

  async read(statement: Statement, { numericAs, binaryAs }: ValueForms): Promise<JsonObject[]> {
    const forms = { numericAs, binaryAs }
    const rows = await this.#ask({ do: 'read', statement: copied(statement), forms, limits: this.#limits })
    return Array.isArray(rows) ? rows.filter(isObject) : []
  }

  async write(statements: readonly Statement[]): Promise<Written[]> {
    const written = await this.#ask({ do: 'write', statements: statements.map(copied) })
    return Array.isArray(written) ? written.filter(isObject).map(writtenOf) : []
  }

  async version(): Promise<string> {
    const forms = { numericAs: 'auto', binaryAs: 'auto' } as const
    const rows = await this.read({ query: 'SELECT sqlite_version() AS version', params: [] }, forms)
    return `SQLite ${rows.map(row => row.version).join()}`
  }

  close(): Promise<void> {
    return this.#child.hangUp()
  }

  abandon(): Promise<void> {
    return this.#child.kill()
  }

  async #ask(request: SqliteRequest): Promise<Json> {
    const line = await this.#child.ask(JSON.stringify(request)).catch(error => {
      throw new SessionLost(error, false)
    })
    const answer: unknown = parseExactly(line)
    if (!Value.Check(SqliteAnswer, answer)) throw new Error('The child answers something else')
    if ('result' in answer) return answer.result
    if ('said' in answer) throw refusedStatement(this.#name, sqliteSaid(answer.said))
    const { code, message, details } = answer.refused
    throw new ConnectorError(code, message, { details: detailsOf(details) })
  }
}

function copied({ query, params }: Statement): { query: string; params: Json[] } {
  return { query, params: [...params] }
}

function writtenOf(row: JsonObject): Written {
  const { last_insert_id: id } = row
  return {
    rows_affected: Number(own(row, 'rows_affected') ?? 0),
    ...((typeof id === 'number' || typeof id === 'bigint') && { last_insert_id: id }),
  }
}

/** Those of ours, which came through the child. */
function detailsOf(details: Json): Detail[] {
  if (!Array.isArray(details)) return []
  return details.filter(isObject).map(detail => ({
    path: String(own(detail, 'path') ?? ''),
    code: own(detail, 'code') === 'DUPLICATE' ? 'DUPLICATE' : 'OUT_OF_RANGE',
    message: String(own(detail, 'message') ?? ''),
  }))
}
