import { isObject, type Json } from '../std/json.ts'
import { ExpressionError } from './expression.ts'

/** Too few arguments, or a container of the wrong type. */
export function invalidArguments(text = 'Invalid Arguments'): ExpressionError {
  return new ExpressionError('InvalidArguments', `Invalid arguments: ${text}`)
}

/** Arithmetic or ordering on something that is no number. */
export function notANumber(): ExpressionError {
  return new ExpressionError('Thrown', 'Thrown: {"type":"NaN"}', { type: 'NaN' })
}

export function unknownOperator(name: string): ExpressionError {
  return new ExpressionError('InvalidOperator', `Invalid operator: ${name}`)
}

export function thrown(value: Json): ExpressionError {
  return new ExpressionError('Thrown', `Thrown: ${shortJson(value)}`, value)
}

/** What a rule may not do, with the limit and its name in `[engine]`. */
export function budgetExceeded(what: string, limit: number, key: string): ExpressionError {
  return new ExpressionError('BudgetExceeded', `Budget exceeded: ${what} (${key} = ${limit})`)
}

const MAX_QUOTED_CHARS = 200
const MAX_QUOTED_KEYS = 8

/** The value of an error as compact JSON, cut short; of nested containers only their kind. */
function shortJson(value: Json): string {
  if (!isObject(value)) return scalarText(value)
  const entries: string[] = []
  for (const key in value) {
    if (entries.length >= MAX_QUOTED_KEYS) return `{${entries.join(',')},…}`
    if (Object.hasOwn(value, key)) entries.push(`${scalarText(key)}:${scalarText(value[key] ?? null)}`)
  }
  return `{${entries.join(',')}}`
}

function scalarText(value: Json): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '[…]' : '{…}'
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'string' || value.length <= MAX_QUOTED_CHARS) return JSON.stringify(value)
  return JSON.stringify(`${value.slice(0, MAX_QUOTED_CHARS)}…`)
}
