import { Type } from '@sinclair/typebox'
import { BINARY_FORMS, NUMERIC_FORMS } from '../../connector/kinds/db/client.ts'
import { Logic } from '../../expression/logic.ts'
import { callOver, compileOutput } from '../connector-task.ts'
import { defineFunction } from '../define-function.ts'
import { readEffects } from '../sql-effects.ts'
import {
  compileForms,
  compileParams,
  compileTimeout,
  formProblems,
  outputProblems,
  Params,
  paramsProblems,
  Query,
  queryProblems,
  sqlFields,
  timeoutProblems,
} from '../sql-input.ts'

/** Contract 11.1. */
const DONE = 1

export const dbRead = defineFunction({
  name: 'db_read',
  category: 'connector',
  summary:
    'Reads rows from a database, as a list of objects, in a transaction that cannot write. A result of more than `query.max_limit` rows or `query.max_bytes` is refused.',
  input: Type.Object(
    {
      connector: sqlFields.connector,
      query: Query,
      params: Params,
      output: sqlFields.output,
      numeric_as: Type.Optional(
        Logic(
          'How decimals come: `auto` (a number where that is exact, else a text), `string` or `number`',
          'plain',
        ),
      ),
      binary_as: Type.Optional(
        Logic(
          'How bytes come: `auto` (as text where they are UTF-8, else in hex), `base64`, `hex` or `text`',
          'plain',
        ),
      ),
      query_timeout_ms: sqlFields.query_timeout_ms,
    },
    { additionalProperties: false },
  ),
  example: {
    input: {
      connector: 'shop',
      query: 'SELECT id, total FROM orders WHERE id = $1',
      params: [{ var: 'data.id' }],
      output: 'data.orders',
    },
    data: { id: 7 },
    answer: [{ id: 7, total: 12.5 }],
    result: { id: 7, orders: [{ id: 7, total: 12.5 }] },
  },
  retrySafety: 'read',
  effects: readEffects,
  problems: ({ query, params, output, numeric_as, binary_as, query_timeout_ms }) => [
    ...queryProblems(query, 'query', 'read'),
    ...paramsProblems(params, 'params'),
    ...outputProblems(output),
    ...formProblems(numeric_as, 'numeric_as', NUMERIC_FORMS),
    ...formProblems(binary_as, 'binary_as', BINARY_FORMS),
    ...timeoutProblems(query_timeout_ms),
  ],
  compile({ connector, query, params, output, numeric_as, binary_as, query_timeout_ms }, context) {
    const values = compileParams(params, 'DbRead', context)
    const forms = compileForms({ numeric_as, binary_as }, context)
    const timeout = compileTimeout(query_timeout_ms, 'DbRead', context)
    const write = compileOutput(output, context)
    const asked = { operation: 'read', isRepeatable: true }
    return async run => {
      const statement = { query, params: values(run) }
      const options = { ...forms(run), timeoutMs: timeout(run) }
      const rows = await callOver(run, connector, 'db', asked, (database, signal) =>
        database.read(statement, options, signal),
      )
      write(run, rows)
      return DONE
    }
  },
})
