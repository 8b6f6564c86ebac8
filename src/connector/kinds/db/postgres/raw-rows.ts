import type { PendingQuery, Row } from 'postgres'
import { type Json, type JsonObject, setOwn } from '../../../../std/json.ts'
import type { ConnectorError } from '../../../failure.ts'
import type { ValueForms } from '../client.ts'
import { refuseTwins, unreadable } from '../column-names.ts'
import { RowCount, type RowLimits } from '../limits.ts'
import { ValueRefused } from '../value-refused.ts'
import type { PostgresCatalog } from './catalog.ts'
import { readerOf } from './read-value.ts'

/** Rows as they came over the wire, counted while they come. */
export class RawRows {
  /** Settles when there are more than the limits allow. */
  readonly tooMany: Promise<'too many'>
  readonly #count: RowCount
  readonly #rows: (readonly (Buffer | null)[])[] = []
  readonly #stop: (why: 'too many') => void
  #columns: readonly { readonly name: string; readonly type: number }[] = []

  constructor(limits: RowLimits) {
    this.#count = new RowCount(limits)
    const { promise, resolve } = Promise.withResolvers<'too many'>()
    this.tooMany = promise
    this.#stop = resolve
  }

  async of(query: PendingQuery<Row[]>): Promise<unknown> {
    void query.raw()
    const result = await query.forEach(row => {
      if (Array.isArray(row)) this.#add(row)
    })
    this.#columns = result.columns ?? []
    return result
  }

  get types(): readonly number[] {
    return this.#columns.map(({ type }) => type)
  }

  refusal(): ConnectorError {
    return this.#count.refusal()
  }

  /** Throws DATA_ERROR for what JSON has no form of. */
  read(catalog: PostgresCatalog, forms: ValueForms): JsonObject[] {
    const names = this.#columns.map(({ name }) => name)
    refuseTwins(names)
    const columns = this.#columns.map(({ name, type }) => ({
      name,
      read: readerOf(catalog.type(type), forms),
    }))
    return this.#rows.map(row => {
      const object: JsonObject = {}
      for (let at = 0; at < columns.length; at++) {
        const column = columns[at]
        const bytes = row[at] ?? null
        if (column === undefined) continue
        setOwn(object, column.name, bytes === null ? null : jsonOf(bytes, column))
      }
      return object
    })
  }

  #add(row: readonly (Buffer | null)[]): void {
    let bytes = 0
    for (const value of row) bytes += value?.length ?? 0
    this.#count.add(bytes)
    if (!this.#count.isTooMuch) {
      this.#rows.push(row)
      return
    }
    this.#rows.length = 0
    this.#stop('too many')
  }
}

interface Column {
  readonly name: string
  readonly read: (text: string) => Json
}

function jsonOf(bytes: Buffer, { name, read }: Column): Json {
  try {
    return read(bytes.toString())
  } catch (error) {
    if (error instanceof ValueRefused) throw unreadable(name, error.message)
    throw error
  }
}
