import { writtenCall } from '../../../expression/lint/parts.ts'
import type { PlacedExpression } from '../../../expression/lint/placed-expression.ts'
import { hasUnknownOperator } from '../../../expression/lint/unknown-operators.ts'
import { OUTCOME } from '../../../expression/outcomes.ts'
import { logging, parsing } from '../example-steps.ts'
import type { Subject, WorkflowRule } from '../subject.ts'

export const truthyCondition: WorkflowRule = {
  name: 'truthy-condition',
  summary:
    'A condition may give something that is not boolean although it is meant as yes. Only exactly `true` counts: ' +
    '`or` and `if` give the value that decides, and a variable that holds an object is not `true`.',
  example: {
    wrong: {
      tasks: [
        parsing('order'),
        { condition: { var: 'data.order' }, ...logging({ var: 'data.order.total' }) },
      ],
    },
    at: 'tasks[1].condition',
    right: {
      tasks: [
        parsing('order'),
        { condition: { '!!': { var: 'data.order' } }, ...logging({ var: 'data.order.total' }) },
      ],
    },
  },
  *check(subject) {
    const containers = containersOf(subject)
    for (const expression of subject.expressions) {
      yield undefined
      const { path, condition, analysis } = expression
      if (condition === undefined || analysis === undefined || hasUnknownOperator(expression)) continue
      const { outcomes } = analysis
      if ((outcomes & (OUTCOME.true | OUTCOME.false | OUTCOME.unknown)) === 0) continue
      const variable = variableOf(expression)
      const held = variable !== undefined && containers.has(variable)
      if (!held && (outcomes & (OUTCOME.other | OUTCOME.object)) === 0) continue
      yield {
        path,
        message: held
          ? `${condition} is the variable "${variable}", which holds an object or array, so it is never exactly true`
          : `${condition} may give something that is not boolean, which counts as false`,
        expected: '{"!!": ...} around it, or a comparison',
      }
    }
  },
}

/** Places below which something is read or written. */
function containersOf({ flow }: Subject): ReadonlySet<string> {
  const containers = new Set<string>()
  for (const { path = '' } of flow) {
    const names = path.split('.', MAX_NAMES)
    for (let count = names.length - 1; count > 0; count--) {
      const outer = names.slice(0, count).join('.')
      // What lies above is there already.
      if (containers.has(outer)) break
      containers.add(outer)
    }
  }
  return containers
}

/** Names of a path that are looked at. */
const MAX_NAMES = 32

/** The whole expression is one variable. */
function variableOf({ rule, analysis }: PlacedExpression): string | undefined {
  const call = writtenCall(rule)
  const isVariable = (call?.name === 'var' || call?.name === 'val') && analysis?.reads.length === 1
  return isVariable ? analysis?.reads[0]?.path : undefined
}
