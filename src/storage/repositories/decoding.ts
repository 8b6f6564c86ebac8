import { OrionError } from '../../errors.ts'
import type { StoredRow } from '../reader.ts'
import type { Unreadable } from '../store.ts'
import { Cells, UnreadableCell } from './cells.ts'

/** How rows of one table become values of the domain. */
export interface Decoder<Row> {
  /** What a row is called in messages: `workflow`. */
  noun: string
  idColumn: string
  decode(cells: Cells): Row
}

/** Every readable row, and the others by name and reason. */
export function decodeAll<Row>(
  decoder: Decoder<Row>,
  stored: readonly StoredRow[],
): { rows: Row[]; unreadable: Unreadable[] } {
  const rows: Row[] = []
  const unreadable: Unreadable[] = []
  for (const row of stored) {
    try {
      rows.push(decoder.decode(new Cells(row)))
    } catch (error) {
      if (!(error instanceof UnreadableCell)) throw error
      unreadable.push(identified(decoder, row, error.message))
    }
  }
  return { rows, unreadable }
}

/** One row; INTERNAL_ERROR when it cannot be read. */
export function decodeOne<Row>(decoder: Decoder<Row>, stored: StoredRow | undefined): Row | undefined {
  if (stored === undefined) return undefined
  try {
    return decoder.decode(new Cells(stored))
  } catch (cause) {
    if (!(cause instanceof UnreadableCell)) throw cause
    const { id, version } = identified(decoder, stored, cause.message)
    const which = version > 0 ? `"${id}" version ${version}` : `"${id}"`
    throw new OrionError('INTERNAL_ERROR', `The stored ${decoder.noun} ${which} cannot be read`, { cause })
  }
}

function identified<Row>({ idColumn }: Decoder<Row>, row: StoredRow, reason: string): Unreadable {
  return {
    id: String(row[idColumn]),
    version: typeof row.version === 'number' ? row.version : 0,
    name: typeof row.name === 'string' ? row.name : '',
    reason,
  }
}

/** The answer of a `count`. */
export function totalOf(row: StoredRow | undefined): number {
  return row === undefined ? 0 : new Cells(row).number('total')
}

/** `{rows, total}`, with what could not be read only when there is something. */
export function listed<Row>(
  decoder: Decoder<Row>,
  stored: readonly StoredRow[],
  total: number,
): { rows: Row[]; total: number; unreadable?: Unreadable[] } {
  const { rows, unreadable } = decodeAll(decoder, stored)
  return unreadable.length > 0 ? { rows, total, unreadable } : { rows, total }
}
