import { Database, type Statement as Prepared, type SQLQueryBindings } from 'bun:sqlite'
import { isObject, type Json, type JsonObject, own, setOwn } from '../../../../std/json.ts'
import { boundParams, checkCount } from '../bound-params.ts'
import type { Statement, ValueForms, Written } from '../client.ts'
import { refuseTwins, unreadable } from '../column-names.ts'
import { changesRows } from '../gate/operations.ts'
import { numberedIn } from '../gate/placeholder-problem.ts'
import { RowCount, type RowLimits } from '../limits.ts'
import { integerOf } from '../number-text.ts'
import { ValueRefused } from '../value-refused.ts'
import { boundValue } from './bind-value.ts'
import { readerOf } from './read-value.ts'

const BUSY_MS = 5000
const NUMBER_BYTES = 8

/** One database, synchronously: it has a process of its own. Throws ConnectorError and what SQLite throws. */
export class SqliteDatabase implements Disposable {
  readonly #database: Database

  /** Null: in memory. */
  constructor(path: string | null) {
    this.#database = new Database(path ?? ':memory:', { create: true, readwrite: true, safeIntegers: true })
    this.#database.run(`PRAGMA busy_timeout = ${BUSY_MS}`)
    this.#database.run('PRAGMA foreign_keys = ON')
    this.#database.run('PRAGMA trusted_schema = OFF')
    // A file that is no database shows only now.
    this.#database.run('SELECT count(*) FROM sqlite_schema')
  }

  read(statement: Statement, forms: ValueForms, limits: RowLimits): JsonObject[] {
    this.#database.run('PRAGMA query_only = ON')
    try {
      using prepared = this.#database.prepare(statement.query)
      const names = prepared.columnNames
      refuseTwins(names)
      const count = new RowCount(limits)
      const rows: JsonObject[] = []
      let readers: ((value: unknown) => Json)[] | undefined
      for (const row of prepared.iterate(...bindings(prepared, statement, 'params'))) {
        if (!isObject(row)) continue
        readers ??= prepared.declaredTypes.map(declared => readerOf(declared, forms))
        count.add(sizeOf(row))
        if (count.isTooMuch) throw count.refusal()
        rows.push(read(row, names, readers))
      }
      return rows
    } finally {
      this.#database.run('PRAGMA query_only = OFF')
    }
  }

  write(statements: readonly Statement[]): Written[] {
    this.#database.run('BEGIN IMMEDIATE')
    try {
      const written = statements.map((statement, at) =>
        this.#written(statement, statements.length === 1 ? 'params' : `statements[${at}].params`),
      )
      this.#database.run('COMMIT')
      return written
    } catch (error) {
      // Some errors have put everything back already.
      if (this.#database.inTransaction) this.#database.run('ROLLBACK')
      throw error
    }
  }

  #written(statement: Statement, place: string): Written {
    using prepared = this.#database.prepare(statement.query)
    const { changes, lastInsertRowid } = prepared.run(...bindings(prepared, statement, place))
    if (!changesRows(statement.query)) return { rows_affected: 0 }
    const isInsert = /^\s*(?:insert|replace)\b/i.test(statement.query)
    return {
      rows_affected: changes,
      ...(isInsert && { last_insert_id: integerOf(String(lastInsertRowid)) }),
    }
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }
}

/** By number where the statement numbers its placeholders with `$`, else by position. */
function bindings(prepared: Prepared, { query, params }: Statement, place: string): SQLQueryBindings[] {
  const numbers = numberedIn(query, 'sqlite')
  const declared = Array.from(params, () => ({ name: 'without a type' }))
  const bound = () => boundParams(params, declared, place, boundValue)
  if (numbers.length === 0) {
    checkCount(params, prepared.paramsCount, place)
    return bound()
  }
  checkCount(params, Math.max(...numbers), place)
  const values = bound()
  return [Object.fromEntries(numbers.map(number => [`$${number}`, values[number - 1] ?? null]))]
}

function read(
  row: JsonObject,
  names: readonly string[],
  readers: readonly ((value: unknown) => Json)[],
): JsonObject {
  const object: JsonObject = {}
  for (const [at, name] of names.entries()) {
    try {
      setOwn(object, name, readers[at]?.(own(row, name)) ?? null)
    } catch (error) {
      if (error instanceof ValueRefused) throw unreadable(name, error.message)
      throw error
    }
  }
  return object
}

function sizeOf(row: JsonObject): number {
  let bytes = 0
  for (const value of Object.values(row)) {
    const held: unknown = value
    bytes += typeof held === 'string' || held instanceof Uint8Array ? held.length : NUMBER_BYTES
  }
  return bytes
}
