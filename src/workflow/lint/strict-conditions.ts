import type { PlacedExpression } from '../../expression/lint/placed-expression.ts'
import { OUTCOME } from '../../expression/outcomes.ts'
import { errorOf, type Finding } from '../../versioning/finding.ts'
import { logicProblems } from '../task-check.ts'
import type { Subject } from './subject.ts'

/** Conditions of workflow and steps are held to plain JSONLogic here, where an object is no value (contract 3.13). */
function isStrict({ path, condition }: PlacedExpression): boolean {
  return condition !== undefined && !path.includes('.function.input.')
}

/** Conditions that the engine takes only because it makes objects of what it does not know. */
export function strictProblems({ expressions, needs }: Subject): Finding[] {
  return expressions.filter(isStrict).flatMap(({ path, rule, condition, analysis }) => {
    // What compiles in no mode is a problem of the check.
    if (analysis === undefined) return []
    const where = ` in ${condition?.replace('the condition of the ', '')} condition`
    const canHold = (analysis.outcomes & (OUTCOME.true | OUTCOME.unknown)) !== 0
    const problems = logicProblems(path, rule, needs, where, { mode: 'plain' })
    return problems
      .filter(({ code }) => code === 'INVALID_LOGIC')
      .map(
        (problem): Finding => ({
          ...errorOf({ ...problem, expected: 'objects with one key, which is an operator' }),
          severity: canHold ? 'warning' : 'error',
        }),
      )
  })
}
