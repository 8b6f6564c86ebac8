import type { Json } from '../std/json.ts'
import { ExpressionError } from './expression.ts'

/** Too few arguments, or a container of the wrong type. */
export function invalidArguments(text = 'Invalid Arguments'): ExpressionError {
  return new ExpressionError('InvalidArguments', `Invalid arguments: ${text}`)
}

/** Arithmetic or ordering on something that is no number. */
export function notANumber(): ExpressionError {
  return thrown({ type: 'NaN' })
}

export function unknownOperator(name: string): ExpressionError {
  return new ExpressionError('InvalidOperator', `Invalid operator: ${name}`)
}

/** `text` is the compact JSON of `value` when it is at hand. */
export function thrown(value: Json): ExpressionError {
  return new ExpressionError('Thrown', `Thrown: ${shortJson(value)}`, value)
}

/** What a rule may not do, with the limit and its name in `[engine]`. */
export function budgetExceeded(what: string, limit: number, key: string): ExpressionError {
  return new ExpressionError('BudgetExceeded', `Budget exceeded: ${what} (${key} = ${limit})`)
}

const MAX_QUOTED = 200

/** The value of an error as text: scalars and flat objects whole, nested containers only as their kind. */
function shortJson(value: Json): string {
  const flat = JSON.stringify(value, (key, inner: unknown) => {
    if (key === '' || typeof inner !== 'object' || inner === null) return inner
    return Array.isArray(inner) ? 'an array' : 'an object'
  })
  return flat.length > MAX_QUOTED ? `${flat.slice(0, MAX_QUOTED)}…` : flat
}
