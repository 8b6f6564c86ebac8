import type { Json } from '../../std/json.ts'
import type { Analysis } from '../analysis.ts'
import type { Limits } from '../expression.ts'
import { partsOf, writtenCall } from './parts.ts'
import { resultOf } from './result-of.ts'

/** What a rule gives whatever the data is. */
export type Constant = { readonly value: Json } | 'fails'

/** Undefined for a rule that depends on the data or on the time. */
export function constantOf(rule: Json, analysis: Analysis, limits: Limits): Constant | undefined {
  if (analysis.reads.some(({ inBody }) => !inBody)) return undefined
  if (partsOf('', rule).some(({ value }) => writtenCall(value)?.name === 'now')) return undefined
  const value = resultOf(rule, null, limits)
  return value === undefined ? 'fails' : { value }
}
