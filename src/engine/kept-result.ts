import type { Expression } from '../expression/expression.ts'
import type { Json } from '../std/json.ts'
import { snapshot } from './context.ts'
import type { RunContext } from './functions-api.ts'
import { exposesRoots } from './reads.ts'
import { spendSnapshot } from './spend.ts'

/**
 * Evaluates for who keeps the result: nothing changes it later. It may hold the context or one of its roots, which change
 * in place; then it is of a copy.
 */
export function keptResult(expression: Expression): (run: RunContext) => Json {
  const { reads } = expression
  const exposed = exposesRoots(reads)
  return run => {
    const { context } = run.message
    if (exposed) spendSnapshot(run.budget, context)
    const value = expression.evaluate(exposed ? snapshot(context) : context, run.budget)
    if (typeof value === 'object' && value !== null) run.own.share(reads)
    return value
  }
}
