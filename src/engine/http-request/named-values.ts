import type { Named } from '../../connector/kinds/http/client.ts'
import type { Json, JsonObject } from '../../std/json.ts'
import { EngineError } from '../engine-error.ts'
import type { CompileContext, RunContext } from '../functions-api.ts'
import { textOrNothing } from './scalar-text.ts'

type Part = (run: RunContext) => Named

const NONE: Named = []
/** What node and HTTP take for the value of a header (RFC 9110, 5.5). */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** Headers, names in lower case; null takes away what the connector sends. */
export function compileHeaders(headers: JsonObject | undefined, context: CompileContext): Part {
  const entries = expressionsOf(headers, context)
  if (entries.length === 0) return () => NONE
  return run =>
    entries.map(({ name, expression }) => {
      const value = textOrNothing(expression.evaluate(run.message.context, run.budget), `headers.${name}`)
      if (value !== undefined && !HEADER_VALUE.test(value)) {
        const message = `HttpCall: 'headers.${name}' holds what a header cannot: a line break or a character beyond Latin-1`
        throw new EngineError('Validation', message)
      }
      return [name.toLowerCase(), value]
    })
}

/** Parameters of a query; a list comes several times, null takes away what the base URL has. */
export function compileQuery(query: JsonObject | undefined, context: CompileContext): Part {
  const entries = expressionsOf(query, context)
  if (entries.length === 0) return () => NONE
  return run =>
    entries.flatMap(({ name, expression }) => {
      const value = expression.evaluate(run.message.context, run.budget)
      const values: readonly Json[] = Array.isArray(value) ? value : [value]
      return values.map((item): Named[number] => [name, textOrNothing(item, `query.${name}`)])
    })
}

function expressionsOf(object: JsonObject | undefined, context: CompileContext) {
  return Object.entries(object ?? {}).map(([name, rule]) => ({ name, expression: context.logic(rule) }))
}
