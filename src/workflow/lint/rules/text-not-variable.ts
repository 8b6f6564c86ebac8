import { isOperator, type Part } from '../../../expression/lint/parts.ts'
import { excerpt } from '../../../std/excerpt.ts'
import { loggingIf } from '../example-steps.ts'
import { readsLikeVariable } from '../reads-like-variable.ts'
import type { WorkflowRule } from '../subject.ts'

/** Operators that take paths and names as texts. */
const TAKES_TEXT = ['var', 'val', 'exists', 'missing', 'missing_some', 'throw']
const RULE = /^\s*\{\s*"([^"]{1,20})"\s*:/

export const textNotVariable: WorkflowRule = {
  name: 'text-not-variable',
  summary:
    'A text in an expression reads like a variable, or like an expression written as JSON; it is a text and nothing ' +
    'else.',
  example: {
    wrong: { tasks: [loggingIf({ '==': ['metadata.channel', 'orders'] })] },
    at: 'tasks[0].condition.==[0]',
    right: { tasks: [loggingIf({ '==': [{ var: 'metadata.channel' }, 'orders'] })] },
  },
  *check({ expressions }) {
    for (const expression of expressions) {
      yield undefined
      for (const part of expression.parts) {
        const { path, value } = part
        if (typeof value !== 'string' || !isEvaluated(part)) continue
        if (readsLikeVariable(value)) {
          const variable = `{"var": "${excerpt(value)}"}`
          const message = `"${excerpt(value)}" is a text here, not a variable`
          yield { path, message, expected: variable, suggestion: variable }
        } else if (isOperator(RULE.exec(value)?.[1] ?? '')) {
          const message = 'an expression inside a text is a text; it is not evaluated'
          yield { path, message, expected: 'the expression itself, without quotes around it' }
        }
      }
    }
  },
}

function isEvaluated({ place, operator = '' }: Part): boolean {
  return place === 'whole' || (place === 'argument' && !TAKES_TEXT.includes(operator))
}
