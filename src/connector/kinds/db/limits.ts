import { type Json, type JsonObject, own } from '../../../std/json.ts'
import { ConnectorError } from '../../failure.ts'

/** What one answer may hold, for every database. */
export interface RowLimits {
  readonly maxRows: number
  /** Of the values as the database sends them. */
  readonly maxBytes: number
}

export interface DatabaseLimits {
  readonly maxConnections: number
  /** For a connection, free or made. */
  readonly connectTimeoutMs: number
  readonly queryTimeoutMs: number
}

export function databaseLimits(config: JsonObject): DatabaseLimits {
  return {
    maxConnections: numberOr(own(config, 'max_connections'), 5),
    connectTimeoutMs: numberOr(own(config, 'connect_timeout_ms'), 5000),
    queryTimeoutMs: numberOr(own(config, 'query_timeout_ms'), 30_000),
  }
}

function numberOr(value: Json | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}

/** Counts what comes in; answers what to refuse it with once it is too much. */
export class RowCount {
  readonly #limits: RowLimits
  #rows = 0
  #bytes = 0

  constructor(limits: RowLimits) {
    this.#limits = limits
  }

  get isTooMuch(): boolean {
    return this.#rows > this.#limits.maxRows || this.#bytes > this.#limits.maxBytes
  }

  add(bytes: number): void {
    this.#rows++
    this.#bytes += bytes
  }

  refusal(): ConnectorError {
    const { maxRows, maxBytes } = this.#limits
    if (this.#rows > maxRows) {
      return new ConnectorError(
        'VALIDATION_ERROR',
        `The result exceeds query.max_limit (${maxRows} rows); add a LIMIT to the query`,
      )
    }
    return tooManyBytes(maxBytes)
  }
}

export function tooManyBytes(maxBytes: number): ConnectorError {
  return new ConnectorError(
    'VALIDATION_ERROR',
    `The result exceeds query.max_bytes (${maxBytes} bytes); read fewer or smaller columns, or add a LIMIT`,
  )
}
