import { operationsOf } from '../connector/kinds/db/gate/operations.ts'
import { tablesOf } from '../connector/kinds/db/gate/tables.ts'
import { isObject, type Json, type JsonObject, own } from '../std/json.ts'
import type { Effect } from './effect.ts'
import { effectOf } from './effects.ts'

/** A read of each table that the query names; of the database alone when it names none. */
export function readEffects(input: JsonObject): Effect[] {
  return effectsOn(input, tablesOf(textOf(own(input, 'query'))), ['read'])
}

/**
 * What each statement does to its tables. The first one of a plain INSERT, UPDATE or DELETE is the one that changes; where
 * a WITH or several changes leave that open, every table counts as changed.
 */
export function writeEffects(input: JsonObject): Effect[] {
  const statements = own(input, 'statements')
  const queries = Array.isArray(statements)
    ? statements.map(statement => textOf(isObject(statement) ? own(statement, 'query') : undefined))
    : [textOf(own(input, 'query'))]
  return queries.flatMap(query => {
    const operations = operationsOf(query)
    const tables = tablesOf(query)
    const [target, ...others] = tables
    const isPlain = operations.length === 1 && !/^\s*with\b/i.test(query)
    if (!isPlain || target === undefined) return effectsOn(input, tables, operations)
    const reads = others.length > 0 ? effectsOn(input, others, ['read']) : []
    return [...effectsOn(input, [target], operations), ...reads]
  })
}

function effectsOn(input: JsonObject, tables: readonly string[], operations: readonly string[]): Effect[] {
  return operations.flatMap(operation => {
    const on = (table: string) => effectOf(input, { connector: 'connector' }, { operation, table })
    return tables.length > 0 ? tables.map(on) : [effectOf(input, { connector: 'connector' }, { operation })]
  })
}

function textOf(query: Json | undefined): string {
  return typeof query === 'string' ? query : ''
}
