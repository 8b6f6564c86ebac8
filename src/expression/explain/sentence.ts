import { isObject, type Json } from '../../std/json.ts'
import type { Decision, ExplainedError, Operand } from './explanation.ts'
import { ruleText } from './rule-text.ts'

const MAX_VALUE_CHARS = 80

/** `data.total > 100 is false: data.total is 9` */
export function decisionText({ expression, result, operands, item, each }: Decision): string {
  const where = item === undefined ? '' : `for item ${item.join(' / ')}, `
  const verdict = `${where}${ruleText(expression)} is ${result === undefined ? 'not known' : valueText(result)}`
  if (each !== undefined) return `${verdict}: ${each.map(decisionText).join('; ')}`
  return withOperands(verdict, operands)
}

/** `data.total * 2 fails with NaN: data.total is "x"` */
export function failureText({ type, operands }: ExplainedError, expression: Json): string {
  return withOperands(`${ruleText(expression)} fails with ${type}`, operands)
}

/** A value on one line. */
export function valueText(value: Json): string {
  const text = JSON.stringify(value)
  return text.length > MAX_VALUE_CHARS ? `${text.slice(0, MAX_VALUE_CHARS).toWellFormed()}…` : text
}

/** What is written in the rule says its value already. */
function withOperands(verdict: string, operands: readonly Operand[] = []): string {
  const read = operands.filter(({ expression }) => isObject(expression) || Array.isArray(expression))
  if (read.length === 0) return verdict
  const values = read.map(({ expression, value }) => `${ruleText(expression)} is ${valueText(value)}`)
  return `${verdict}: ${[...new Set(values)].join(', ')}`
}
