import type { Database } from 'bun:sqlite'
import { OrionError } from '../errors.ts'
import { PreparedStatements } from './prepared.ts'
import type { Statement } from './store.ts'

/** A row as the driver gives it, by column name. */
export type StoredRow = Readonly<Record<string, unknown>>

/** Reads on a connection of their own, each in a transaction of its own. */
export class Reader {
  readonly #prepared: PreparedStatements

  constructor(database: Database) {
    this.#prepared = new PreparedStatements(database)
  }

  /** Throws STORAGE_ERROR when the database fails. */
  async all(query: Statement): Promise<StoredRow[]> {
    return this.allNow(query)
  }

  /** The same without a turn of the event loop, for the hot path. */
  allNow({ sql, params }: Statement): StoredRow[] {
    try {
      return this.#prepared.get(sql).all(...params)
    } catch (cause) {
      throw new OrionError('STORAGE_ERROR', 'The database could not be read', { cause })
    }
  }

  async first(query: Statement): Promise<StoredRow | undefined> {
    return (await this.all(query))[0]
  }

  /** Lets the connection go; closing it is left to who opened it. */
  release(): void {
    this.#prepared.finalize()
  }
}
