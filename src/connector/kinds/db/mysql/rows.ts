import type { FieldPacket } from 'mysql2'
import { type Json, type JsonObject, setOwn } from '../../../../std/json.ts'
import type { ConnectorError } from '../../../failure.ts'
import type { ValueForms } from '../client.ts'
import { refuseTwins, unreadable } from '../column-names.ts'
import { RowCount, type RowLimits } from '../limits.ts'
import { ValueRefused } from '../value-refused.ts'
import { readerOf } from './read-value.ts'

/** Rows as the driver gives them, counted while they come. */
export class MysqlRows {
  /** Settles when there are more than the limits allow. */
  readonly tooMany: Promise<'too many'>
  readonly #count: RowCount
  readonly #stop: (why: 'too many') => void
  readonly #rows: (readonly unknown[])[] = []

  constructor(limits: RowLimits) {
    this.#count = new RowCount(limits)
    const { promise, resolve } = Promise.withResolvers<'too many'>()
    this.tooMany = promise
    this.#stop = resolve
  }

  add(row: readonly unknown[]): void {
    let bytes = 0
    for (const value of row) bytes += sizeOf(value)
    this.#count.add(bytes)
    if (!this.#count.isTooMuch) {
      this.#rows.push(row)
      return
    }
    this.#rows.length = 0
    this.#stop('too many')
  }

  refusal(): ConnectorError {
    return this.#count.refusal()
  }

  /** Throws DATA_ERROR for what JSON has no form of. */
  read(fields: readonly FieldPacket[], forms: ValueForms): JsonObject[] {
    refuseTwins(fields.map(({ name }) => name))
    const columns = fields.map(field => ({ name: field.name, read: readerOf(field, forms) }))
    return this.#rows.map(row => {
      const object: JsonObject = {}
      for (const [at, column] of columns.entries()) {
        const value = row[at] ?? null
        setOwn(object, column.name, value === null ? null : jsonOf(value, column))
      }
      return object
    })
  }
}

interface Column {
  readonly name: string
  readonly read: (value: unknown) => Json
}

function jsonOf(value: unknown, { name, read }: Column): Json {
  try {
    return read(value)
  } catch (error) {
    if (error instanceof ValueRefused) throw unreadable(name, error.message)
    throw error
  }
}

const NUMBER_BYTES = 8

function sizeOf(value: unknown): number {
  return typeof value === 'string' || Buffer.isBuffer(value) ? value.length : NUMBER_BYTES
}
