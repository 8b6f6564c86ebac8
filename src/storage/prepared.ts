import type { Database, Statement as Prepared } from 'bun:sqlite'
import type { SqlValue } from './store.ts'

/** More texts than the repositories have; a bound for what filters and sorts may combine to. */
const LIMIT = 500

/** Statements prepared once per SQL text. */
export class PreparedStatements {
  readonly #database: Database
  readonly #byText = new Map<string, Prepared<Record<string, unknown>, SqlValue[]>>()

  constructor(database: Database) {
    this.#database = database
  }

  get(sql: string): Prepared<Record<string, unknown>, SqlValue[]> {
    return this.#byText.get(sql) ?? this.#prepare(sql)
  }

  #prepare(sql: string): Prepared<Record<string, unknown>, SqlValue[]> {
    if (this.#byText.size >= LIMIT) this.finalize()
    const prepared = this.#database.prepare<Record<string, unknown>, SqlValue[]>(sql)
    this.#byText.set(sql, prepared)
    return prepared
  }

  /** Needed before the connection closes, or SQLite keeps the WAL file. */
  finalize(): void {
    for (const prepared of this.#byText.values()) prepared.finalize()
    this.#byText.clear()
  }
}
