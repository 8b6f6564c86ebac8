import type { Static, TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { parseExactly } from '../../std/exact-values.ts'
import { isObject, type Json, type JsonObject } from '../../std/json.ts'
import { syntaxProblem } from '../../std/json-syntax.ts'
import type { StoredRow } from '../reader.ts'

/** A cell that does not hold what its column promises. */
export class UnreadableCell extends Error {
  override readonly name = 'UnreadableCell'
}

/** Reads one stored row, column by column; throws UnreadableCell for a cell of another form. */
export class Cells {
  readonly #row: StoredRow

  constructor(row: StoredRow) {
    this.#row = row
  }

  text(column: string): string {
    const value = this.#row[column]
    return typeof value === 'string' ? value : fail(column, 'is not text')
  }

  textOrNull(column: string): string | null {
    return this.#row[column] === null ? null : this.text(column)
  }

  number(column: string): number {
    const value = this.#row[column]
    return typeof value === 'number' ? value : fail(column, 'is not a number')
  }

  numberOrNull(column: string): number | null {
    return this.#row[column] === null ? null : this.number(column)
  }

  flag(column: string): boolean {
    return this.number(column) !== 0
  }

  oneOf<Value extends string>(column: string, values: readonly Value[]): Value {
    const text = this.text(column)
    return (
      values.find(value => value === text) ?? fail(column, `is "${text}", not one of ${values.join(', ')}`)
    )
  }

  json(column: string): Json {
    const text = this.text(column)
    try {
      return parseExactly(text)
    } catch {
      // What the parser says quotes the text, which may be a secret.
      return fail(column, `is not JSON: ${syntaxProblem(text).message}`)
    }
  }

  object(column: string): JsonObject {
    const value = this.json(column)
    return isObject(value) ? value : fail(column, 'is not a JSON object')
  }

  objectOrNull(column: string): JsonObject | null {
    return this.#row[column] === null ? null : this.object(column)
  }

  checkedOrNull<S extends TSchema>(column: string, schema: S): Static<S> | null {
    const value = this.objectOrNull(column)
    return value === null || Value.Check(schema, value) ? value : fail(column, 'does not fit')
  }

  strings(column: string): string[] {
    const value = this.json(column)
    return isStrings(value) ? value : fail(column, 'is not a JSON array of strings')
  }

  stringsOrNull(column: string): string[] | null {
    return this.#row[column] === null ? null : this.strings(column)
  }
}

function isStrings(value: Json): value is string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string')
}

function fail(column: string, what: string): never {
  throw new UnreadableCell(`column "${column}" ${what}`)
}
