import type { Expression } from '../expression/expression.ts'
import type { Json } from '../std/json.ts'
import { isRuleFailure, loggedReason } from './engine-error.ts'
import type { CompileContext, RunContext } from './functions-api.ts'

/** Undefined stands for the literal `true`, which is never evaluated. */
export type Condition = Expression | undefined

export function compileCondition(rule: Json | undefined, context: CompileContext): Condition {
  return rule === undefined || rule === true ? undefined : context.logic(rule)
}

/** True only when the rule gives exactly `true`; a rule that fails is false. Throws when a budget is exhausted. */
export function holds(condition: Expression, run: RunContext): boolean {
  try {
    return condition.evaluate(run.message.context, run.budget) === true
  } catch (error) {
    if (!isRuleFailure(error)) throw error
    if (run.log.enabled('debug')) {
      run.log.write('debug', `A condition failed and counts as false: ${loggedReason(error)}`)
    }
    return false
  }
}
