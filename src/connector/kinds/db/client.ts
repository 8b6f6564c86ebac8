import type { Json, JsonObject } from '../../../std/json.ts'
import type { Closable } from '../kind.ts'

export const DIALECTS = ['postgres', 'mysql', 'sqlite'] as const
export type Dialect = (typeof DIALECTS)[number]

/** One statement with what is bound to its placeholders, in their order. */
export interface Statement {
  readonly query: string
  readonly params: readonly Json[]
}

export const NUMERIC_FORMS = ['auto', 'string', 'number'] as const
export const BINARY_FORMS = ['auto', 'base64', 'hex', 'text'] as const

/** How values that JSON has no form of come out. */
export interface ValueForms {
  /** Of decimals; `auto`: a number where that is exact, else a text. */
  readonly numericAs: (typeof NUMERIC_FORMS)[number]
  /** Of bytes; `auto`: as text where they are UTF-8, else in hex. */
  readonly binaryAs: (typeof BINARY_FORMS)[number]
}

export interface ReadOptions extends ValueForms {
  /** Undefined: as the connector says. */
  readonly timeoutMs?: number | undefined
}

export interface WriteOptions {
  readonly timeoutMs?: number | undefined
}

/** What one statement did; written out as it is. */
export interface Written {
  readonly rows_affected: number
  /** Of an insert, where the database tells it. */
  readonly last_insert_id?: number | bigint
}

/** A database. Rejects with ConnectorError. */
export interface SqlClient extends Closable {
  readonly dialect: Dialect
  /** Its rows, read in a transaction that cannot write. Never cut: more than the limits allow is refused. */
  read(statement: Statement, options: ReadOptions, signal: AbortSignal): Promise<JsonObject[]>
  /** All of them in one transaction, or none. */
  write(statements: readonly Statement[], options: WriteOptions, signal: AbortSignal): Promise<Written[]>
  /** Name and version of the database. */
  version(signal: AbortSignal): Promise<string>
}
