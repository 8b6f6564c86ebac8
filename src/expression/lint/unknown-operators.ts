import { meantOperator, mistypedOperator } from './meant-operator.ts'
import { isOperator, type Part, type WrittenCall, writtenCall } from './parts.ts'
import type { PlacedExpression } from './placed-expression.ts'

/** A key that was probably meant as an operator. */
export interface UnknownOperator {
  readonly path: string
  readonly name: string
  readonly meant: string | undefined
}

export function* unknownOperators(expression: PlacedExpression): Generator<UnknownOperator> {
  for (const part of expression.parts) {
    const call = strangeCall(part, expression)
    if (call === undefined) continue
    const isData = !makesNoSenseAsData(part, expression)
    const meant = isData ? mistypedOperator(call) : meantOperator(call.name)
    if (!isData || meant !== undefined) yield { path: `${part.path}.${call.name}`, name: call.name, meant }
  }
}

/** An object with one key that is no operator. */
function strangeCall({ value }: Part, { moreOperators }: PlacedExpression): WrittenCall | undefined {
  const call = writtenCall(value)
  if (call === undefined || moreOperators?.has(call.name) === true) return undefined
  return isOperator(call.name) || call.name.startsWith('$') ? undefined : call
}

/** Then what the expression gives is of no interest until that is put right. */
export function hasUnknownOperator(expression: PlacedExpression): boolean {
  return expression.parts.some(part => {
    const call = strangeCall(part, expression)
    return (
      call !== undefined && (makesNoSenseAsData(part, expression) || mistypedOperator(call) !== undefined)
    )
  })
}

/** Operators of which no argument may sensibly be an object that is written in the rule. */
const NEVER_OF_OBJECTS = new Set(
  '== != > >= < <= ! !! + - * / % max min abs ceil floor cat substr upper lower trim split starts_with ends_with'.split(
    ' ',
  ),
)
/** Operators whose second argument is judged per item. */
const JUDGING = new Set(['filter', 'all', 'some', 'none'])

function makesNoSenseAsData({ place, operator = '', index }: Part, { condition }: PlacedExpression): boolean {
  if (place === 'whole') return condition !== undefined
  if (place === 'member') return false
  if (operator === 'and' || operator === 'or') return condition !== undefined
  return NEVER_OF_OBJECTS.has(operator) || (JUDGING.has(operator) && index === 1)
}
