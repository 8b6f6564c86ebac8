import type { Json } from '../../std/json.ts'
import { compile } from '../compile.ts'
import { ExpressionError, type Limits } from '../expression.ts'

/** What a rule gives on this data; undefined when it fails. */
export function resultOf(rule: Json, data: Json, limits: Limits): Json | undefined {
  try {
    return compile(rule, { mode: 'template', limits: { ...limits, opsBudget: OPERATIONS } }).evaluate(data)
  } catch (error) {
    if (error instanceof ExpressionError) return undefined
    throw error
  }
}

/** Enough for what people write. */
const OPERATIONS = 10_000
