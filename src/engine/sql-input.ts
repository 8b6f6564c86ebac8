import { Type } from '@sinclair/typebox'
import { BINARY_FORMS, NUMERIC_FORMS, type ValueForms } from '../connector/kinds/db/client.ts'
import { type Purpose, problemEverywhere } from '../connector/kinds/db/gate/statement-problem.ts'
import type { Detail } from '../errors.ts'
import type { Expression } from '../expression/expression.ts'
import { Logic } from '../expression/logic.ts'
import { excerpt } from '../std/excerpt.ts'
import { isObject, type Json } from '../std/json.ts'
import { EngineError } from './engine-error.ts'
import type { CompileContext, RunContext } from './functions-api.ts'
import { contextPathProblems } from './path-problems.ts'

/** Milliseconds. */
const LONGEST = 3_600_000

/** Fields that db_read and db_write share. */
export const sqlFields = {
  connector: Type.String({ minLength: 1, description: 'Name of a db connector' }),
  query_timeout_ms: Type.Optional(
    Logic(
      `Milliseconds until the statement is cancelled in the database; as the connector says when absent`,
      'plain',
    ),
  ),
  output: Type.Optional(Type.String({ minLength: 1, description: 'Path of the result', default: 'data' })),
}

export const Query = Type.String({
  minLength: 1,
  maxLength: 1_000_000,
  description:
    'One statement, as it is: no expression. Its placeholders are those of the database: `$1` of PostgreSQL, `?` of MySQL, MariaDB and SQLite',
})

export const Params = Type.Optional(
  Logic(
    'List of the values of the placeholders, in their order; they are bound, never written into the statement',
  ),
)

export function queryProblems(query: string, path: string, purpose: Purpose): Detail[] {
  const message = problemEverywhere(query, purpose)
  return message === undefined ? [] : [{ path, code: 'INVALID_FORMAT', message }]
}

/** A literal that could never be a list. */
export function paramsProblems(params: Json | undefined, path: string): Detail[] {
  if (params === undefined || params === null || typeof params === 'object') return []
  return [
    {
      path,
      code: 'TYPE_MISMATCH',
      message: `must be a list, got ${excerpt(JSON.stringify(params))}`,
      expected: 'a list',
    },
  ]
}

export function outputProblems(output: string | undefined): Detail[] {
  return output === undefined ? [] : contextPathProblems(output, 'output')
}

export function timeoutProblems(timeout: Json | undefined): Detail[] {
  if (timeout === undefined || timeout === null || isObject(timeout) || isTimeout(timeout)) return []
  const expected = `a whole number from 1 to ${LONGEST}`
  return [
    {
      path: 'query_timeout_ms',
      code: 'OUT_OF_RANGE',
      message: `must be ${expected}`,
      expected,
      got: timeout,
    },
  ]
}

/** A literal that is none of the words. */
export function formProblems(value: Json | undefined, field: string, words: readonly string[]): Detail[] {
  if (value === undefined || value === null || isObject(value)) return []
  if (typeof value === 'string' && words.includes(value)) return []
  const expected = `one of ${words.join(', ')}`
  return [
    {
      path: field,
      code: 'INVALID_ENUM',
      message: `must be ${expected}`,
      expected,
      got: excerpt(JSON.stringify(value)),
    },
  ]
}

/** The values of one statement. Throws a Validation EngineError. */
export function compileParams(
  params: Json | undefined,
  name: string,
  { logic }: CompileContext,
): (run: RunContext) => readonly Json[] {
  if (params === undefined) return () => []
  const expression = logic(params)
  return run => {
    const values = expression.evaluate(run.message.context, run.budget)
    if (values === null) return []
    if (Array.isArray(values)) return values
    throw new EngineError(
      'Validation',
      `${name}: 'params' must resolve to an array of bind values, got ${kindOf(values)}`,
    )
  }
}

export function compileTimeout(timeout: Json | undefined, name: string, { logic }: CompileContext) {
  const expression = timeout === undefined ? undefined : logic(timeout, 'plain')
  return (run: RunContext): number | undefined => {
    const value = expression?.evaluate(run.message.context, run.budget) ?? null
    if (value === null) return undefined
    if (isTimeout(value)) return value
    throw new EngineError(
      'Validation',
      `${name}: 'query_timeout_ms' must be a whole number from 1 to ${LONGEST}`,
    )
  }
}

export function compileForms(
  { numeric_as, binary_as }: { numeric_as: Json | undefined; binary_as: Json | undefined },
  { logic }: CompileContext,
): (run: RunContext) => ValueForms {
  const numeric = numeric_as === undefined ? undefined : logic(numeric_as, 'plain')
  const binary = binary_as === undefined ? undefined : logic(binary_as, 'plain')
  return run => ({
    numericAs: formOf(numeric, run, 'numeric_as', NUMERIC_FORMS),
    binaryAs: formOf(binary, run, 'binary_as', BINARY_FORMS),
  })
}

function formOf<Word extends string>(
  expression: Expression | undefined,
  run: RunContext,
  field: string,
  words: readonly [Word, ...Word[]],
): Word {
  const value = expression?.evaluate(run.message.context, run.budget) ?? null
  if (value === null) return words[0]
  const word = words.find(known => known === value)
  if (word !== undefined) return word
  throw new EngineError(
    'Validation',
    `DbRead: '${field}' must be one of ${words.join('/')} (got ${excerpt(JSON.stringify(value))})`,
  )
}

function isTimeout(value: Json): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= LONGEST
}

function kindOf(value: Json): string {
  return isObject(value) ? 'object' : typeof value
}
