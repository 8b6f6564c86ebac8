import { Type } from '@sinclair/typebox'
import type { Written } from '../../connector/kinds/db/client.ts'
import { operationsOf } from '../../connector/kinds/db/gate/operations.ts'
import type { Detail } from '../../errors.ts'
import type { Json } from '../../std/json.ts'
import { callOver, compileOutput } from '../connector-task.ts'
import { defineFunction } from '../define-function.ts'
import { writeEffects } from '../sql-effects.ts'
import {
  compileParams,
  compileTimeout,
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
const MAX_STATEMENTS = 100

const Statement = Type.Object({ query: Query, params: Params }, { additionalProperties: false })

export const dbWrite = defineFunction({
  name: 'db_write',
  category: 'connector',
  summary:
    'Runs one statement, or several in one transaction, and tells how many rows each affected: `{"rows_affected"}`, or `{"results": [{"rows_affected"}]}`.',
  input: Type.Object(
    {
      connector: sqlFields.connector,
      query: Type.Optional(Query),
      params: Params,
      statements: Type.Optional(
        Type.Array(Statement, {
          minItems: 1,
          maxItems: MAX_STATEMENTS,
          description: 'Instead of `query`: statements that all happen, or none of them',
        }),
      ),
      output: sqlFields.output,
      query_timeout_ms: sqlFields.query_timeout_ms,
    },
    { additionalProperties: false },
  ),
  example: {
    input: {
      connector: 'shop',
      query: 'UPDATE orders SET total = $2 WHERE id = $1',
      params: [{ var: 'data.id' }, { var: 'data.total' }],
      output: 'data.written',
    },
    data: { id: 7, total: 12.5 },
    answer: { rows_affected: 1 },
    result: { id: 7, total: 12.5, written: { rows_affected: 1 } },
  },
  retrySafety: 'unsafe_write',
  effects: writeEffects,
  problems: ({ query, params, statements, output, query_timeout_ms }) => [
    ...oneOf(query, statements, params),
    ...(query === undefined ? [] : queryProblems(query, 'query', 'write')),
    ...paramsProblems(params, 'params'),
    ...(statements ?? []).flatMap((statement, at) => [
      ...queryProblems(statement.query, `statements[${at}].query`, 'write'),
      ...paramsProblems(statement.params, `statements[${at}].params`),
    ]),
    ...outputProblems(output),
    ...timeoutProblems(query_timeout_ms),
  ],
  compile({ connector, query, params, statements, output, query_timeout_ms }, context) {
    const listed = query === undefined ? (statements ?? []) : [{ query, params }]
    const compiled = listed.map(one => ({
      query: one.query,
      values: compileParams(one.params, 'DbWrite', context),
    }))
    const timeout = compileTimeout(query_timeout_ms, 'DbWrite', context)
    const write = compileOutput(output, context)
    const [operation = 'execute', ...alsoDoes] = new Set(listed.flatMap(one => operationsOf(one.query)))
    const asked = { operation, alsoDoes, isRepeatable: false }
    return async run => {
      const bound = compiled.map(({ query: text, values }) => ({ query: text, params: values(run) }))
      const options = { timeoutMs: timeout(run) }
      const written = await callOver(run, connector, 'db', asked, (database, signal) =>
        database.write(bound, options, signal),
      )
      write(run, statements === undefined ? resultOf(written[0]) : { results: written.map(resultOf) })
      return DONE
    }
  },
})

function resultOf(written: Written = { rows_affected: 0 }): Json {
  return { ...written }
}

/** `query` or `statements`, exactly one. */
function oneOf(
  query: string | undefined,
  statements: readonly unknown[] | undefined,
  params: Json | undefined,
): Detail[] {
  const expected = 'either query or statements'
  if ((query === undefined) === (statements === undefined)) {
    const message =
      query === undefined
        ? "'query' or 'statements' is missing"
        : "'query' and 'statements' exclude each other"
    return [{ path: 'query', code: 'REQUIRED', message, expected }]
  }
  if (statements === undefined || params === undefined) return []
  return [
    { path: 'params', code: 'UNKNOWN_KEY', message: "'params' stand in each of the 'statements'", expected },
  ]
}
