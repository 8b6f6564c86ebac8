import { unknownOperators } from '../../../expression/lint/unknown-operators.ts'
import { excerpt } from '../../../std/excerpt.ts'
import { loggingIf } from '../example-steps.ts'
import type { WorkflowRule } from '../subject.ts'

export const unknownOperator: WorkflowRule = {
  name: 'unknown-operator',
  summary:
    'An operator that is not one. The engine takes an object with an unknown key for data, so a condition made of it ' +
    'is never true and a value is the object itself.',
  example: {
    wrong: { tasks: [loggingIf({ equals: [{ var: 'metadata.channel' }, 'orders'] })] },
    at: 'tasks[0].condition.equals',
    right: { tasks: [loggingIf({ '==': [{ var: 'metadata.channel' }, 'orders'] })] },
  },
  *check({ expressions }) {
    for (const expression of expressions) {
      yield undefined
      for (const { path, name, meant } of unknownOperators(expression)) yield warning(path, name, meant)
    }
  },
}

function warning(path: string, name: string, meant: string | undefined) {
  const shown = excerpt(name)
  const hint = meant === undefined ? '' : `; did you mean "${meant}"?`
  return {
    path,
    message: `"${shown}" is no operator, so this is an object with the key "${shown}"${hint}`,
    expected: meant === undefined ? 'an operator of docs/expressions.md' : `{"${meant}": ...}`,
    ...(meant !== undefined && { suggestion: meant }),
  }
}
