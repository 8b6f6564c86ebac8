import { type Static, Type } from '@sinclair/typebox'
import type { Json } from '../../../../std/json.ts'

/** First argument of this program when it serves one database of SQLite to its parent, over its standard streams. */
export const SQLITE_CHILD = 'sqlite-child'

const Value = Type.Unsafe<Json>(Type.Unknown())
const Statement = Type.Object({ query: Type.String(), params: Type.Array(Value) })

/** What the parent asks for, one line each; the next one after the answer. */
export const SqliteRequest = Type.Union([
  /** Null: in memory. */
  Type.Object({ do: Type.Literal('open'), path: Type.Union([Type.String(), Type.Null()]) }),
  Type.Object({
    do: Type.Literal('read'),
    statement: Statement,
    forms: Type.Object({
      numericAs: Type.Union([Type.Literal('auto'), Type.Literal('string'), Type.Literal('number')]),
      binaryAs: Type.Union([
        Type.Literal('auto'),
        Type.Literal('base64'),
        Type.Literal('hex'),
        Type.Literal('text'),
      ]),
    }),
    limits: Type.Object({ maxRows: Type.Number(), maxBytes: Type.Number() }),
  }),
  Type.Object({ do: Type.Literal('write'), statements: Type.Array(Statement) }),
])
export type SqliteRequest = Static<typeof SqliteRequest>

/** What the child answers: the result, what SQLite said, or why a statement cannot be run. */
export const SqliteAnswer = Type.Union([
  Type.Object({ result: Value }),
  Type.Object({ said: Type.Object({ code: Type.String(), message: Type.String() }) }),
  Type.Object({
    refused: Type.Object({
      code: Type.Union([Type.Literal('DATA_ERROR'), Type.Literal('VALIDATION_ERROR')]),
      message: Type.String(),
      details: Value,
    }),
  }),
])
export type SqliteAnswer = Static<typeof SqliteAnswer>
