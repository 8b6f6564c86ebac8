import { hasUnknownOperator } from '../../../expression/lint/unknown-operators.ts'
import { OUTCOME } from '../../../expression/outcomes.ts'
import { loggingIf } from '../example-steps.ts'
import type { WorkflowRule } from '../subject.ts'

export const neverTrue: WorkflowRule = {
  name: 'never-true',
  summary:
    'A condition can never be boolean, so it is never exactly `true` and never holds: 1, "yes" and a non-empty ' +
    'object do not count.',
  example: {
    wrong: { tasks: [loggingIf({ length: { var: 'metadata.channel' } })] },
    at: 'tasks[0].condition',
    right: { tasks: [loggingIf({ '>': [{ length: { var: 'metadata.channel' } }, 0] })] },
  },
  *check({ expressions }) {
    for (const expression of expressions) {
      yield undefined
      const { path, condition, analysis } = expression
      if (condition === undefined || analysis === undefined || hasUnknownOperator(expression)) continue
      const { outcomes } = analysis
      const mayBeBoolean = (outcomes & (OUTCOME.true | OUTCOME.false | OUTCOME.unknown)) !== 0
      if (mayBeBoolean) continue
      yield {
        path,
        message: `${condition} ${outcomes === 0 ? 'always fails' : `gives ${kindsOf(outcomes)}`}, so it is never exactly true`,
        expected: 'a comparison, or {"!!": ...} around the expression to ask whether there is something',
      }
    }
  },
}

function kindsOf(outcomes: number): string {
  if (outcomes === OUTCOME.object) return 'an object'
  return outcomes === OUTCOME.null ? 'null' : 'a number, a text, an array or null'
}
