import { Value } from '@sinclair/typebox/value'
import { writeExactIntegers } from '../../../../std/exact-integers.ts'
import { parseExactly } from '../../../../std/exact-values.ts'
import type { Json } from '../../../../std/json.ts'
import { ConnectorError } from '../../../failure.ts'
import { SqliteDatabase } from './database.ts'
import { lines } from './lines.ts'
import { type SqliteAnswer, SqliteRequest } from './protocol.ts'

/** Serves one database until its parent hangs up. `write` is given whole lines. */
export async function serveSqlite(
  input: ReadableStream<Uint8Array>,
  write: (text: string) => Promise<unknown>,
): Promise<void> {
  writeExactIntegers()
  let database: SqliteDatabase | undefined
  const answer = (request: SqliteRequest): Json => {
    if (request.do === 'open') {
      database = new SqliteDatabase(request.path)
      return Bun.version
    }
    if (database === undefined) throw new Error('No database is open')
    if (request.do === 'read') return database.read(request.statement, request.forms, request.limits)
    return database.write(request.statements).map(written => ({ ...written }))
  }
  for await (const line of lines(input)) {
    const request: unknown = parseExactly(line)
    if (!Value.Check(SqliteRequest, request)) throw new Error('The parent asks for something else')
    await write(`${JSON.stringify(answered(() => answer(request)))}\n`)
  }
  database?.[Symbol.dispose]()
}

function answered(work: () => Json): SqliteAnswer {
  try {
    return { result: work() }
  } catch (error) {
    if (
      error instanceof ConnectorError &&
      (error.code === 'DATA_ERROR' || error.code === 'VALIDATION_ERROR')
    ) {
      const { code, message, details } = error
      return { refused: { code, message, details: (details ?? []).map(detail => ({ ...detail })) } }
    }
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
      return { said: { code: error.code, message: error.message } }
    }
    // What cannot even be prepared or bound has no code of its own.
    return { said: { code: 'SQLITE_ERROR', message: error instanceof Error ? error.message : String(error) } }
  }
}
